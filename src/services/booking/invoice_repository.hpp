// The collection of invoices and its indexes.
#pragma once
#include "services/booking/invoice.hpp"
#include "store/collection.hpp"

namespace thenorsound::booking {

using InvoiceCollection = store::Collection<Invoice>;

store::CollectionSchema invoices_schema();

}  // namespace thenorsound::booking
