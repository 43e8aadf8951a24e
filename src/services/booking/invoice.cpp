#include "services/booking/invoice.hpp"

#include <algorithm>

#include "services/booking/vat.hpp"
#include "workflow/inbox.hpp"

namespace thenorsound::booking {
namespace {
constexpr std::int64_t first_retry_ms = 10 * second_ms;  // whoever asked is still at it before
constexpr std::int64_t min_retry_ms = 5 * second_ms;
constexpr std::int64_t max_retry_ms = minute_ms;

void touch(Invoice& invoice, Time now) {
  ++invoice.version;
  invoice.updated_at = now;
}

void begin(Invoice& invoice, Work work, Time now) {
  invoice.work = work;
  invoice.work_since = now;
  invoice.retry_at = now + first_retry_ms;
}

void end_work(Invoice& invoice) {
  invoice.work = Work::None;
  invoice.missing.clear();
}

void add_up(Invoice& invoice) {
  invoice.amount = {};
  invoice.vat_amount = {};
  for (const InvoiceLine& line : invoice.lines) invoice.amount += line.amount;
  invoice.vat = vat_totals(invoice.lines);
  for (const VatTotal& total : invoice.vat) invoice.vat_amount += total.amount;
  invoice.total_amount = invoice.amount + invoice.vat_amount;
}

void fill(Invoice& draft, const BookingForInvoice& booking, Time now) {
  draft.lines = booking.lines;
  for (InvoiceLine& line : draft.lines) line.booking_id = booking.id;
  draft.terms = booking.terms;
  draft.supply_from = booking.start_time;
  draft.supply_to = booking.end_time;
  draft.due_date = due_date(draft.terms, stockholm_day(now), draft.supply_to);
  add_up(draft);
}

void settle(Invoice& invoice) {
  if (balance(invoice) > Money{}) {
    invoice.state = invoice.payments.empty() ? InvoiceStatus::Issued : InvoiceStatus::PartlyPaid;
    return;
  }
  invoice.state = InvoiceStatus::Paid;
  invoice.paid_date = invoice.issued_date;
  for (const Payment& payment : invoice.payments)
    invoice.paid_date = &payment == &invoice.payments.front()
                            ? payment.paid_date
                            : std::max(*invoice.paid_date, payment.paid_date);
}

Party party_of(const CustomerProfile& company) {
  Party party;
  party.id = company.id;
  party.name = company.name;
  party.org_number = company.org_number;
  party.vat_number = company.vat_number;
  party.address = company.address;
  party.zip_code = company.zip_code;
  party.city = company.city;
  party.country = company.country;
  party.seat = company.seat;
  return party;
}

Party seller_of(const CustomerProfile& company) {
  Party party = party_of(company);
  if (company.vat_status != VatStatus::Registered) party.vat_number.reset();
  party.f_tax = company.f_tax;
  party.invoice_prefix = company.invoice_prefix;
  party.email = company.email;
  return party;
}

Party buyer_of(const CustomerProfile& company) {
  Party party = party_of(company);
  party.email = company.invoice_email ? *company.invoice_email : company.email;
  return party;
}

void copy_parties(Invoice& draft, const CustomerProfile& seller, const CustomerProfile& buyer,
                  const std::optional<EventProfile>& event) {
  draft.seller = seller_of(seller);
  draft.buyer = buyer_of(buyer);
  draft.payment_to = {seller.bankgiro, seller.plusgiro, seller.iban, seller.bic};
  if (!event) return;
  draft.references.order = event->order_reference;
  draft.references.buyer = event->buyer_reference;
  draft.references.project = event->project;
}

// As the seller stands at the issue, not at the request.
void charge_vat(Invoice& draft, VatStatus seller, const Catalogue& catalogue) {
  for (InvoiceLine& line : draft.lines) {
    if (seller == VatStatus::Registered && !is_seller_reason(line.vat_reason)) continue;
    Vat vat = vat_of(seller, catalogue, line.category);
    line.vat_rate = vat.rate;
    line.vat_reason = std::move(vat.reason);
  }
  add_up(draft);
}

bool is_empty(const std::optional<std::string>& text) { return !text || text->empty(); }

std::vector<std::string> missing_for_issue(const Invoice& draft, VatStatus vat_status) {
  std::vector<std::string> missing;
  const auto need = [&](bool there, std::string_view what) {
    if (!there) missing.emplace_back(what);
  };
  const Party& seller = draft.seller;
  need(!seller.name.empty(), "seller.name");
  need(!seller.org_number.empty(), "seller.orgNumber");
  need(!seller.address.empty(), "seller.address");
  need(!seller.zip_code.empty(), "seller.zipCode");
  need(!seller.city.empty(), "seller.city");
  need(vat_status != VatStatus::Registered || !is_empty(seller.vat_number), "seller.vatNumber");
  need(!is_empty(seller.invoice_prefix), "seller.invoicePrefix");
  const PaymentAccount& account = draft.payment_to;
  need(!is_empty(account.bankgiro) || !is_empty(account.plusgiro) ||
           (!is_empty(account.iban) && !is_empty(account.bic)),
       "paymentTo");
  need(!draft.buyer.name.empty(), "buyer.name");
  need(!draft.buyer.address.empty(), "buyer.address");
  need(!draft.buyer.zip_code.empty(), "buyer.zipCode");
  need(!draft.buyer.city.empty(), "buyer.city");
  return missing;
}

void drop_or_credit(Invoice& invoice, Time now) {
  if (invoice.state == InvoiceStatus::Draft) {
    (void)cancel_draft(invoice, now);
  } else if (invoice.is_issued()) {
    (void)request_credit(invoice, now);
  }
}
}  // namespace

InvoiceId invoice_id_of(const BookingId& booking, PaperKind kind) {
  return {derived_id("inv", booking.value + "/" + std::string(word_of(kind)))};
}

Invoice draft_for(const BookingForInvoice& booking, Time now) {
  Invoice draft;
  draft.id = invoice_id_of(booking.id, PaperKind::Invoice);
  draft.created_at = draft.updated_at = now;
  draft.booking_id = booking.id;
  draft.event_id = booking.event_id;
  draft.customer_id = booking.customer_id;
  draft.crew_customer_id = booking.crew_customer_id;
  draft.parties = {booking.customer_id.value, booking.crew_customer_id.value};
  draft.buyer.id = booking.customer_id;
  draft.buyer.name = booking.customer_name;
  draft.seller.id = booking.crew_customer_id;
  draft.seller.name = booking.crew_customer_name;
  draft.references.event = booking.event_name;
  fill(draft, booking, now);
  return draft;
}

Money paid(const Invoice& invoice) {
  Money sum;
  for (const Payment& payment : invoice.payments) sum += payment.amount;
  return sum;
}

Money balance(const Invoice& invoice) {
  if (invoice.kind == PaperKind::CreditNote || invoice.state == InvoiceStatus::Cancelled) return {};
  const Money credited = invoice.state == InvoiceStatus::Credited ? invoice.total_amount : Money{};
  return invoice.total_amount - paid(invoice) - credited;
}

InvoiceStatus status_on(const Invoice& invoice, Day today) {
  const bool open =
      invoice.state == InvoiceStatus::Issued || invoice.state == InvoiceStatus::PartlyPaid;
  return open && invoice.overdue_from <= today ? InvoiceStatus::Overdue : invoice.state;
}

Result<void> hear_booking(Invoice& invoice, std::string_view type, std::int64_t sequence,
                          const BookingForInvoice& booking, Time now) {
  const workflow::Arrival arrival = workflow::arrival(invoice.last_sequence, sequence);
  if (arrival == workflow::Arrival::repeat)
    return make_error(Code::conflict, "This message was heard before.", "repeat");
  if (arrival == workflow::Arrival::early)
    return make_error(Code::conflict, "An earlier message is missing.", "early");
  invoice.last_sequence = sequence;
  if (type == "booking.cancelled" || type == "booking.failed") {
    drop_or_credit(invoice, now);
    return {};
  }
  if (invoice.state != InvoiceStatus::Draft) return {};
  const bool agreed =
      booking.state == BilledBooking::Agreed || booking.state == BilledBooking::Done;
  if (type == "booking.confirmed" || type == "booking.completed") {
    fill(invoice, booking, now);
    touch(invoice, now);
  }
  const bool now_due =
      type == "booking.completed" ||
      (type == "booking.confirmed" && invoice.terms.issue_on == IssueOn::Confirmed);
  // A booking that is over by now needs no invoice: the message that says so is on its way.
  if (now_due && agreed) (void)request_issue(invoice, now);
  return {};
}

Result<bool> request_issue(Invoice& invoice, Time now) {
  if (invoice.kind == PaperKind::CreditNote && !invoice.is_issued())
    return conflict("A credit note is issued by itself.");
  if (status_on(invoice, stockholm_day(now)) == InvoiceStatus::Issued) return false;
  if (invoice.state != InvoiceStatus::Draft) return conflict("Only a draft can be issued.");
  if (invoice.work == Work::Issue) return false;
  begin(invoice, Work::Issue, now);
  return true;
}

Result<bool> cancel_draft(Invoice& invoice, Time now) {
  if (invoice.state == InvoiceStatus::Cancelled) return false;
  if (invoice.state != InvoiceStatus::Draft)
    return conflict("An issued invoice is not cancelled but credited.");
  if (invoice.kind == PaperKind::CreditNote) return conflict("A credit note can't be cancelled.");
  invoice.state = InvoiceStatus::Cancelled;
  end_work(invoice);
  touch(invoice, now);
  return true;
}

Result<bool> request_credit(Invoice& invoice, Time now) {
  if (invoice.kind == PaperKind::CreditNote) return conflict("A credit note can't be credited.");
  if (!invoice.is_issued()) return conflict("Only an issued invoice can be credited.");
  if (invoice.state == InvoiceStatus::Credited || invoice.work == Work::Credit) return false;
  begin(invoice, Work::Credit, now);
  return true;
}

Result<bool> pay(Invoice& invoice, const Payment& payment, Time now) {
  for (const Payment& earlier : invoice.payments)
    if (earlier.id == payment.id) return false;
  if (invoice.kind == PaperKind::CreditNote || !invoice.is_issued())
    return conflict("Only an issued invoice can be paid.");
  if (invoice.work == Work::Credit) return conflict("This invoice is being credited.");
  const Money owed = std::max(balance(invoice), Money{});
  if (payment.amount > owed)
    return conflict(owed == Money{} ? "Nothing is owed on this invoice."
                                    : "At most " + to_text(owed) + " is owed on this invoice.");
  invoice.payments.push_back(payment);
  settle(invoice);
  touch(invoice, now);
  return true;
}

bool needs_catalogue(const Invoice& draft, const CustomerProfile& seller) {
  return seller.vat_status == VatStatus::Registered &&
         std::any_of(draft.lines.begin(), draft.lines.end(),
                     [](const InvoiceLine& line) { return is_seller_reason(line.vat_reason); });
}

bool prepare(Invoice& draft, const CustomerProfile& seller, const CustomerProfile& buyer,
             const std::optional<EventProfile>& event, Time now, const Catalogue& catalogue) {
  if (draft.state != InvoiceStatus::Draft || draft.kind != PaperKind::Invoice) return false;
  Invoice next = draft;
  copy_parties(next, seller, buyer, event);
  charge_vat(next, seller.vat_status, catalogue);
  next.missing = missing_for_issue(next, seller.vat_status);
  // A whole draft may have a number waiting for it, so it never goes back to being incomplete.
  if (!next.missing.empty() && draft.prepared) return false;
  next.prepared = next.missing.empty();
  const bool shown = next.missing != draft.missing || !(next.seller == draft.seller) ||
                     !(next.buyer == draft.buyer) || !(next.payment_to == draft.payment_to) ||
                     !(next.references == draft.references) || next.vat != draft.vat;
  const bool changed = shown || next.prepared != draft.prepared;
  draft = std::move(next);
  if (shown) touch(draft, now);
  return changed;
}

bool write_number(Invoice& draft, std::int64_t number, Time now) {
  if (draft.state != InvoiceStatus::Draft || !draft.prepared) return false;
  const std::string prefix = draft.seller.invoice_prefix.value_or("");
  draft.number = number;
  draft.invoice_number = invoice_number(prefix, number);
  draft.issued_date = stockholm_day(now);
  draft.state = InvoiceStatus::Issued;
  draft.due_date = *draft.issued_date;
  if (draft.kind == PaperKind::Invoice) {
    draft.ocr = ocr(prefix, number);
    draft.due_date = due_date(draft.terms, *draft.issued_date, draft.supply_to);
    draft.overdue_from = {draft.due_date.days + 1};
    settle(draft);
  }
  end_work(draft);
  touch(draft, now);
  return true;
}

bool refuse_prefix(Invoice& draft, Time now) {
  if (draft.state != InvoiceStatus::Draft) return false;
  draft.missing = {"seller.invoicePrefix"};
  touch(draft, now);
  return true;
}

Invoice credit_note_for(const Invoice& original, Time now) {
  Invoice note;
  note.id = invoice_id_of(original.booking_id, PaperKind::CreditNote);
  note.created_at = note.updated_at = now;
  note.kind = PaperKind::CreditNote;
  note.original = original.id;
  note.booking_id = original.booking_id;
  note.event_id = original.event_id;
  note.customer_id = original.customer_id;
  note.crew_customer_id = original.crew_customer_id;
  note.parties = original.parties;
  note.seller = original.seller;
  note.buyer = original.buyer;
  note.payment_to = original.payment_to;
  note.references = original.references;
  note.prepared = true;
  note.lines = original.lines;
  for (InvoiceLine& line : note.lines) {
    line.quantity = -line.quantity;
    line.amount = Money{} - line.amount;
  }
  add_up(note);
  note.terms = original.terms;
  note.due_date = stockholm_day(now);
  note.supply_from = original.supply_from;
  note.supply_to = original.supply_to;
  return note;
}

bool finish_credit(Invoice& original, Time now) {
  if (original.work != Work::Credit) return false;
  original.state = InvoiceStatus::Credited;
  original.credit_note = invoice_id_of(original.booking_id, PaperKind::CreditNote);
  end_work(original);
  touch(original, now);
  return true;
}

bool tell_overdue(Invoice& invoice, Time now) {
  if (invoice.overdue_told || invoice.work == Work::Credit ||
      status_on(invoice, stockholm_day(now)) != InvoiceStatus::Overdue)
    return false;
  invoice.overdue_told = true;
  touch(invoice, now);
  return true;
}

bool put_off(Invoice& invoice, Time now) {
  if (invoice.work == Work::None) return false;
  const std::int64_t waited = now.ms - invoice.work_since.ms;
  invoice.retry_at = now + std::clamp(waited / 2, min_retry_ms, max_retry_ms);
  return true;
}

}  // namespace thenorsound::booking
