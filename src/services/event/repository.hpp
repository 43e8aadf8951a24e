// How events are stored: one document each, with members beside the aggregate's own that only
// serve queries (crewIds, crewCustomerIds, words, slotNames, unverifiedSince, alive).
#pragma once
#include "services/event/event.hpp"
#include "store/collection.hpp"

namespace thenorsound {

template <>
json::object to_document<event::Event>(const event::Event& value);
template <>
event::Event from_document<event::Event>(const json::object& document);

}  // namespace thenorsound

namespace thenorsound::event {

using Events = store::Collection<Event>;

store::CollectionSchema events_schema();
// The entry of slotNames for a category, or for a skill of it.
std::string slot_name(std::string_view category, std::string_view skill = {});

}  // namespace thenorsound::event
