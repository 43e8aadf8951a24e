#include "services/user/views.hpp"

#include "base/codec.hpp"

namespace thenorsound::user {
namespace {

json::object span_view(const Span& span) {
  json::object out;
  out["startTime"] = to_iso(span.start);
  out["endTime"] = to_iso(span.end);
  return out;
}

json::array detailed(const std::vector<Busy>& busy, bool notes) {
  json::array out;
  for (const Busy& item : busy) {
    json::object view = span_view(item.span);
    view["kind"] = json::string(word_of(item.kind));
    if (!item.booking_id.empty()) view["bookingId"] = item.booking_id.value;
    if (notes && item.note) view["note"] = *item.note;
    out.push_back(std::move(view));
  }
  return out;
}

}  // namespace

json::object view_of(const User& user) {
  json::object out;
  out["id"] = user.id.value;
  out["version"] = user.version;
  out["email"] = user.email;
  out["firstName"] = user.first_name;
  out["lastName"] = user.last_name;
  out["name"] = user.name();
  if (user.phone) out["phone"] = *user.phone;
  out["userType"] = user.user_type;
  out["role"] = user.role;
  if (!user.customer_id.empty()) out["customerId"] = user.customer_id.value;
  out["language"] = user.language;
  out["channels"] = codec::write(user.channels);
  out["isActive"] = user.is_active;
  if (user.is_crew()) {
    out["skills"] = codec::write(user.skills);
    if (user.about) out["about"] = *user.about;
    if (user.references) out["references"] = *user.references;
  }
  out["createdAt"] = to_iso(user.created_at);
  out["updatedAt"] = to_iso(user.updated_at);
  return out;
}

json::object message_of(const User& user, bool access_changed) {
  json::object data;
  data["userId"] = user.id.value;
  if (!user.customer_id.empty()) data["customerId"] = user.customer_id.value;
  data["userType"] = user.user_type;
  data["role"] = user.role;
  data["isActive"] = user.is_active;
  data["accessChanged"] = access_changed;
  data["accessVersion"] = user.access_version;
  return data;
}

json::object card_of(const User& user, std::string_view customer_name) {
  json::object card;
  card["id"] = user.id.value;
  card["name"] = user.name();
  card["customerId"] = user.customer_id.value;
  card["customerName"] = json::string(customer_name);
  json::array skills;
  for (const CrewSkill& skill : user.skills) {
    json::object item;
    item["category"] = skill.category;
    item["skill"] = skill.skill;
    skills.push_back(std::move(item));
  }
  card["skills"] = std::move(skills);
  return card;
}

json::array spans_of(const std::vector<Span>& spans) {
  json::array out;
  for (const Span& span : spans) out.push_back(span_view(span));
  return out;
}

json::object view_of(const Mark& mark) {
  json::object out;
  out["startDate"] = to_iso(mark.start_date);
  out["endDate"] = to_iso(mark.end_date);
  if (mark.note) out["note"] = *mark.note;
  return out;
}

// All marks ahead, however far: who replaces them needs to know them.
static json::array marks_of(const std::vector<Mark>& marks, bool with_notes) {
  json::array out;
  for (const Mark& mark : marks)
    out.push_back(view_of(with_notes ? mark : Mark{mark.start_date, mark.end_date, {}}));
  return out;
}

json::object view_of(const AvailabilityView& asked, const std::vector<Busy>& busy) {
  const std::vector<Span> spans = merged(busy, asked.within);
  json::object out;
  out["crewId"] = asked.crew.value;
  out["date"] = to_iso(stockholm_day(asked.within.start));
  if (!asked.by_date) {
    out["from"] = to_iso(asked.within.start);
    out["to"] = to_iso(asked.within.end);
  }
  out["isAvailable"] = asked.bookable && spans.empty();
  out["windows"] = asked.bookable ? spans_of(gaps(spans, asked.within)) : json::array();
  out["busy"] = asked.detail == Detail::bare
                    ? spans_of(spans)
                    : detailed(busy, asked.detail == Detail::kinds_and_notes);
  if (asked.detail == Detail::bare) return out;
  out["spans"] = marks_of(asked.ahead, asked.detail == Detail::kinds_and_notes);
  out["version"] = asked.version;
  return out;
}

}  // namespace thenorsound::user
