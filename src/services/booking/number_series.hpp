// A seller's unbroken series of invoice numbers, credit notes in it too: one document with the
// next number and what is pending. A number is used up only once a document bears it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "store/collection.hpp"

namespace thenorsound::booking {

struct PendingNumber {
  std::int64_t number = 0;
  InvoiceId invoice_id;
  bool operator==(const PendingNumber&) const = default;
};
BOOST_DESCRIBE_STRUCT(PendingNumber, (), (number, invoice_id))

struct Series {
  CustomerId seller;
  std::int64_t next = 1;
  std::optional<PendingNumber> pending;
  bool is_pending = false;  // for finding it
  std::string document_id() const { return seller.value; }
};
BOOST_DESCRIBE_STRUCT(Series, (), (seller, next, pending, is_pending))

// Rules. Both say whether they changed anything.
// Sets the next number aside, where none is pending.
bool reserve(Series& series, const InvoiceId& invoice);
// Ends what is pending: the number goes on where it was used, stays next where it wasn't.
bool settle(Series& series, const PendingNumber& pending, bool used);

class NumberSeries {
 public:
  NumberSeries(store::DocumentStore& store, const Clock& clock);
  static store::CollectionSchema schema();

  // What is pending then: for this invoice, or for another, which has to be finished first.
  Task<Result<PendingNumber>> reserve_for(Trace trace, CustomerId seller, InvoiceId invoice);
  Task<Result<void>> settle_for(Trace trace, CustomerId seller, PendingNumber pending, bool used);
  // Series with a pending number.
  Task<Result<std::vector<Series>>> unfinished(std::size_t limit);

 private:
  store::Collection<Series> series_;
};

}  // namespace thenorsound::booking
