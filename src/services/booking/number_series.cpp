#include "services/booking/number_series.hpp"

namespace thenorsound::booking {
using store::Change;
using store::Outgoing;

bool reserve(Series& series, const InvoiceId& invoice) {
  if (series.pending) return false;
  series.pending = PendingNumber{series.next, invoice};
  series.is_pending = true;
  return true;
}

bool settle(Series& series, const PendingNumber& pending, bool used) {
  if (series.pending != pending) return false;
  series.pending.reset();
  series.is_pending = false;
  if (used) series.next = pending.number + 1;
  return true;
}

NumberSeries::NumberSeries(store::DocumentStore& store, const Clock& clock)
    : series_(store, clock, "number_series", "booking") {}

store::CollectionSchema NumberSeries::schema() {
  store::CollectionSchema schema;
  schema.name = "number_series";
  schema.fields = {"isPending"};
  schema.indexes = {{{"isPending"}}};
  return schema;
}

Task<Result<PendingNumber>> NumberSeries::reserve_for(Trace trace, CustomerId seller,
                                                      InvoiceId invoice) {
  const auto set_aside = [invoice](Series& series, Outgoing&) -> Result<Change> {
    return reserve(series, invoice) ? Change::yes : Change::no;
  };
  Result<Series> series = co_await series_.modify(trace, seller.value, set_aside);
  if (!series && series.error().reason == "absent") {
    Series first;
    first.seller = seller;
    const Result<Series> made = co_await series_.insert(trace, std::move(first));
    if (!made && made.error().reason != "exists") co_return made.error();
    series = co_await series_.modify(trace, seller.value, set_aside);
  }
  if (!series) co_return series.error();
  co_return *series->pending;
}

Task<Result<void>> NumberSeries::settle_for(Trace trace, CustomerId seller, PendingNumber pending,
                                            bool used) {
  const auto end = [pending, used](Series& series, Outgoing&) -> Result<Change> {
    return settle(series, pending, used) ? Change::yes : Change::no;
  };
  const Result<Series> settled = co_await series_.modify(trace, seller.value, end);
  if (!settled) co_return settled.error();
  co_return Result<void>();
}

Task<Result<std::vector<Series>>> NumberSeries::unfinished(std::size_t limit) {
  store::Query query;
  query.where.push_back({"isPending", store::Op::eq, true});
  query.limit = limit;
  return series_.find(std::move(query));
}

}  // namespace thenorsound::booking
