#include "services/event/wire.hpp"

#include <set>

namespace thenorsound::event {
namespace {

constexpr TextRule long_text{.max = 2'000};
constexpr std::size_t max_equipment = 200;
constexpr std::int64_t max_audience = 10'000'000;

void read_equipment(Fields& in, std::optional<std::vector<std::string>>& into) {
  if (in.mode() == Fields::Mode::merge && in.is_null("equipment")) return into.reset();
  const json::array* items = in.array("equipment", max_equipment);
  if (items == nullptr) return;
  std::vector<std::string> words;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const std::string name = "equipment[" + std::to_string(i) + "]";
    const json::string* text = (*items)[i].if_string();
    const std::string_view word = text == nullptr ? std::string_view{} : std::string_view(*text);
    if (text == nullptr || is_blank(word) || code_points(word) > 200 || !has_only_plain_text(word))
      in.problem(name, "must be a text of 1 to 200 characters");
    else
      words.emplace_back(word);
  }
  into = std::move(words);
}

// A nested object is merged like the whole; into one that isn't there yet it is created.
template <class T, class Read>
void read_nested(Fields& in, std::string_view name, std::optional<T>& into, Read read) {
  if (in.mode() == Fields::Mode::merge && in.is_null(name)) return into.reset();
  const json::object* object = in.object(name);
  if (object == nullptr) return;
  T value = into.value_or(T{});
  const auto mode =
      into && in.mode() == Fields::Mode::merge ? Fields::Mode::merge : Fields::Mode::create;
  Fields nested(*object, in.problems(), mode, in.path(name));
  read(nested, value);
  nested.refuse_unknown();
  into = std::move(value);
}

bool is_skill(const Catalogue& catalogue, std::string_view skill) {
  return std::any_of(catalogue.categories.begin(), catalogue.categories.end(),
                     [&](const auto& category) { return catalogue.has(category.name, skill); });
}

// `was`: the slot as it is, whose names are right already; null for a new one.
void read_slot(Fields& in, const Catalogue& catalogue, Slot& slot, const Slot* was) {
  in.text("category", slot.category);
  in.text("skill", slot.skill);
  in.time("startTime", slot.start_time);
  in.time("endTime", slot.end_time);
  in.integer("capacity", slot.capacity, 1, max_capacity);
  in.text("notes", slot.notes, long_text);
  const auto fine = [&](std::string_view name) { return !in.problems().has(in.path(name)); };
  const bool starts = fine("startTime"), ends = fine("endTime");
  if (starts && !slot.start_time.whole_minute()) in.problem("startTime", "must be a whole minute");
  if (ends && !slot.end_time.whole_minute())
    in.problem("endTime", "must be a whole minute");
  else if (starts && ends && slot.end_time <= slot.start_time)
    in.problem("endTime", "must be after startTime");
  if (was && was->category == slot.category && was->skill == slot.skill) return;
  const bool has_category = fine("category") && catalogue.category(slot.category) != nullptr;
  if (fine("category") && !has_category) in.problem("category", "is no category of the catalogue");
  if (!fine("skill")) return;
  if (has_category ? !catalogue.has(slot.category, slot.skill) : !is_skill(catalogue, slot.skill))
    in.problem("skill", has_category ? "is no skill of that category" : "is not in the catalogue");
}

// The slot of `event` that the item names, or null for a new one.
const Slot* named_slot(Fields& in, const Event* event, std::set<std::string>& seen) {
  std::string id;
  if (!in.has("id")) return in.raw("id"), nullptr;
  if (event == nullptr) return in.problem("id", "is given by the system"), nullptr;
  if (!in.text("id", id)) return nullptr;
  const Slot* slot = event->slot(SlotId{id});
  if (slot == nullptr)
    in.problem("id", "names no slot of the event");
  else if (!seen.insert(id).second)
    in.problem("id", "occurs twice");
  return slot;
}

struct SlotContext {
  const Event* event = nullptr;  // null for a new one
  const Catalogue& catalogue;
  bool stale = false;
  Time now;
};

void read_slots(Fields& in, EventFacts& facts, const SlotContext& context) {
  const json::array* items = in.array("slots", max_slots);
  if (items == nullptr) return;
  std::vector<Slot> slots;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const std::string path = "slots[" + std::to_string(i) + "]";
    const json::object* item = (*items)[i].if_object();
    if (item == nullptr) {
      in.problem(path, "must be an object");
      continue;
    }
    const bool is_named = item->contains("id") && !item->at("id").is_null();
    const bool is_known = is_named && context.event != nullptr;
    Fields fields(*item, in.problems(), is_known ? Fields::Mode::merge : Fields::Mode::create,
                  path);
    const Slot* was = named_slot(fields, context.event, seen);
    if (is_known && was == nullptr) continue;  // what the rest would be merged into is not there
    Slot slot = was ? *was : Slot{};
    if (!was) slot.id = new_id<SlotKind>(context.now);
    read_slot(fields, context.catalogue, slot, was);
    if (was && context.stale) fields.raw("booked");
    if (was && !context.stale) fields.read_only("booked", booked(*context.event, was->id));
    fields.refuse_unknown();
    slots.push_back(std::move(slot));
  }
  facts.slots = std::move(slots);
}

void read_facts(Fields& in, EventFacts& facts, const SlotContext& context) {
  in.text("name", facts.name);
  in.text("description", facts.description, long_text);
  in.time("startDate", facts.start_date);
  in.time("endDate", facts.end_date);
  in.time("crewFrom", facts.crew_from);
  in.time("crewTo", facts.crew_to);
  in.text("location", facts.location);
  in.text("address", facts.address);
  in.enumeration("eventType", facts.event_type);
  read_nested(in, "details", facts.details, [](Fields& fields, Details& details) {
    fields.text("performer", details.performer);
    fields.text("stage", details.stage);
    fields.integer("audience", details.audience, 0, max_audience);
    read_equipment(fields, details.equipment);
  });
  read_nested(in, "onSiteContact", facts.on_site_contact,
              [](Fields& fields, OnSiteContact& contact) {
                fields.text("name", contact.name);
                fields.phone("phone", contact.phone);
              });
  in.text("crewInfo", facts.crew_info, long_text);
  in.text("orderReference", facts.order_reference);
  in.text("buyerReference", facts.buyer_reference);
  in.text("project", facts.project);
  read_slots(in, facts, context);
}

// Spans are judged only where their times could be read.
std::vector<FieldError> judge_spans(const EventFacts& facts, bool given_slots,
                                    const Problems& problems) {
  for (const char* name : {"startDate", "endDate", "crewFrom", "crewTo"})
    if (problems.has(name)) return {};
  std::vector<FieldError> errors = misplaced(facts, given_slots);
  std::erase_if(errors, [&](const FieldError& error) { return problems.has(error.field); });
  return errors;
}

template <class T>
json::value or_null(const std::optional<T>& value) {
  return value ? codec::write(*value) : json::value(nullptr);
}

}  // namespace

std::vector<SkillName> skills_in(const json::object& body) {
  std::vector<SkillName> names;
  const json::value* slots = body.if_contains("slots");
  if (slots == nullptr || !slots->is_array()) return names;
  const auto text = [](const json::object& item, std::string_view name) {
    const json::value* value = item.if_contains(name);
    return value && value->is_string() ? std::string(std::string_view(value->get_string()))
                                       : std::string();
  };
  for (const json::value& slot : slots->get_array())
    if (const json::object* item = slot.if_object())
      if (item->contains("category") || item->contains("skill"))
        names.push_back({text(*item, "category"), text(*item, "skill")});
  return names;
}

Result<Event> decode_new_event(const json::object& body, const Catalogue& catalogue, EventId id,
                               Time now, Problems problems) {
  Event event;
  event.id = std::move(id);
  event.created_at = event.updated_at = now;
  Fields in(body, problems, Fields::Mode::create);
  in.raw("customerId");
  in.enumeration("status", event.status, true);
  if (event.status == EventStatus::Cancelled)
    in.problem("status", "must not be Cancelled for a new event");
  const SlotContext context{nullptr, catalogue, false, now};
  read_facts(in, event, context);
  in.refuse_unknown();
  for (FieldError& error : judge_spans(event, true, problems))
    problems.add(std::move(error.field), std::move(error.message));
  if (problems.any()) return problems.error();
  return event;
}

Result<MergedFacts> decode_changes(const Event& event, const json::object& body,
                                   const Catalogue& catalogue, bool stale, Time now) {
  Problems problems;
  Fields in(body, problems, Fields::Mode::merge);
  MergedFacts merged{event, {}};
  const auto counted = [&](std::string_view name, const json::value& current) {
    if (stale)
      in.raw(name);
    else
      in.read_only(name, current);
  };
  in.read_only("id", codec::write(event.id));
  in.read_only("customerId", codec::write(event.customer_id));
  in.read_only("createdAt", json::value(json::string(to_iso(event.created_at))));
  counted("version", event.version);
  counted("updatedAt", json::value(json::string(to_iso(event.updated_at))));
  counted("status", codec::write(event.status));
  counted("reason", or_null(event.reason));
  const SlotContext context{&event, catalogue, stale, now};
  read_facts(in, merged.facts, context);
  in.refuse_unknown();
  merged.misplaced = judge_spans(merged.facts, in.has("slots"), problems);
  if (!problems.any()) return merged;
  for (const FieldError& error : merged.misplaced) problems.add(error.field, error.message);
  return problems.error();
}

Result<StatusChange> decode_status(const json::object& body) {
  Problems problems;
  Fields in(body, problems, Fields::Mode::create);
  StatusChange change;
  in.enumeration("status", change.status);
  in.text("reason", change.reason, {.max = 500});
  in.refuse_unknown();
  if (problems.any()) return problems.error();
  return change;
}

Result<ReservationRequest> decode_reservation(const json::object& body, bool needs_booking) {
  Problems problems;
  Fields in(body, problems, Fields::Mode::create);
  ReservationRequest request;
  in.id("bookingId", request.booking_id, !needs_booking);
  in.id("crewId", request.crew_id);
  in.id("crewCustomerId", request.crew_customer_id);
  in.time("startTime", request.start);
  in.time("endTime", request.end);
  in.id("slotId", request.slot_id);
  in.text("category", request.category);
  in.text("skill", request.skill);
  in.boolean("mayBookBack", request.may_book_back, true);
  in.objects("skills", 1'000, true, [&](Fields& item, std::size_t) {
    SkillName name;
    item.text("category", name.category);
    item.text("skill", name.skill);
    request.skills.push_back(std::move(name));
  });
  in.refuse_unknown();
  if (!problems.has("startTime") && !problems.has("endTime") && request.end <= request.start)
    in.problem("endTime", "must be after startTime");
  if (problems.any()) return problems.error();
  return request;
}

}  // namespace thenorsound::event
