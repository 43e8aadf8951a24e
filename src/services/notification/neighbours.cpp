#include "services/notification/neighbours.hpp"

#include "base/crypto.hpp"
#include "http/url.hpp"
#include "services/notification/announcements.hpp"

namespace thenorsound::notification {
namespace {

Task<Result<std::optional<json::value>>> find(http::ServiceClient& client, Trace trace,
                                              std::string path) {
  auto answer = co_await client.get(trace, std::move(path));
  if (answer) co_return std::optional<json::value>(std::move(*answer));
  if (answer.error().code == Code::not_found) co_return std::optional<json::value>();
  co_return answer.error();
}

template <class T>
Task<Result<std::optional<T>>> find_as(http::ServiceClient& client, Trace trace, std::string path) {
  const auto found = co_await find(client, std::move(trace), std::move(path));
  if (!found) co_return found.error();
  if (!*found) co_return std::optional<T>();
  co_return std::optional<T>(from_document<T>((*found)->as_object()));
}

}  // namespace

Task<Result<std::optional<UserProfile>>> Neighbours::user(Trace trace, std::string id) {
  return find_as<UserProfile>(users, std::move(trace),
                              "/internal/users/" + http::encode_component(id));
}

Task<Result<std::optional<CustomerProfile>>> Neighbours::customer(Trace trace, std::string id) {
  return find_as<CustomerProfile>(customers, std::move(trace),
                                  "/internal/customers/" + http::encode_component(id));
}

Task<Result<std::optional<EventProfile>>> Neighbours::event(Trace trace, std::string id) {
  return find_as<EventProfile>(events, std::move(trace),
                               "/internal/events/" + http::encode_component(id));
}

Task<Result<std::optional<LinkToSend>>> Neighbours::link(Trace trace, std::string id) {
  std::string path = "/internal/links/" + http::encode_component(id);
  const auto found = co_await find(auth, std::move(trace), std::move(path));
  if (!found) co_return found.error();
  if (!*found) co_return std::optional<LinkToSend>();
  const json::object& answer = (*found)->as_object();
  LinkToSend link;
  link.url = text_of(answer, "url");
  link.user_id = text_of(answer, "userId");
  co_return std::optional<LinkToSend>(std::move(link));
}

Task<Result<std::optional<Attachment>>> Neighbours::invoice_file(Trace trace, std::string id) {
  std::string path = "/internal/invoices/" + http::encode_component(id) + "/pdf";
  const auto found = co_await find(bookings, std::move(trace), std::move(path));
  if (!found) co_return found.error();
  if (!*found) co_return std::optional<Attachment>();
  const json::object& answer = (*found)->as_object();
  Attachment file;
  file.file_name = text_of(answer, "fileName");
  file.bytes = from_base64url(text_of(answer, "pdf")).value_or("");
  if (file.bytes.empty())
    co_return make_error(Code::service_error, "The invoice's file can't be read.", "bad-file");
  co_return std::optional<Attachment>(std::move(file));
}

Task<Result<std::vector<UserProfile>>> Neighbours::people(Trace trace, std::string company,
                                                          Role role) {
  std::string path = "/internal/users?role=" + std::to_string(static_cast<int>(role));
  if (!company.empty()) path += "&customerId=" + http::encode_component(company);
  const auto answer = co_await users.get(trace, std::move(path));
  if (!answer) co_return answer.error();
  std::vector<UserProfile> found;
  for (const json::value& item : answer->as_array())
    found.push_back(from_document<UserProfile>(item.as_object()));
  co_return found;
}

Task<Result<Neighbours::Login>> Neighbours::validate(Trace trace, std::string token) {
  json::object body;
  body["token"] = token;
  std::string path = "/internal/auth/validate";
  const auto answer =
      co_await auth.send(trace, http::Method::post, std::move(path), std::move(body));
  if (!answer) co_return answer.error();
  Login login;
  login.valid = flag_of(answer->as_object(), "isValid");
  const json::value* exp = answer->as_object().if_contains("exp");
  if (exp != nullptr && exp->is_number()) login.until.ms = exp->to_number<std::int64_t>() * 1'000;
  co_return login;
}

}  // namespace thenorsound::notification
