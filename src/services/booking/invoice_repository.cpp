#include "services/booking/invoice_repository.hpp"

#include "contracts/personal_number.hpp"

namespace thenorsound::booking {

store::CollectionSchema invoices_schema() {
  store::CollectionSchema schema;
  schema.name = "invoices";
  schema.fields = {"createdAt", "state",    "overdueFrom", "overdueTold",  "work",
                   "retryAt",   "supplyTo", "supplyFrom",  "invoiceNumber"};
  schema.arrays = {"parties"};
  schema.indexes = {
      {{"invoiceNumber"}, true},  // only issued ones have one
      // Lists, newest first; a company's are answered by its own array field.
      {{"createdAt"}},
      {{"state", "createdAt"}},
      {{"state", "overdueFrom"}},
      // Of a span of time.
      {{"supplyTo"}},
      {{"supplyFrom"}},
      // Unfinished work, and what has become overdue.
      {{"work", "retryAt"}},
      {{"overdueTold", "overdueFrom"}},
  };
  for (const char* path :
       {"seller.orgNumber", "seller.vatNumber", "buyer.orgNumber", "buyer.vatNumber"})
    schema.sealed.push_back({path, holds_personal_number});
  return schema;
}

}  // namespace thenorsound::booking
