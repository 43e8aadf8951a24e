#include "services/customer/neighbours.hpp"

#include "http/url.hpp"

namespace thenorsound::customer {
namespace {

Task<Result<std::int64_t>> count(http::ServiceClient& service, Trace trace, std::string target) {
  const auto answer = co_await service.get(trace, std::move(target));
  if (!answer) co_return answer.error();
  co_return answer->as_object().at("count").to_number<std::int64_t>();
}

Task<Result<bool>> in_use(http::ServiceClient& service, Trace trace, std::string target) {
  const auto answer = co_await service.get(trace, std::move(target));
  if (!answer) co_return answer.error();
  co_return answer->as_object().at("inUse").as_bool();
}

std::string of_customer(std::string path, const CustomerId& customer) {
  return path + "?customerId=" + http::encode_component(customer.value);
}

}  // namespace

Task<Result<std::vector<UserProfile>>> Neighbours::users_of(Trace trace, CustomerId customer) {
  std::string target = of_customer("/internal/users", customer);
  const auto answer = co_await users_.get(trace, std::move(target));
  if (!answer) co_return answer.error();
  std::vector<UserProfile> users;
  codec::read(*answer, users);
  co_return users;
}

Task<Result<std::int64_t>> Neighbours::count_events(Trace trace, CustomerId customer) {
  return count(events_, std::move(trace), of_customer("/internal/events/count", customer));
}

Task<Result<std::int64_t>> Neighbours::count_live_bookings(Trace trace, CustomerId customer) {
  return count(bookings_, std::move(trace), of_customer("/internal/bookings/live", customer));
}

Task<Result<bool>> Neighbours::is_in_use(Trace trace, SkillName name) {
  const std::string query = "/uses?category=" + http::encode_component(name.category) +
                            "&skill=" + http::encode_component(name.skill);
  std::string of_users = "/internal/users" + query;
  const auto by_users = co_await in_use(users_, trace, std::move(of_users));
  if (!by_users || *by_users) co_return by_users;
  std::string of_events = "/internal/events" + query;
  co_return co_await in_use(events_, trace, std::move(of_events));
}

}  // namespace thenorsound::customer
