#include "services/booking/invoice_commands.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "services/booking/invoice_views.hpp"

namespace thenorsound::booking {
namespace {
using store::Change;
using store::Outgoing;
using workflow::Arrival;

Error wrong_version() {
  return make_error(Code::precondition_failed, "This has changed since: read it again.");
}

Error lacking(const Invoice& draft) {
  Error error = conflict("The invoice can't be issued before what is missing is filled in.");
  json::array missing;
  for (const std::string& what : draft.missing) missing.push_back(json::string(what));
  error.extra["missing"] = std::move(missing);
  return error;
}

Result<Change> to_change(const Result<bool>& changed) {
  if (!changed) return changed.error();
  return *changed ? Change::yes : Change::no;
}

Result<bool> turn_to(Invoice& invoice, InvoiceStatus status, Time now) {
  switch (status) {
    case InvoiceStatus::Issued:
      return request_issue(invoice, now);
    case InvoiceStatus::Cancelled:
      return cancel_draft(invoice, now);
    case InvoiceStatus::Credited:
      return request_credit(invoice, now);
    default:
      return conflict("An invoice can't be given this status.");
  }
}
}  // namespace

InvoiceCommands::InvoiceCommands(InvoiceCollection& invoices, InvoiceWork& work, const Clock& clock,
                                 BookingSource bookings)
    : invoices_(invoices), work_(work), clock_(clock), bookings_(std::move(bookings)) {}

Task<Result<Arrival>> InvoiceCommands::hear(Trace trace, BookingId booking_id, std::string type,
                                            std::int64_t sequence) {
  auto booking = co_await bookings_(booking_id);
  if (!booking) co_return booking.error();
  if (!*booking) co_return not_found("booking");
  if ((*booking)->in_house) co_return Arrival::next;
  auto made = co_await insert_heard(trace, **booking, type, sequence);
  if (!made) {
    if (made.error().reason == "early") co_return Arrival::early;
    if (made.error().reason == "nothing-to-drop") co_return Arrival::next;
    co_return made.error();
  }
  if (*made) {
    co_await try_work(std::move(trace), std::move(**made));
    co_return Arrival::next;
  }
  const std::string id = invoice_id_of(booking_id, PaperKind::Invoice).value;
  const auto listen = [type, sequence, known = std::move(**booking), now = clock_.now()](
                          Invoice& invoice, Outgoing&) -> Result<Change> {
    const Result<void> heard = hear_booking(invoice, type, sequence, known, now);
    if (!heard) return heard.error();
    return Change::yes;
  };
  Arrival arrival = Arrival::next;
  Result<Invoice> invoice = co_await invoices_.modify(trace, id, listen);
  if (!invoice && invoice.error().reason == "early") co_return Arrival::early;
  if (!invoice && invoice.error().reason == "repeat") {
    // Heard before, and perhaps interrupted after that.
    arrival = Arrival::repeat;
    auto found = co_await invoices_.get(id);
    if (!found) co_return found.error();
    if (!*found) co_return arrival;
    invoice = std::move(**found);
  }
  if (!invoice) co_return invoice.error();
  co_await try_work(std::move(trace), std::move(*invoice));
  co_return arrival;
}

// Nothing where there is an invoice already. Errors: "early"; "nothing-to-drop".
Task<Result<std::optional<Invoice>>> InvoiceCommands::insert_heard(Trace trace,
                                                                   BookingForInvoice booking,
                                                                   std::string type,
                                                                   std::int64_t sequence) {
  Invoice draft = draft_for(booking, clock_.now());
  auto found = co_await invoices_.get(draft.id.value);
  if (!found) co_return found.error();
  if (*found) co_return std::optional<Invoice>();
  const bool dropped = type == "booking.cancelled" || type == "booking.failed";
  if (dropped && sequence == 1)
    co_return make_error(Code::conflict, "There is no invoice.", "nothing-to-drop");
  const Result<void> heard = hear_booking(draft, type, sequence, booking, clock_.now());
  if (!heard) co_return heard.error();
  draft.version = 1;
  const Result<Invoice> inserted = co_await invoices_.insert(std::move(trace), std::move(draft));
  if (inserted) co_return std::optional<Invoice>(*inserted);
  if (inserted.error().reason == "exists") co_return std::optional<Invoice>();
  co_return inserted.error();
}

Task<Result<InvoiceCommands::Issued>> InvoiceCommands::issue_for(Trace trace,
                                                                 BookingForInvoice booking) {
  if (booking.in_house) co_return conflict("In-house crew is not invoiced.");
  if (booking.state != BilledBooking::Agreed && booking.state != BilledBooking::Done)
    co_return conflict("Only a confirmed or completed booking can be invoiced.");
  Result<Invoice> invoice = co_await find_or_draft(trace, std::move(booking));
  if (!invoice) co_return invoice.error();
  Issued issued;
  if (invoice->state != InvoiceStatus::Draft) {
    issued.invoice = std::move(*invoice);
    co_return issued;
  }
  // Of several at once one issues it; the others find it issued.
  const bool was_missing = !invoice->missing.empty();
  const auto begun = std::make_shared<bool>(was_missing);
  const auto decide = [begun, was_missing, now = clock_.now()](Invoice& draft,
                                                               Outgoing&) -> Result<Change> {
    const Result<bool> asked = request_issue(draft, now);
    if (asked) *begun = *asked || was_missing;  // the last look counts, after a conflict another
    return to_change(asked);
  };
  invoice = co_await invoices_.modify(trace, invoice->id.value, decide);
  invoice = co_await finish(std::move(trace), std::move(invoice));
  if (!invoice) co_return invoice.error();
  issued.invoice = std::move(*invoice);
  issued.made = *begun;
  co_return issued;
}

Task<Result<Invoice>> InvoiceCommands::find_or_draft(Trace trace, BookingForInvoice booking) {
  Invoice draft = draft_for(booking, clock_.now());
  const std::string id = draft.id.value;
  auto found = co_await invoices_.get(id);
  if (!found) co_return found.error();
  if (*found) co_return std::move(**found);
  Result<Invoice> made = co_await invoices_.insert(std::move(trace), std::move(draft));
  if (made || made.error().reason != "exists") co_return made;
  found = co_await invoices_.get(id);
  if (!found) co_return found.error();
  if (!*found) co_return unavailable("invoice-gone");
  co_return std::move(**found);
}

Task<Result<Invoice>> InvoiceCommands::set_status(Trace trace, InvoiceId id, InvoiceStatus status,
                                                  std::optional<std::int64_t> if_match) {
  const auto decide = [status, if_match, now = clock_.now()](Invoice& invoice,
                                                             Outgoing&) -> Result<Change> {
    if (if_match && *if_match != invoice.version) return wrong_version();
    return to_change(turn_to(invoice, status, now));
  };
  Result<Invoice> decided = co_await invoices_.modify(trace, id.value, decide);
  co_return co_await finish(std::move(trace), std::move(decided));
}

Task<Result<Invoice>> InvoiceCommands::finish(Trace trace, Result<Invoice> decided) {
  if (!decided || decided->work == Work::None) co_return decided;
  Result<Invoice> done = co_await work_.carry_on(trace, *decided);
  if (done && done->state == InvoiceStatus::Draft) co_return lacking(*done);
  co_return done;
}

Task<Result<Invoice>> InvoiceCommands::pay(Trace trace, InvoiceId id, Payment payment,
                                           std::optional<std::int64_t> if_match) {
  const auto take = [payment, if_match, now = clock_.now()](Invoice& invoice,
                                                            Outgoing& out) -> Result<Change> {
    const bool was_heard =
        std::any_of(invoice.payments.begin(), invoice.payments.end(),
                    [&](const Payment& known) { return known.id == payment.id; });
    if (!was_heard && if_match && *if_match != invoice.version) return wrong_version();
    const Result<bool> changed = booking::pay(invoice, payment, now);
    if (changed && *changed && invoice.state == InvoiceStatus::Paid)
      out.add("invoice.paid", invoice_message(invoice, stockholm_day(now)));
    return to_change(changed);
  };
  co_return co_await invoices_.modify(std::move(trace), id.value, take);
}

Task<Result<Invoice>> InvoiceCommands::mark_overdue(Trace trace, InvoiceId id) {
  const auto tell = [now = clock_.now()](Invoice& invoice, Outgoing& out) -> Result<Change> {
    if (!tell_overdue(invoice, now)) return Change::no;
    out.add("invoice.overdue", invoice_message(invoice, stockholm_day(now)));
    return Change::yes;
  };
  co_return co_await invoices_.modify(std::move(trace), id.value, tell);
}

Task<void> InvoiceCommands::retry(Trace trace, Invoice invoice) {
  const std::string id = invoice.id.value;
  const Result<Invoice> done = co_await work_.carry_on(trace, std::move(invoice));
  if (done) co_return;
  log_warning("an invoice's work failed again", {{"invoice", id}, {"reason", done.error().reason}});
  const auto later = [now = clock_.now()](Invoice& waiting, Outgoing&) -> Result<Change> {
    return put_off(waiting, now) ? Change::yes : Change::no;
  };
  (void)co_await invoices_.modify(std::move(trace), id, later);
}

// What fails is found by its `work` later.
Task<void> InvoiceCommands::try_work(Trace trace, Invoice invoice) {
  const std::string id = invoice.id.value;
  const Result<Invoice> done = co_await work_.carry_on(std::move(trace), std::move(invoice));
  if (!done)
    log_warning("an invoice's work is put off", {{"invoice", id}, {"reason", done.error().reason}});
}

}  // namespace thenorsound::booking
