// Invoices as a whole, inside the booking service: routes, rules and background work over the
// collections `invoices` and `number_series`. Order: declare schemas() with the service's own,
// add_routes() to its router, start(); stop() before the store goes.
#pragma once
#include <chrono>
#include <vector>

#include "base/worker_pool.hpp"
#include "services/booking/invoice_commands.hpp"
#include "services/booking/invoice_queries.hpp"
#include "workflow/idempotency.hpp"
#include "workflow/repeat.hpp"
#include "workflow/service.hpp"

namespace thenorsound::booking {

struct InvoiceSettings {
  std::chrono::milliseconds work_interval{2'000};      // looks for unfinished work
  std::chrono::milliseconds overdue_interval{60'000};  // looks for what is overdue
};

class Invoices {
 public:
  // `neighbours`, and what `bookings` reads from, must outlive this.
  Invoices(workflow::ServiceParts parts, InvoiceSettings settings, Neighbours& neighbours,
           BookingSource bookings);

  std::vector<store::CollectionSchema> schemas() const;
  void add_routes(http::Router& router);
  void start();
  Task<void> stop();

  // The sweeps, for tests: one round each.
  Task<void> finish_work();
  Task<void> mark_overdue();

 private:
  Task<Result<http::Response>> list(http::Call& call);
  Task<Result<http::Response>> list_of_company(http::Call& call);
  Task<Result<http::Response>> get(http::Call& call);
  Task<Result<http::Response>> get_pdf(http::Call& call);
  Task<Result<http::Response>> give_pdf(http::Call& call);
  Task<Result<http::Response>> issue(http::Call& call);
  Task<Result<http::Response>> issue_booking(http::Call& call, BookingForInvoice booking);
  Task<Result<http::Response>> set_status(http::Call& call);
  Task<Result<http::Response>> pay(http::Call& call);
  Task<Result<http::Response>> add_payment(http::Call& call, InvoiceId id, Payment payment);
  Task<Result<http::Response>> hear(http::Call& call);

  struct Printed {
    std::string file_name;
    std::string pdf;
  };
  // Errors: conflict (not issued); service_unavailable (too many at once).
  Task<Result<Printed>> print(Invoice invoice);
  Task<Result<http::Response>> answer_list(InvoiceFilter filter, http::Page page);
  json::object view(const Invoice& invoice) const;

  const Clock& clock_;
  Neighbours& neighbours_;
  BookingSource bookings_;
  InvoiceCollection invoices_;
  NumberSeries series_;
  InvoiceWork work_;
  InvoiceCommands commands_;
  InvoiceQueries queries_;
  workflow::Idempotency idempotency_;
  WorkerPool printers_;
  workflow::Repeat work_sweep_;
  workflow::Repeat overdue_sweep_;
};

}  // namespace thenorsound::booking
