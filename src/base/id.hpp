// Readable ids that sort by time: "evt-" + 10 characters of milliseconds + 16 random (80 bits).
#pragma once
#include <compare>
#include <functional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace thenorsound {

template <class Kind>
struct Id {
  std::string value;
  auto operator<=>(const Id&) const = default;
  bool empty() const { return value.empty(); }
};

struct EventKind {
  static constexpr std::string_view prefix = "evt";
};
struct UserKind {
  static constexpr std::string_view prefix = "usr";
};
struct CustomerKind {
  static constexpr std::string_view prefix = "cust";
};
struct TariffKind {
  static constexpr std::string_view prefix = "tar";
};
struct SlotKind {
  static constexpr std::string_view prefix = "slot";
};
struct BookingKind {
  static constexpr std::string_view prefix = "book";
};
struct InvoiceKind {
  static constexpr std::string_view prefix = "inv";
};
using EventId = Id<EventKind>;
using UserId = Id<UserKind>;
using CustomerId = Id<CustomerKind>;
using TariffId = Id<TariffKind>;
using SlotId = Id<SlotKind>;
using BookingId = Id<BookingKind>;
using InvoiceId = Id<InvoiceKind>;

std::string new_id(std::string_view prefix, Time now);
template <class Kind>
Id<Kind> new_id(Time now) {
  return {new_id(Kind::prefix, now)};
}
// The same id for the same words, e.g. an invoice's from its booking's id and kind.
std::string derived_id(std::string_view prefix, std::string_view from);

}  // namespace thenorsound

template <class Kind>
struct std::hash<thenorsound::Id<Kind>> {
  std::size_t operator()(const thenorsound::Id<Kind>& id) const {
    return std::hash<std::string>{}(id.value);
  }
};
