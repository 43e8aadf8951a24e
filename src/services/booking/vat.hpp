// What VAT a crew company charges. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "contracts/customer_profile.hpp"

namespace thenorsound::booking {

inline constexpr std::string_view not_registered_reason = "The seller is not registered for VAT.";
inline constexpr std::string_view exempt_seller_reason = "The seller is exempt from VAT.";

struct Vat {
  std::int64_t rate = 25;  // percent
  std::optional<std::string> reason;
};
// The seller's status decides, then the catalogue's rate for the category.
Vat vat_of(VatStatus seller, const Catalogue& catalogue, std::string_view category);
// Whether `reason` speaks of the seller, not of the category.
bool is_seller_reason(const std::optional<std::string>& reason);

}  // namespace thenorsound::booking
