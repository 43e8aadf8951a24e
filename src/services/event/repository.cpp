#include "services/event/repository.hpp"

#include <set>

#include "base/text.hpp"

namespace thenorsound {
namespace {

using event::Event;

json::array texts(const std::set<std::string>& words) {
  json::array out;
  out.reserve(words.size());
  for (const std::string& word : words) out.emplace_back(json::string(word));
  return out;
}

json::array search_words(const Event& value) {
  std::set<std::string> words;
  for (const std::string& text : {value.name, value.location, value.address.value_or("")})
    for (std::string& word : words_of(text)) words.insert(std::move(word));
  return texts(words);
}

json::array slot_names(const Event& value) {
  std::set<std::string> names;
  for (const event::Slot& slot : value.slots) {
    names.insert(event::slot_name(slot.category));
    names.insert(event::slot_name(slot.category, slot.skill));
  }
  return texts(names);
}

void append(json::object& to, json::object&& from) {
  for (auto& member : from) to.emplace(member.key(), std::move(member.value()));
}

void write_reservations(json::object& out, const Event& value) {
  json::array reservations;
  reservations.reserve(value.reservations.size());
  std::set<std::string> crew, companies;
  std::optional<Time> unverified_since;
  for (const event::ReservationPtr& item : value.reservations) {
    reservations.emplace_back(codec::write(*item));
    crew.insert(item->crew_id.value);
    companies.insert(item->crew_customer_id.value);
    if (!item->verified && (!unverified_since || item->reserved_at < *unverified_since))
      unverified_since = item->reserved_at;
  }
  out.emplace("reservations", std::move(reservations));
  out.emplace("crewIds", texts(crew));
  out.emplace("crewCustomerIds", texts(companies));
  if (unverified_since) out.emplace("unverifiedSince", unverified_since->ms);
}

}  // namespace

template <>
json::object to_document<event::Event>(const event::Event& value) {
  json::object out = codec::write_members(value);
  append(out, codec::write_members(static_cast<const event::EventFacts&>(value)));
  write_reservations(out, value);
  out.emplace("words", search_words(value));
  out.emplace("slotNames", slot_names(value));
  out.emplace("alive", !value.deleted_at.has_value());
  return out;
}

template <>
event::Event from_document<event::Event>(const json::object& document) {
  Event value;
  codec::read_members(document, value);
  codec::read_members(document, static_cast<event::EventFacts&>(value));
  if (const json::value* items = document.if_contains("reservations")) {
    value.reservations.reserve(items->as_array().size());
    for (const json::value& item : items->as_array()) {
      auto reservation = std::make_shared<event::Reservation>();
      codec::read(item, *reservation);
      value.reservations.push_back(std::move(reservation));
    }
  }
  return value;
}

}  // namespace thenorsound

namespace thenorsound::event {

store::CollectionSchema events_schema() {
  store::CollectionSchema schema;
  schema.name = "events";
  schema.fields = {"alive", "customerId", "status", "startDate", "endDate", "unverifiedSince"};
  schema.arrays = {"crewIds", "crewCustomerIds", "words", "slotNames"};
  schema.indexes = {{{"alive", "startDate"}, false},
                    {{"alive", "status", "startDate"}, false},
                    {{"alive", "customerId", "startDate"}, false},
                    {{"alive", "customerId", "status", "startDate"}, false},
                    {{"unverifiedSince"}, false}};
  return schema;
}

std::string slot_name(std::string_view category, std::string_view skill) {
  std::string name(category);
  if (!skill.empty()) name.append(1, '\x1f').append(skill);
  return name;
}

}  // namespace thenorsound::event
