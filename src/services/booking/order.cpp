#include "services/booking/order.hpp"

namespace thenorsound::booking {
namespace {
constexpr std::size_t longest_notes = 2'000;
constexpr std::int64_t crew_user_type = 3;
constexpr Money least_total{-1};  // more than: nothing may be expected
constexpr Money highest_total{100'000'000'000};

std::optional<std::string> text_of(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(std::string_view(value->get_string()));
}

// "whose" can't be answered for an id that is no text.
Result<void> check_ids(const json::object& from) {
  Problems problems;
  for (const std::string_view name : {"eventId", "crewId"}) {
    const json::value* value = from.if_contains(name);
    if (value != nullptr && !value->is_null() && !value->is_string())
      problems.add(std::string(name), "must be a text");
  }
  if (problems.any()) return problems.error();
  return {};
}

Task<Result<void>> find_event(BookingContext& context, const http::Call& call, std::string id,
                              BookingOrder& order) {
  EventId event_id{std::move(id)};
  Result<std::optional<EventProfile>> event =
      co_await context.neighbours.find_event(call.trace, std::move(event_id));
  if (!event) co_return event.error();
  if (!*event) co_return not_found("event");
  if (!call.actor.is_admin() && (*event)->customer_id != call.actor.customer) co_return forbidden();
  order.event = std::move(**event);
  co_return Result<void>{};
}

// Leaves order.crew empty, with a problem noted, where it names nobody who can be booked.
Task<Result<void>> find_crew(BookingContext& context, const http::Call& call, std::string id,
                             BookingOrder& order, Problems& problems) {
  UserId crew_id{std::move(id)};
  Result<std::optional<UserProfile>> crew =
      co_await context.neighbours.find_user(call.trace, std::move(crew_id));
  if (!crew) co_return crew.error();
  const bool bookable = *crew && (*crew)->user_type == crew_user_type && (*crew)->is_active;
  if (!bookable) {
    problems.add("crewId", "names no crew member who can be booked");
    co_return Result<void>{};
  }
  Result<std::optional<Company>> company =
      co_await context.neighbours.find_company(call.trace, (*crew)->customer_id);
  if (!company) co_return company.error();
  if (!*company) {
    problems.add("crewId", "names no crew member who can be booked");
    co_return Result<void>{};
  }
  order.crew = std::move(**crew);
  order.crew_company = std::move(**company);
  // In-house crew is its own organiser's alone.
  if (order.crew_company.is_crew_company() || order.event.id.empty() || order.in_house())
    co_return Result<void>{};
  if (!call.actor.is_admin()) co_return forbidden();
  problems.add("crewId", "names somebody's in-house crew, bookable by that organiser alone");
  co_return Result<void>{};
}

// True where startTime is a time.
bool read_span(Fields& in, BookingOrder& order) {
  const bool start = in.time("startTime", order.start);
  const bool end = in.time("endTime", order.end);
  if (start && !order.start.whole_minute()) in.problem("startTime", "must be a whole minute");
  if (end && !order.end.whole_minute()) in.problem("endTime", "must be a whole minute");
  if (start && end && order.end <= order.start)
    in.problem("endTime", "must be after startTime");
  else if (start && end && order.end.ms - order.start.ms > longest_booking_ms)
    in.problem("endTime", "must be at most 31 days after startTime");
  return start;
}

// Admins book any time; others as far back as the settings allow.
Task<Result<void>> check_past(BookingContext& context, const http::Call& call, Time start, Time now,
                              Problems& problems) {
  if (call.actor.is_admin() || start >= now) co_return Result<void>{};
  const Result<RuntimeSettings> settings = co_await context.neighbours.runtime_settings(call.trace);
  if (!settings) co_return settings.error();
  const std::int64_t days = settings->booking_past_days;
  if (start < now - days * day_ms)
    problems.add("startTime", days == 0 ? std::string("must not be in the past")
                                        : "must be at most " + std::to_string(days) + " days back");
  co_return Result<void>{};
}

void read_rest(Fields& in, Time now, BookingOrder& order) {
  if (in.text("slotId", order.slot_id) && !could_be_id(*order.slot_id))
    in.problem("slotId", "names no slot");
  in.text("category", order.category);
  in.text("skill", order.skill);
  in.enumeration("timeType", order.time_type);
  if (in.mode() != Fields::Mode::create) return;
  in.text("notes", order.notes, {.max = longest_notes});
  if (in.time("answerBy", order.answer_by) && *order.answer_by <= now)
    in.problem("answerBy", "must be in the future");
  in.boolean("autoConfirm", order.auto_confirm, true);
  in.money("expectedTotal", order.expected_total, least_total, highest_total);
}

void check_names(const Catalogue& catalogue, const BookingOrder& order, Problems& problems) {
  const bool has_category = order.category && catalogue.category(*order.category) != nullptr;
  if (order.category && !has_category) problems.add("category", "is not in the catalogue");
  if (!order.skill) return;
  bool known = false;  // in its category, or anywhere where that says nothing
  for (const CatalogueCategory& category : catalogue.categories)
    if (!has_category || *order.category == category.name)
      known = known || catalogue.has(category.name, *order.skill);
  if (!known) problems.add("skill", "is not in the catalogue");
}
}  // namespace

Task<Result<BookingOrder>> read_order(BookingContext& context, const http::Call& call,
                                      json::object from, Fields::Mode mode) {
  if (const Result<void> ids = check_ids(from); !ids) co_return ids.error();
  BookingOrder order;
  order.actor = call.actor;
  Problems problems;
  if (auto event_id = text_of(from, "eventId")) {
    const Result<void> found = co_await find_event(context, call, std::move(*event_id), order);
    if (!found) co_return found.error();
  }
  if (auto crew_id = text_of(from, "crewId")) {
    const Result<void> found =
        co_await find_crew(context, call, std::move(*crew_id), order, problems);
    if (!found) co_return found.error();
  }
  Fields in(from, problems, mode);
  std::string id;  // looked up above; read here for what is missing
  in.text("eventId", id);
  if (!problems.has("crewId"))
    in.text("crewId", id);
  else
    in.raw("crewId");
  const Time now = context.clock.now();
  const bool starts = read_span(in, order);
  read_rest(in, now, order);
  in.refuse_unknown();
  if (starts) {
    const Result<void> checked = co_await check_past(context, call, order.start, now, problems);
    if (!checked) co_return checked.error();
  }
  if (order.category || order.skill) {
    const Result<Catalogue> catalogue = co_await context.neighbours.catalogue(call.trace);
    if (!catalogue) co_return catalogue.error();
    check_names(*catalogue, order, problems);
  }
  if (problems.any()) co_return problems.error();
  co_return order;
}

}  // namespace thenorsound::booking
