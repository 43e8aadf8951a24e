#include "services/booking/invoice_work.hpp"

#include "base/log.hpp"
#include "services/booking/invoice_views.hpp"

namespace thenorsound::booking {
namespace {
using store::Change;
using store::Outgoing;

// Others of the series come before at most once each while one process serves it.
constexpr int max_rounds = 200;

// Refusals after which the number is next again.
bool is_settled(const Error& error) {
  return error.reason == "prefix-taken" || error.reason == "absent";
}
}  // namespace

InvoiceWork::InvoiceWork(InvoiceCollection& invoices, NumberSeries& series, const Clock& clock,
                         Neighbours& neighbours)
    : invoices_(invoices), series_(series), clock_(clock), neighbours_(neighbours) {}

Task<Result<Invoice>> InvoiceWork::carry_on(Trace trace, Invoice invoice) {
  if (invoice.work == Work::Issue) co_return co_await issue(std::move(trace), std::move(invoice));
  if (invoice.work == Work::Credit) co_return co_await credit(std::move(trace), std::move(invoice));
  co_return std::move(invoice);
}

Task<Result<Invoice>> InvoiceWork::issue(Trace trace, Invoice draft) {
  Result<Profiles> profiles = co_await look_up(trace, draft);
  if (!profiles) co_return profiles.error();
  const auto copy_parties = [known = std::move(*profiles), now = clock_.now()](
                                Invoice& invoice, Outgoing& out) -> Result<Change> {
    const std::vector<std::string> missed = invoice.missing;
    bool changed = prepare(invoice, known.seller, known.buyer, known.event, now, known.catalogue);
    if (!invoice.prepared && put_off(invoice, now)) changed = true;
    if (!invoice.missing.empty() && invoice.missing != missed)
      out.add("invoice.missing", invoice_message(invoice, stockholm_day(now)));
    return changed ? Change::yes : Change::no;
  };
  Result<Invoice> copied = co_await invoices_.modify(trace, draft.id.value, copy_parties);
  if (!copied || copied->state != InvoiceStatus::Draft || !copied->prepared) co_return copied;
  co_return co_await give_number(std::move(trace), copied->crew_customer_id, copied->id);
}

Task<Result<Invoice>> InvoiceWork::give_number(Trace trace, CustomerId seller, InvoiceId id) {
  const Turns::Turn turn = co_await turns_.take(seller.value);
  for (int round = 0; round < max_rounds; ++round) {
    const Result<PendingNumber> pending = co_await series_.reserve_for(trace, seller, id);
    if (!pending) co_return pending.error();
    Result<Invoice> finished = co_await finish_pending(trace, seller, *pending);
    if (pending->invoice_id == id) co_return finished;
    // What became of another is no concern of this one, as long as the series is free again.
    if (!finished && !is_settled(finished.error())) co_return finished;
  }
  co_return unavailable("number-series-busy");
}

Task<Result<Invoice>> InvoiceWork::finish_pending(Trace trace, CustomerId seller,
                                                  PendingNumber pending) {
  const auto number_it = [number = pending.number, now = clock_.now()](
                             Invoice& draft, Outgoing& out) -> Result<Change> {
    if (!write_number(draft, number, now)) return Change::no;
    // The original's invoice.credited tells of a credit note.
    if (draft.kind == PaperKind::Invoice)
      out.add("invoice.generated", invoice_message(draft, stockholm_day(now)));
    return Change::yes;
  };
  Result<Invoice> invoice = co_await invoices_.modify(trace, pending.invoice_id.value, number_it);
  bool used = false;
  if (invoice) {
    used = invoice->number == pending.number;
  } else if (invoice.error().reason == "duplicate:invoiceNumber") {
    log_error("an invoice number is taken: two companies have had one prefix",
              {{"invoice", pending.invoice_id.value}});
    const auto refuse = [now = clock_.now()](Invoice& draft, Outgoing& out) -> Result<Change> {
      if (!refuse_prefix(draft, now)) return Change::no;
      put_off(draft, now);
      out.add("invoice.missing", invoice_message(draft, stockholm_day(now)));
      return Change::yes;
    };
    const Result<Invoice> refused =
        co_await invoices_.modify(trace, pending.invoice_id.value, refuse);
    if (!refused) co_return refused.error();
    invoice =
        make_error(Code::conflict, "Another company has had this invoice prefix.", "prefix-taken");
  } else if (invoice.error().reason != "absent") {
    co_return invoice.error();
  }
  const Result<void> settled =
      co_await series_.settle_for(std::move(trace), std::move(seller), pending, used);
  if (!settled) co_return settled.error();
  co_return invoice;
}

Task<Result<Invoice>> InvoiceWork::credit(Trace trace, Invoice original) {
  Invoice note = credit_note_for(original, clock_.now());
  const InvoiceId note_id = note.id;
  const Result<Invoice> made = co_await invoices_.insert(trace, std::move(note));
  if (!made && made.error().reason != "exists") co_return made.error();
  const Result<Invoice> numbered = co_await give_number(trace, original.crew_customer_id, note_id);
  if (!numbered) co_return numbered.error();
  const auto done = [now = clock_.now()](Invoice& invoice, Outgoing& out) -> Result<Change> {
    if (!finish_credit(invoice, now)) return Change::no;
    out.add("invoice.credited", invoice_message(invoice, stockholm_day(now)));
    return Change::yes;
  };
  co_return co_await invoices_.modify(std::move(trace), original.id.value, done);
}

// A company that is gone has nothing that an invoice needs.
Task<Result<InvoiceWork::Profiles>> InvoiceWork::look_up(Trace trace, Invoice draft) {
  Profiles profiles;
  profiles.seller.id = draft.crew_customer_id;
  profiles.buyer.id = draft.customer_id;
  auto company = co_await neighbours_.find_customer(trace, draft.crew_customer_id);
  if (!company) co_return company.error();
  if (*company) profiles.seller = std::move(**company);
  company = co_await neighbours_.find_customer(trace, draft.customer_id);
  if (!company) co_return company.error();
  if (*company) profiles.buyer = std::move(**company);
  auto found = co_await neighbours_.find_event(trace, draft.event_id);
  if (!found) co_return found.error();
  profiles.event = std::move(*found);
  if (needs_catalogue(draft, profiles.seller)) {
    auto catalogue = co_await neighbours_.catalogue(std::move(trace));
    if (!catalogue) co_return catalogue.error();
    profiles.catalogue = std::move(*catalogue);
  }
  co_return profiles;
}

}  // namespace thenorsound::booking
