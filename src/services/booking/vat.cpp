#include "services/booking/vat.hpp"

namespace thenorsound::booking {

Vat vat_of(VatStatus seller, const Catalogue& catalogue, std::string_view category) {
  switch (seller) {
    case VatStatus::None:
      return {0, std::string(not_registered_reason)};
    case VatStatus::Exempt:
      return {0, std::string(exempt_seller_reason)};
    case VatStatus::Registered:
      break;
  }
  if (const CatalogueCategory* found = catalogue.category(category))
    return {found->vat_rate, found->vat_reason};
  return {};
}

bool is_seller_reason(const std::optional<std::string>& reason) {
  return reason && (*reason == not_registered_reason || *reason == exempt_seller_reason);
}

}  // namespace thenorsound::booking
