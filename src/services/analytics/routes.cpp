#include "services/analytics/routes.hpp"

namespace thenorsound::analytics {
namespace {

constexpr std::int32_t most_days = 3 * 366;
constexpr std::size_t most_items = 100'000;
constexpr std::int32_t default_days = 30;
constexpr std::string_view csv_type = "text/csv";

enum class Format { json, csv };
BOOST_DESCRIBE_ENUM(Format, json, csv)

json::value text(std::string_view word) { return json::value(json::string(word)); }

json::object view_of(const bus::DeadLetter& letter) {
  json::object out;
  out["id"] = text(letter.id);
  out["queue"] = text(letter.queue);
  out["type"] = text(letter.message.type);
  out["subject"] = text(letter.message.subject);
  out["reason"] = text(letter.reason);
  out["attempts"] = letter.attempts;
  out["since"] = text(to_iso(letter.since));
  out["message"] = to_cloud_event(letter.message);
  return out;
}

json::object view_of(const RawMessage& entry) {
  json::object out;
  out["id"] = text(entry.id);
  out["time"] = text(to_iso(entry.at));
  out["type"] = text(entry.type);
  out["subject"] = text(entry.subject);
  if (!entry.user_id.empty()) out["userId"] = text(entry.user_id);
  out["source"] = text(entry.source);
  if (!entry.trace_id.empty()) out["traceId"] = text(entry.trace_id);
  out["data"] = entry.data;
  return out;
}

struct ReportQuery {
  Span span;
  By by = By::month;
  Format format = Format::json;
};

Result<ReportQuery> read_report_query(const http::Call& call, Time now) {
  const Result<json::object> query = call.query();
  if (!query) return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  ReportQuery wanted;
  std::optional<Day> from, to;
  in.day("from", from);
  in.day("to", to);
  in.enumeration("by", wanted.by, true);
  in.enumeration("format", wanted.format, true);
  in.refuse_unknown();
  if (problems.any()) return problems.error();
  const Day today = stockholm_day(now);
  wanted.span.to = to ? *to : from ? std::max(*from, today) : today;
  wanted.span.from = from ? *from : Day{wanted.span.to.days - default_days + 1};
  if (wanted.span.to < wanted.span.from) return invalid_field("to", "must not be before from");
  if (wanted.span.to.days - wanted.span.from.days >= most_days)
    return invalid_field("to", "must be within three years of from");
  return wanted;
}

http::Response answer(const ReportQuery& query, std::string_view name,
                      const std::vector<std::string>& columns, json::object document) {
  if (query.format == Format::csv) {
    http::Response response;
    response.content_type = "text/csv; charset=utf-8";
    response.body = to_csv(columns, document.at("items").as_array());
    response.set("Content-Disposition", "attachment; filename=\"" + std::string(name) + ".csv\"");
    return response;
  }
  return http::ok(document);
}

json::object head_of(const ReportQuery& query) {
  json::object out;
  out["from"] = text(to_iso(query.span.from));
  out["to"] = text(to_iso(query.span.to));
  out["by"] = text(word_of(query.by));
  out["currency"] = "SEK";
  return out;
}

Scope scope_of(const Actor& actor) {
  Scope scope;
  if (actor.is_admin()) return scope;
  scope.kind = actor.is(Role::CrewAdmin) ? Scope::Kind::crew_company : Scope::Kind::organiser;
  scope.company = actor.customer.value;
  return scope;
}

}  // namespace

Routes::Routes(Repository& rows, Neighbours neighbours, bus::MessageBus& bus, const Clock& clock)
    : rows_(rows), neighbours_(neighbours), bus_(bus), clock_(clock) {}

void Routes::add_to(http::Router& router) {
  using http::Method;
  const auto bind = [this](Task<Result<http::Response>> (Routes::*handler)(http::Call&)) {
    return [this, handler](http::Call& call) { return (this->*handler)(call); };
  };
  const http::Access admin = http::Access::only({Role::Admin});
  const http::Access admins =
      http::Access::only({Role::Admin, Role::CustomerAdmin, Role::CrewAdmin});
  router.add(Method::get, "/api/admin/dead-letters", admin, bind(&Routes::dead_letters));
  router.add(Method::post, "/api/admin/dead-letters/{id}/replay", admin, bind(&Routes::replay),
             http::Body::json);
  router.add(Method::get, "/api/admin/audit", admin, bind(&Routes::audit_entries));
  const auto report = [&](std::string path, http::RouteHandler handler) {
    router.add(Method::get, std::move(path), admins, std::move(handler))
        .also_produces.emplace_back(csv_type);
  };
  report("/api/reports/bookings", bind(&Routes::bookings));
  report("/api/reports/trends", bind(&Routes::trends));
  report("/api/reports/utilisation", bind(&Routes::utilisation));
}

Task<Result<http::Response>> Routes::dead_letters(http::Call& call) {
  const Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  const http::Page page = http::read_page(in);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const auto letters = co_await bus_.dead_letters(page.limit(), page.skip());
  if (!letters) co_return letters.error();
  const auto total = co_await bus_.dead_letter_count();
  if (!total) co_return total.error();
  json::array items;
  for (const bus::DeadLetter& letter : *letters) items.push_back(view_of(letter));
  co_return http::ok(http::page_of(std::move(items), page, *total));
}

Task<Result<http::Response>> Routes::replay(http::Call& call) {
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  const Result<const json::object*> body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields(**body, problems, Fields::Mode::create).refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<void> done = co_await bus_.replay(call.id());
  if (!done) co_return done.error();
  json::object out;
  out["id"] = text(call.id());
  out["replayed"] = true;
  co_return http::ok(out);
}

Task<Result<http::Response>> Routes::audit_entries(http::Call& call) {
  const Result<json::object> query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  AuditFilter filter;
  in.time("from", filter.from);
  in.time("to", filter.to);
  in.text("userId", filter.user_id);
  in.text("subject", filter.subject);
  const http::Page page = http::read_page(in);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  // Who has read sensitive data is in it at once.
  const Result<void> fetched = co_await fetch_readings(rows_, neighbours_, call.trace);
  if (!fetched) co_return fetched.error();
  const auto found = co_await audit(rows_, std::move(filter), page.skip(), page.limit());
  if (!found) co_return found.error();
  json::array items;
  for (const RawMessage& entry : found->entries) items.push_back(view_of(entry));
  co_return http::ok(http::page_of(std::move(items), page, found->total));
}

Task<Result<http::Response>> Routes::bookings(http::Call& call) {
  const Result<ReportQuery> query = read_report_query(call, clock_.now());
  if (!query) co_return query.error();
  Result<Rows> rows = co_await report_rows(rows_, scope_of(call.actor), query->span, false);
  if (!rows) co_return rows.error();
  // How an organiser's slots are filled is no business of a crew company's.
  if (!call.actor.is(Role::CrewAdmin)) {
    auto filled = co_await slots(neighbours_, call.trace, call.actor, query->span);
    if (!filled) co_return filled.error();
    rows->slots = std::move(*filled);
  }
  json::object out = head_of(*query);
  const Time now = clock_.now();
  out["items"] = booking_items(*rows, periods_of(query->span, query->by), now);
  out["totals"] = booking_totals(*rows, query->span, now);
  co_return answer(*query, "bookings", booking_columns(), std::move(out));
}

Task<Result<http::Response>> Routes::trends(http::Call& call) {
  const Result<ReportQuery> query = read_report_query(call, clock_.now());
  if (!query) co_return query.error();
  const Result<Rows> rows = co_await report_rows(rows_, scope_of(call.actor), query->span, true);
  if (!rows) co_return rows.error();
  json::object out = head_of(*query);
  out["items"] = trend_items(*rows, periods_of(query->span, query->by));
  co_return answer(*query, "trends", trend_columns(), std::move(out));
}

Task<Result<http::Response>> Routes::utilisation(http::Call& call) {
  const Result<ReportQuery> query = read_report_query(call, clock_.now());
  if (!query) co_return query.error();
  const auto facts =
      co_await crew_facts(rows_, neighbours_, call.trace, scope_of(call.actor), query->span);
  if (!facts) co_return facts.error();
  const std::vector<Period> periods = periods_of(query->span, query->by);
  if (facts->size() * periods.size() > most_items)
    co_return invalid_field("by", "makes too many rows for this time");
  json::array items;
  for (const CrewFacts& crew : *facts)
    for (json::value& item : utilisation_items(crew, periods)) items.push_back(std::move(item));
  json::object out = head_of(*query);
  out["items"] = std::move(items);
  co_return answer(*query, "utilisation", utilisation_columns(), std::move(out));
}

}  // namespace thenorsound::analytics
