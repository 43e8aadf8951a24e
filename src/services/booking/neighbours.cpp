#include "services/booking/neighbours.hpp"

#include <algorithm>

#include "http/url.hpp"

namespace thenorsound::booking {
namespace {
constexpr std::size_t longest_id = 100;

// The caller of a booking must not hear of our own trouble with a neighbour (a wrong credential,
// a 500) as if it were the caller's.
Error as_ours(Error error) {
  switch (error.code) {
    case Code::validation_error:
    case Code::not_found:
    case Code::conflict:
    case Code::event_slot_unavailable:
    case Code::crew_unavailable:
    case Code::crew_not_qualified:
    case Code::tariff_not_found:
    case Code::service_unavailable:
    case Code::gateway_timeout:
      return error;
    default:
      return unavailable("neighbour said " + std::string(code_name(error.code)) + ": " +
                         error.message);
  }
}

template <class T>
Task<Result<T>> ask(http::ServiceClient& service, Trace trace, std::string target) {
  const Result<json::value> answer = co_await service.get(trace, std::move(target));
  if (!answer) co_return as_ours(answer.error());
  co_return from_document<T>(answer->as_object());
}

template <class T>
Task<Result<std::optional<T>>> find(http::ServiceClient& service, Trace trace, std::string path,
                                    std::string id) {
  if (!could_be_id(id)) co_return std::optional<T>{};
  Result<T> found = co_await ask<T>(service, std::move(trace), path + id);
  if (found) co_return std::optional<T>(std::move(*found));
  if (found.error().code == Code::not_found) co_return std::optional<T>{};
  co_return found.error();
}

Task<Result<void>> release(http::ServiceClient& service, Trace trace, std::string target) {
  const Result<json::value> answer =
      co_await service.send(trace, http::Method::delete_, std::move(target), json::object());
  if (answer || answer.error().code == Code::not_found) co_return Result<void>{};
  co_return as_ours(answer.error());
}

json::object body_of(const PlaceInEvent& place) {
  json::object body;
  if (!place.booking_id.empty()) body["bookingId"] = place.booking_id.value;
  body["crewId"] = place.crew_id.value;
  body["crewCustomerId"] = place.crew_customer_id.value;
  body["startTime"] = to_iso(place.start);
  body["endTime"] = to_iso(place.end);
  if (place.slot_id) body["slotId"] = *place.slot_id;
  if (place.category) body["category"] = *place.category;
  if (place.skill) body["skill"] = *place.skill;
  body["skills"] = codec::write(place.skills);
  // Whose past it is, this service has checked.
  body["mayBookBack"] = true;
  return body;
}

Task<Result<SlotTaken>> ask_for_slot(http::ServiceClient& events, Trace trace, PlaceInEvent place,
                                     std::string_view action) {
  json::object body = body_of(place);
  std::string target = "/internal/events/" + place.event_id.value + "/reservations";
  target += action;
  const Result<json::value> answer =
      co_await events.send(trace, http::Method::post, std::move(target), std::move(body));
  if (answer) co_return from_document<SlotTaken>(answer->as_object());
  if (answer.error().code == Code::not_found) co_return not_found("event");
  co_return as_ours(answer.error());
}
}  // namespace

bool could_be_id(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return !text.empty() && text.size() <= longest_id && std::all_of(text.begin(), text.end(), plain);
}

Neighbours::Neighbours(http::ServiceClient& events, http::ServiceClient& users,
                       http::ServiceClient& customers, const Clock& clock)
    : events_(events), users_(users), customers_(customers), clock_(clock) {}

Task<Result<std::optional<EventProfile>>> Neighbours::find_event(Trace trace, EventId id) {
  return find<EventProfile>(events_, std::move(trace), "/internal/events/", std::move(id.value));
}

Task<Result<std::optional<UserProfile>>> Neighbours::find_user(Trace trace, UserId id) {
  return find<UserProfile>(users_, std::move(trace), "/internal/users/", std::move(id.value));
}

Task<Result<std::optional<CustomerProfile>>> Neighbours::find_customer(Trace trace, CustomerId id) {
  return find<CustomerProfile>(customers_, std::move(trace), "/internal/customers/",
                               std::move(id.value));
}

Task<Result<std::optional<Company>>> Neighbours::find_company(Trace trace, CustomerId id) {
  const Time now = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    const auto known = companies_.find(id);
    if (known != companies_.end() && now < known->second.until)
      co_return std::optional<Company>(known->second.company);
  }
  const Result<std::optional<CustomerProfile>> found = co_await find_customer(std::move(trace), id);
  if (!found) co_return found.error();
  if (!*found) co_return std::optional<Company>{};
  Company company{(*found)->name, (*found)->customer_type};
  const std::lock_guard lock(mutex_);
  if (companies_.size() >= most_remembered) companies_.clear();
  companies_[id] = Remembered{company, now + remembered_ms};
  co_return std::optional<Company>(std::move(company));
}

Task<Result<Catalogue>> Neighbours::catalogue(Trace trace) {
  return ask<Catalogue>(customers_, std::move(trace), "/internal/catalogue");
}

Task<Result<RuntimeSettings>> Neighbours::runtime_settings(Trace trace) {
  return ask<RuntimeSettings>(customers_, std::move(trace), "/internal/settings");
}

Task<Result<PricingBasis>> Neighbours::pricing_basis(Trace trace, CustomerId organiser,
                                                     CustomerId crew_company) {
  return ask<PricingBasis>(customers_, std::move(trace),
                           "/internal/customers/" + organiser.value +
                               "/pricing-basis?crewCustomerId=" + crew_company.value);
}

Task<Result<SlotTaken>> Neighbours::reserve_slot(Trace trace, PlaceInEvent place) {
  return ask_for_slot(events_, std::move(trace), std::move(place), "");
}

Task<Result<SlotTaken>> Neighbours::check_slot(Trace trace, PlaceInEvent place) {
  return ask_for_slot(events_, std::move(trace), std::move(place), "/check");
}

Task<Result<void>> Neighbours::release_slot(Trace trace, EventId event, BookingId booking) {
  return release(events_, std::move(trace),
                 "/internal/events/" + event.value + "/reservations/" + booking.value);
}

Task<Result<void>> Neighbours::reserve_crew(Trace trace, UserId crew, BookingId booking, Time start,
                                            Time end) {
  json::object body;
  body["bookingId"] = booking.value;
  body["startTime"] = to_iso(start);
  body["endTime"] = to_iso(end);
  std::string target = "/internal/users/" + crew.value + "/reservations";
  const Result<json::value> answer =
      co_await users_.send(trace, http::Method::post, std::move(target), std::move(body));
  if (answer) co_return Result<void>{};
  if (answer.error().code == Code::not_found)
    co_return invalid_field("crewId", "names no crew member");
  co_return as_ours(answer.error());
}

Task<Result<void>> Neighbours::release_crew(Trace trace, UserId crew, BookingId booking) {
  return release(users_, std::move(trace),
                 "/internal/users/" + crew.value + "/reservations/" + booking.value);
}

Task<Result<bool>> Neighbours::is_crew_busy(Trace trace, UserId crew, Time start, Time end) {
  std::string target = "/internal/users/" + crew.value +
                       "/conflicts?startTime=" + http::encode_component(to_iso(start)) +
                       "&endTime=" + http::encode_component(to_iso(end));
  const Result<json::value> answer = co_await users_.get(trace, std::move(target));
  if (!answer) co_return as_ours(answer.error());
  co_return answer->at("busy").as_bool();
}

}  // namespace thenorsound::booking
