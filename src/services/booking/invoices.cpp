#include "services/booking/invoices.hpp"

#include "services/booking/invoice_views.hpp"

namespace thenorsound::booking {
namespace {
constexpr std::size_t max_per_sweep = 500;
constexpr int max_overdue_rounds = 20;
constexpr std::size_t most_waiting_prints = 200;
}  // namespace

Invoices::Invoices(workflow::ServiceParts parts, InvoiceSettings settings, Neighbours& neighbours,
                   BookingSource bookings)
    : clock_(parts.clock),
      neighbours_(neighbours),
      bookings_(std::move(bookings)),
      invoices_(parts.store, parts.clock, "invoices", "booking"),
      series_(parts.store, parts.clock),
      work_(invoices_, series_, parts.clock, neighbours),
      commands_(invoices_, work_, parts.clock, bookings_),
      queries_(invoices_, parts.clock),
      idempotency_(parts.store, parts.clock, "invoice"),
      printers_(1, most_waiting_prints),
      work_sweep_(parts.loops, "unfinished invoices", settings.work_interval,
                  [this] { return finish_work(); }),
      overdue_sweep_(parts.loops, "overdue invoices", settings.overdue_interval,
                     [this] { return mark_overdue(); }) {}

std::vector<store::CollectionSchema> Invoices::schemas() const {
  return {invoices_schema(), NumberSeries::schema(), idempotency_.schema()};
}

void Invoices::start() {
  work_sweep_.start();
  overdue_sweep_.start();
}

Task<void> Invoices::stop() {
  co_await overdue_sweep_.stop();
  co_await work_sweep_.stop();
}

Task<void> Invoices::finish_work() {
  const Trace trace = new_trace();
  auto series = co_await series_.unfinished(max_per_sweep);
  if (series)
    for (const Series& one : *series)
      if (one.pending) (void)co_await work_.finish_pending(trace, one.seller, *one.pending);
  auto waiting = co_await queries_.with_work_due(max_per_sweep);
  if (waiting)
    for (Invoice& invoice : *waiting) co_await commands_.retry(trace, std::move(invoice));
}

Task<void> Invoices::mark_overdue() {
  const Trace trace = new_trace();
  for (int round = 0; round < max_overdue_rounds; ++round) {
    auto overdue = co_await queries_.newly_overdue(max_per_sweep);
    if (!overdue) co_return;
    for (const Invoice& invoice : *overdue) {
      const Result<Invoice> told = co_await commands_.mark_overdue(trace, invoice.id);
      if (!told) co_return;
    }
    if (overdue->size() < max_per_sweep) co_return;
  }
}

json::object Invoices::view(const Invoice& invoice) const {
  return invoice_view(invoice, stockholm_day(clock_.now()));
}

}  // namespace thenorsound::booking
