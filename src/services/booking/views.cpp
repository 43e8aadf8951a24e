#include "services/booking/views.hpp"

#include <cmath>

namespace thenorsound::booking {
namespace {
constexpr std::string_view currency = "SEK";

json::value number(double value) {
  if (std::trunc(value) == value && std::fabs(value) < 9e15)
    return static_cast<std::int64_t>(value);
  return value;
}

json::value word(std::string_view text) { return json::value(json::string(text)); }

template <class Kind>
void put(json::object& out, std::string_view name, const Id<Kind>& id) {
  if (!id.empty()) out[name] = id.value;
}
void put(json::object& out, std::string_view name, const std::optional<std::string>& text) {
  if (text) out[name] = *text;
}
void put_name(json::object& out, std::string_view name, const std::string& text) {
  if (!text.empty()) out[name] = text;
}

json::array lines_view(const std::vector<BookingLine>& lines) {
  json::array out;
  for (const BookingLine& line : lines) {
    json::object item;
    item["kind"] = word(word_of(line.kind));
    item["text"] = line.text;
    item["quantity"] = number(line.quantity);
    item["unit"] = word(word_of(line.unit));
    item["unitPrice"] = to_json(line.unit_price);
    item["amount"] = to_json(line.amount);
    item["vatRate"] = line.vat_rate;
    put(item, "vatReason", line.vat_reason);
    out.push_back(std::move(item));
  }
  return out;
}

json::object terms_view(const Terms& terms) { return to_document(terms); }

void put_price(json::object& out, const Booking& booking) {
  out["rate"] = to_json(booking.rate);
  out["units"] = number(booking.units);
  out["lines"] = lines_view(booking.lines);
  out["totalAmount"] = to_json(booking.total_amount);
  out["currency"] = word(currency);
  put(out, "tariffId", booking.tariff_id);
  out["terms"] = terms_view(booking.terms);
}

json::object cancellation_view(const Cancellation& cancellation) {
  json::object out;
  out["code"] = word(word_of(cancellation.code));
  out["by"] = cancellation.by;
  out["at"] = to_iso(cancellation.at);
  put(out, "text", cancellation.text);
  return out;
}
}  // namespace

json::object booking_view(const Booking& booking, const Actor& actor) {
  json::object out;
  out["id"] = booking.id.value;
  out["version"] = booking.version;
  out["createdAt"] = to_iso(booking.created_at);
  out["updatedAt"] = to_iso(booking.updated_at);
  out["eventId"] = booking.event_id.value;
  out["eventName"] = booking.event_name;
  out["crewId"] = booking.crew_id.value;
  out["crewName"] = booking.crew_name;
  out["customerId"] = booking.customer_id.value;
  put_name(out, "customerName", booking.customer_name);
  out["crewCustomerId"] = booking.crew_customer_id.value;
  put_name(out, "crewCustomerName", booking.crew_customer_name);
  put(out, "slotId", booking.slot_id);
  out["category"] = booking.category;
  out["skill"] = booking.skill;
  out["startTime"] = to_iso(booking.start_time);
  out["endTime"] = to_iso(booking.end_time);
  if (booking.time_type) out["timeType"] = word(word_of(*booking.time_type));
  if (!actor.is(Role::CrewUser)) put_price(out, booking);
  out["status"] = word(word_of(booking.status));
  if (booking.cancellation) out["cancellation"] = cancellation_view(*booking.cancellation);
  put(out, "notes", booking.notes);
  if (booking.expires_at) out["expiresAt"] = to_iso(*booking.expires_at);
  return out;
}

json::object event_in_short(const Booking& booking, const EventProfile* event) {
  json::object out;
  out["id"] = booking.event_id.value;
  out["name"] = event != nullptr ? event->name : booking.event_name;
  if (event == nullptr) return out;
  out["location"] = event->location;
  put(out, "address", event->address);
  out["startDate"] = to_iso(event->start_date);
  out["endDate"] = to_iso(event->end_date);
  out["status"] = word(word_of(event->status));
  return out;
}

json::object crew_in_short(const Booking& booking, const UserProfile* crew, bool with_phone) {
  json::object out;
  out["id"] = booking.crew_id.value;
  out["name"] = crew != nullptr ? crew->name : booking.crew_name;
  out["customerId"] = booking.crew_customer_id.value;
  put_name(out, "customerName", booking.crew_customer_name);
  if (crew != nullptr && with_phone) put(out, "phone", crew->phone);
  return out;
}

json::array history_view(const Booking& booking) {
  json::array out;
  for (const HistoryEntry& entry : booking.history) {
    json::object item;
    item["at"] = to_iso(entry.at);
    item["by"] = entry.by;
    item["action"] = entry.action;
    item["status"] = word(word_of(entry.status));
    put(item, "text", entry.text);
    out.push_back(std::move(item));
  }
  return out;
}

json::object quote_view(const Quote& quote) {
  const Price& price = quote.price;
  json::object out;
  out["category"] = price.category;
  out["skill"] = price.skill;
  out["timeType"] = word(word_of(price.time_type));
  out["rate"] = to_json(price.rate);
  out["units"] = number(price.units);
  out["totalAmount"] = to_json(price.total);
  out["currency"] = word(currency);
  out["lines"] = lines_view(price.lines);
  json::array others;
  for (const auto& [type, total] : quote.others) {
    json::object other;
    other["timeType"] = word(word_of(type));
    other["totalAmount"] = to_json(total);
    others.push_back(std::move(other));
  }
  out["others"] = std::move(others);
  return out;
}

json::object message_data(const Booking& booking, BookingStatus status) {
  json::object out;
  out["bookingId"] = booking.id.value;
  out["eventId"] = booking.event_id.value;
  out["crewId"] = booking.crew_id.value;
  out["customerId"] = booking.customer_id.value;
  out["crewCustomerId"] = booking.crew_customer_id.value;
  put(out, "slotId", booking.slot_id);
  out["category"] = booking.category;
  out["skill"] = booking.skill;
  out["startTime"] = to_iso(booking.start_time);
  out["endTime"] = to_iso(booking.end_time);
  out["status"] = word(word_of(status));
  out["totalAmount"] = to_json(booking.total_amount);
  out["currency"] = word(currency);
  out["inHouse"] = booking.in_house;
  if (booking.cancellation) out["cancellationCode"] = word(word_of(booking.cancellation->code));
  return out;
}

json::object message_data(const Booking& booking) { return message_data(booking, booking.status); }

}  // namespace thenorsound::booking
