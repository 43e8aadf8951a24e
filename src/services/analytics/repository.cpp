#include "services/analytics/repository.hpp"

namespace thenorsound::analytics {
namespace {

std::string text(const json::object& data, std::string_view name) {
  const json::value* value = data.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(std::string_view(value->get_string()));
}
bool flag(const json::object& data, std::string_view name) {
  const json::value* value = data.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}
Money money(const json::object& data, std::string_view name) {
  const json::value* value = data.if_contains(name);
  return value == nullptr ? Money{} : money_from_json(*value).value_or(Money{});
}
Time time(const json::object& data, std::string_view name) {
  return time_from_iso(text(data, name)).value_or(Time{});
}

// The row's own message first, or the next that changes it.
template <class Row>
Task<Result<void>> update(store::Collection<Row>& rows, Message message) {
  const Trace trace = new_trace(message.traceparent);
  Row fresh;
  fresh.id = message.subject;
  apply(fresh, message);
  const auto inserted = co_await rows.insert(trace, fresh);
  if (inserted) co_return Result<void>{};
  if (inserted.error().reason != "exists") co_return inserted.error();
  std::string id = message.subject;
  auto change = [message](Row& row, store::Outgoing&) -> Result<store::Change> {
    return apply(row, message) ? store::Change::yes : store::Change::no;
  };
  const auto updated = co_await rows.modify(trace, std::move(id), std::move(change));
  if (!updated) co_return updated.error();
  co_return Result<void>{};
}

store::CollectionSchema schema(std::string name, std::vector<std::string> fields,
                               std::vector<std::vector<std::string>> indexes) {
  store::CollectionSchema made;
  made.name = std::move(name);
  made.fields = std::move(fields);
  for (auto& index : indexes) made.indexes.push_back(store::Index{std::move(index)});
  return made;
}

}  // namespace

RawMessage raw_of(const Message& message) {
  RawMessage raw;
  raw.id = message.id;
  raw.at = message.time;
  raw.type = message.type;
  raw.subject = message.subject;
  raw.sequence = message.sequence;
  raw.source = message.source;
  raw.trace_id = std::string(Trace{message.traceparent}.trace_id());
  raw.user_id = text(message.data, "userId");
  if (raw.user_id.empty()) raw.user_id = text(message.data, "crewId");
  raw.data = message.data;
  return raw;
}

bool apply(BookingRow& row, const Message& message) {
  bool changed = false;
  if (message.type != "booking.failed" && !row.requested) changed = row.requested = true;
  if (message.type == "booking.created" && row.requested_at != message.time) {
    row.requested_at = message.time;
    changed = true;
  }
  if (message.sequence <= row.sequence) return changed;
  const json::object& data = message.data;
  row.sequence = message.sequence;
  row.event_id = text(data, "eventId");
  row.crew_id = text(data, "crewId");
  row.customer_id = text(data, "customerId");
  row.crew_customer_id = text(data, "crewCustomerId");
  row.start_time = time(data, "startTime");
  row.end_time = time(data, "endTime");
  row.status = text(data, "status");
  row.total = money(data, "totalAmount");
  row.in_house = flag(data, "inHouse");
  return true;
}

bool apply(InvoiceRow& row, const Message& message) {
  bool changed = false;
  const auto note = [&](std::string_view type, std::optional<Time>& at) {
    if (message.type != type || at == message.time) return;
    at = message.time;
    changed = true;
  };
  note("invoice.generated", row.issued_at);
  note("invoice.paid", row.paid_at);
  note("invoice.credited", row.credited_at);
  if (message.sequence <= row.sequence) return changed;
  const json::object& data = message.data;
  row.sequence = message.sequence;
  row.customer_id = text(data, "customerId");
  row.crew_customer_id = text(data, "crewCustomerId");
  row.booking_id = text(data, "bookingId");
  row.total = money(data, "totalAmount");
  return true;
}

bool apply(CrewRow& row, const Message& message) {
  if (message.sequence <= row.sequence) return false;
  row.sequence = message.sequence;
  row.customer_id = text(message.data, "customerId");
  row.active = message.type != "user.deleted" && flag(message.data, "isActive");
  return true;
}

Repository::Repository(store::DocumentStore& store, const Clock& clock)
    : messages(store, clock, "analytics_messages", "analytics"),
      bookings(store, clock, "analytics_bookings", "analytics"),
      invoices(store, clock, "analytics_invoices", "analytics"),
      crew(store, clock, "analytics_crew", "analytics") {}

std::vector<store::CollectionSchema> Repository::schemas() {
  return {
      schema("analytics_messages", {"at", "type", "subject", "userId"},
             {{"at"}, {"type", "at"}, {"subject", "at"}, {"userId", "at"}}),
      schema("analytics_bookings", {"startTime", "requestedAt", "customerId", "crewCustomerId"},
             {{"startTime"},
              {"customerId", "startTime"},
              {"crewCustomerId", "startTime"},
              {"requestedAt"},
              {"customerId", "requestedAt"},
              {"crewCustomerId", "requestedAt"}}),
      schema("analytics_invoices",
             {"issuedAt", "paidAt", "creditedAt", "customerId", "crewCustomerId"},
             {{"issuedAt"},
              {"customerId", "issuedAt"},
              {"crewCustomerId", "issuedAt"},
              {"paidAt"},
              {"customerId", "paidAt"},
              {"crewCustomerId", "paidAt"},
              {"creditedAt"},
              {"customerId", "creditedAt"},
              {"crewCustomerId", "creditedAt"}}),
      schema("analytics_crew", {"customerId", "active"}, {{"active"}, {"customerId", "active"}}),
  };
}

Task<Result<void>> Repository::keep(RawMessage message) {
  const Trace trace;
  const auto inserted = co_await messages.insert(trace, std::move(message));
  if (inserted || inserted.error().reason == "exists") co_return Result<void>{};
  co_return inserted.error();
}

Task<Result<void>> Repository::update_rows(Message message) {
  const std::string& type = message.type;
  if (type.starts_with("booking.")) co_return co_await update(bookings, std::move(message));
  if (type.starts_with("invoice.")) co_return co_await update(invoices, std::move(message));
  const json::value* user_type = message.data.if_contains("userType");
  const bool is_crew = user_type != nullptr && *user_type == 3;
  if (is_crew && (type.starts_with("user.") || type.starts_with("crew.")))
    co_return co_await update(crew, std::move(message));
  co_return Result<void>{};
}

}  // namespace thenorsound::analytics
