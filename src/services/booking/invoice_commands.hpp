// What can be done to invoices. Each decides in one write of the invoice's document and then
// carries on with what that decision takes (invoice_work.hpp); what fails there is finished later.
#pragma once
#include <optional>
#include <string>

#include "services/booking/invoice_work.hpp"
#include "workflow/inbox.hpp"

namespace thenorsound::booking {

class InvoiceCommands {
 public:
  InvoiceCommands(InvoiceCollection& invoices, InvoiceWork& work, const Clock& clock,
                  BookingSource bookings);

  // A message of the booking, in sequence: created makes the draft, confirmed and completed issue
  // it by the terms, cancelled and failed drop or credit it. Error not_found: no such booking.
  Task<Result<workflow::Arrival>> hear(Trace trace, BookingId booking, std::string type,
                                       std::int64_t sequence);

  struct Issued {
    Invoice invoice;
    bool made = false;  // by this call
  };
  // Errors: conflict (in-house, not agreed yet, over, or something required is missing).
  Task<Result<Issued>> issue_for(Trace trace, BookingForInvoice booking);

  // To Issued, Cancelled or Credited. Errors: conflict; precondition_failed.
  Task<Result<Invoice>> set_status(Trace trace, InvoiceId id, InvoiceStatus status,
                                   std::optional<std::int64_t> if_match);
  // Idempotent by payment id. Errors: conflict (not issued, more than is owed);
  // precondition_failed.
  Task<Result<Invoice>> pay(Trace trace, InvoiceId id, Payment payment,
                            std::optional<std::int64_t> if_match);
  // Once per invoice: invoice.overdue.
  Task<Result<Invoice>> mark_overdue(Trace trace, InvoiceId id);
  // Another attempt at what is decided but not done.
  Task<void> retry(Trace trace, Invoice invoice);

 private:
  Task<Result<std::optional<Invoice>>> insert_heard(Trace trace, BookingForInvoice booking,
                                                    std::string type, std::int64_t sequence);
  Task<Result<Invoice>> find_or_draft(Trace trace, BookingForInvoice booking);
  Task<void> try_work(Trace trace, Invoice invoice);
  // What a decision takes. Error conflict: something required is missing.
  Task<Result<Invoice>> finish(Trace trace, Result<Invoice> decided);

  InvoiceCollection& invoices_;
  InvoiceWork& work_;
  const Clock& clock_;
  BookingSource bookings_;
};

}  // namespace thenorsound::booking
