#include "services/analytics/queries.hpp"

#include <unordered_map>

#include "contracts/user_profile.hpp"
#include "http/url.hpp"

namespace thenorsound::analytics {
namespace {

constexpr std::size_t page_size = 5'000;
constexpr std::size_t most_rows = 200'000;
constexpr std::size_t most_readings = 1'000;  // an answer of the user service
constexpr int most_pages_of_events = 50;
constexpr std::int64_t longest_booking_ms = 31 * day_ms;
constexpr std::string_view reading_source = "user";

store::Condition is(std::string field, store::Op op, json::value value) {
  return store::Condition{std::move(field), op, std::move(value)};
}
json::value text(const std::string& word) { return json::value(json::string(word)); }

// All that match, in pages. Error: more than `most_rows`.
template <class T>
Task<Result<std::vector<T>>> all_of(store::Collection<T>& rows, store::Query query) {
  std::vector<T> found;
  query.limit = page_size;
  for (;;) {
    query.skip = found.size();
    store::Query page = query;
    auto next = co_await rows.find(std::move(page));
    if (!next) co_return next.error();
    const bool last = next->size() < page_size;
    std::move(next->begin(), next->end(), std::back_inserter(found));
    if (last) co_return found;
    if (found.size() >= most_rows) co_return invalid_field("to", "is too long a time");
  }
}

store::Query query_of(const Scope& scope, std::string field, Time from, Time to) {
  store::Query query;
  if (scope.kind == Scope::Kind::organiser)
    query.where.push_back(is("customerId", store::Op::eq, text(scope.company)));
  if (scope.kind == Scope::Kind::crew_company)
    query.where.push_back(is("crewCustomerId", store::Op::eq, text(scope.company)));
  query.where.push_back(is(field, store::Op::ge, from.ms));
  query.where.push_back(is(field, store::Op::lt, to.ms));
  query.order_by = std::move(field);
  return query;
}

std::string target(std::string path,
                   std::initializer_list<std::pair<const char*, std::string>> parameters) {
  char sign = '?';
  for (const auto& [name, value] : parameters) {
    path += sign;
    path += name;
    path += '=';
    path += http::encode_component(value);
    sign = '&';
  }
  return path;
}

RawMessage reading_of(const json::object& entry) {
  RawMessage reading;
  std::string id;
  codec::read(entry.at("id"), id);
  reading.id = "audit:" + id;
  codec::read(entry.at("at"), reading.at);
  codec::read(entry.at("action"), reading.type);
  codec::read(entry.at("subject"), reading.subject);
  codec::read(entry.at("userId"), reading.user_id);
  reading.source = std::string(reading_source);
  reading.data["userId"] = text(reading.user_id);
  return reading;
}

// The day of the newest reading that is here; they have the type "sensitive.…".
Task<Result<Time>> newest_reading(Repository& rows) {
  store::Query query;
  query.where.push_back(is("type", store::Op::eq, "sensitive.read"));
  query.order_by = "at";
  query.descending = true;
  query.limit = 1;
  const auto found = co_await rows.messages.find(std::move(query));
  if (!found) co_return found.error();
  co_return found->empty() ? Time{} : found->front().at;
}

Task<Result<void>> add_net_amounts(Repository& rows, Rows& into) {
  for (const BookingRow& row : into.bookings) into.net[row.id] = row.total;
  for (const InvoiceRow& invoice : into.invoices) {
    if (invoice.booking_id.empty() || into.net.contains(invoice.booking_id)) continue;
    const auto booking = co_await rows.bookings.get(invoice.booking_id);
    if (!booking) co_return booking.error();
    if (*booking) into.net[invoice.booking_id] = (*booking)->total;
  }
  co_return Result<void>{};
}

void add_slots(const json::object& event, std::vector<SlotFill>& into) {
  const json::value* slots = event.if_contains("slots");
  const json::value* status = event.if_contains("status");
  if (slots == nullptr || !slots->is_array()) return;
  if (status != nullptr && (*status == "Cancelled" || *status == "Draft")) return;
  for (const json::value& item : slots->get_array()) {
    SlotFill slot;
    std::string start;
    codec::read(item.at("startTime"), start);
    slot.start_time = time_from_iso(start).value_or(Time{});
    codec::read(item.at("capacity"), slot.capacity);
    codec::read(item.at("booked"), slot.booked);
    into.push_back(slot);
  }
}

using Names = std::unordered_map<std::string, std::string>;

Task<Result<Names>> names_of(Neighbours& neighbours, Trace trace, std::string company) {
  Names names;
  std::string path = target("/internal/users", {{"customerId", company}});
  const auto answer = co_await neighbours.users.get(trace, std::move(path));
  if (!answer) co_return answer.error();
  for (const json::value& item : answer->as_array()) {
    const auto profile = from_document<UserProfile>(item.as_object());
    names[profile.id.value] = profile.name;
  }
  co_return names;
}

Task<Result<std::set<Day>>> marks_of(Neighbours& neighbours, Trace trace, std::string user,
                                     Span span) {
  std::set<Day> marked;
  std::string path = target("/internal/users/" + http::encode_component(user) + "/marks",
                            {{"from", to_iso(span.from)}, {"to", to_iso(span.to)}});
  const auto answer = co_await neighbours.users.get(trace, std::move(path));
  if (!answer && answer.error().code == Code::not_found) co_return marked;
  if (!answer) co_return answer.error();
  for (const json::value& item : answer->as_array()) {
    std::string first, last;
    codec::read(item.at("startDate"), first);
    codec::read(item.at("endDate"), last);
    const Day from = day_from_iso(first).value_or(Day{});
    const Day to = std::min(day_from_iso(last).value_or(from), span.to);
    for (Day day = std::max(from, span.from); day <= to; day = Day{day.days + 1})
      marked.insert(day);
  }
  co_return marked;
}

Task<Result<std::vector<CrewRow>>> crew_of(Repository& rows, Scope scope) {
  store::Query query;
  if (scope.kind != Scope::Kind::all)
    query.where.push_back(is("customerId", store::Op::eq, text(scope.company)));
  query.where.push_back(is("active", store::Op::eq, true));
  co_return co_await all_of(rows.crew, std::move(query));
}

}  // namespace

Task<Result<void>> fetch_readings(Repository& rows, Neighbours& neighbours, Trace trace) {
  const Result<Time> newest = co_await newest_reading(rows);
  if (!newest) co_return newest.error();
  // A little overlap: two processes' clocks may differ.
  const Time from{std::max<std::int64_t>(0, newest->ms - minute_ms)};
  std::optional<Time> to;
  for (;;) {
    std::string path = target("/internal/user-audit", {{"from", to_iso(from)}});
    if (to) path += "&to=" + http::encode_component(to_iso(*to));
    const auto answer = co_await neighbours.users.get(trace, std::move(path));
    if (!answer) co_return answer.error();
    const json::array& entries = answer->as_array();
    for (const json::value& entry : entries) {
      RawMessage reading = reading_of(entry.as_object());
      to = reading.at;
      const Result<void> kept = co_await rows.keep(std::move(reading));
      if (!kept) co_return kept;
    }
    if (entries.size() < most_readings) co_return Result<void>{};
  }
}

Task<Result<AuditPage>> audit(Repository& rows, AuditFilter filter, std::size_t skip,
                              std::size_t limit) {
  store::Query query;
  if (filter.subject) query.where.push_back(is("subject", store::Op::eq, text(*filter.subject)));
  if (filter.user_id) query.where.push_back(is("userId", store::Op::eq, text(*filter.user_id)));
  if (filter.from) query.where.push_back(is("at", store::Op::ge, filter.from->ms));
  if (filter.to) query.where.push_back(is("at", store::Op::lt, filter.to->ms));
  query.order_by = "at";
  query.descending = true;
  query.limit = limit;
  query.skip = skip;
  store::Query all = query;
  AuditPage page;
  auto found = co_await rows.messages.find(std::move(query));
  if (!found) co_return found.error();
  page.entries = std::move(*found);
  const auto total = co_await rows.messages.count(std::move(all));
  if (!total) co_return total.error();
  page.total = *total;
  co_return page;
}

Task<Result<Rows>> report_rows(Repository& rows, Scope scope, Span span, bool by_request) {
  const Period period = whole(span);
  Rows result;
  store::Query wanted =
      query_of(scope, by_request ? "requestedAt" : "startTime", period.begin, period.end);
  auto bookings = co_await all_of(rows.bookings, std::move(wanted));
  if (!bookings) co_return bookings.error();
  result.bookings = std::move(*bookings);
  std::map<std::string, InvoiceRow> invoices;
  for (const char* field : {"issuedAt", "paidAt", "creditedAt"}) {
    store::Query query = query_of(scope, field, period.begin, period.end);
    auto found = co_await all_of(rows.invoices, std::move(query));
    if (!found) co_return found.error();
    for (InvoiceRow& row : *found) invoices.emplace(row.id, row);
  }
  for (auto& [id, row] : invoices) result.invoices.push_back(std::move(row));
  const Result<void> amounts = co_await add_net_amounts(rows, result);
  if (!amounts) co_return amounts.error();
  co_return result;
}

Task<Result<std::vector<SlotFill>>> slots(Neighbours& neighbours, Trace trace, Actor actor,
                                          Span span) {
  const Period period = whole(span);
  std::vector<SlotFill> found;
  for (int number = 1; number <= most_pages_of_events; ++number) {
    std::string path = target("/api/events", {{"from", to_iso(period.begin)},
                                              {"to", to_iso(period.end)},
                                              {"pageSize", "200"},
                                              {"pageNumber", std::to_string(number)}});
    json::object nothing;
    const auto answer = co_await neighbours.events.send(trace, http::Method::get, std::move(path),
                                                        std::move(nothing), &actor);
    if (!answer) co_return answer.error();
    const json::array& items = answer->as_object().at("items").as_array();
    for (const json::value& event : items) add_slots(event.as_object(), found);
    if (items.size() < 200) break;
  }
  co_return found;
}

Task<Result<std::vector<CrewFacts>>> crew_facts(Repository& rows, Neighbours& neighbours,
                                                Trace trace, Scope scope, Span span) {
  const auto crew = co_await crew_of(rows, scope);
  if (!crew) co_return crew.error();
  const Period period = whole(span);
  Scope as_crew = scope;
  if (scope.kind == Scope::Kind::organiser) as_crew.kind = Scope::Kind::crew_company;
  store::Query query =
      query_of(as_crew, "startTime", period.begin - longest_booking_ms, period.end);
  auto bookings = co_await all_of(rows.bookings, std::move(query));
  if (!bookings) co_return bookings.error();
  std::unordered_map<std::string, std::vector<BookingRow>> by_crew;
  for (BookingRow& row : *bookings)
    if (row.end_time > period.begin) by_crew[row.crew_id].push_back(row);
  std::map<std::string, Names> names;
  std::vector<CrewFacts> facts;
  for (const CrewRow& member : *crew) {
    if (!names.contains(member.customer_id)) {
      auto found = co_await names_of(neighbours, trace, member.customer_id);
      if (!found) co_return found.error();
      names[member.customer_id] = std::move(*found);
    }
    CrewFacts fact;
    fact.id = member.id;
    fact.customer_id = member.customer_id;
    fact.name = names[member.customer_id][member.id];
    fact.bookings = std::move(by_crew[member.id]);
    auto marked = co_await marks_of(neighbours, trace, member.id, span);
    if (!marked) co_return marked.error();
    fact.marked = std::move(*marked);
    facts.push_back(std::move(fact));
  }
  std::sort(facts.begin(), facts.end(), [](const CrewFacts& a, const CrewFacts& b) {
    return std::tie(a.name, a.id) < std::tie(b.name, b.id);
  });
  co_return facts;
}

}  // namespace thenorsound::analytics
