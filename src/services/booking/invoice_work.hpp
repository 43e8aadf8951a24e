// Carries out what an invoice's document says is to be done and takes more than that document:
// issuing and crediting. Every step may be repeated, and be carried on by whoever finds it
// unfinished: after a crash, in another process, or by the next invoice of the same series.
//
//   issue:  copy the parties · set the series' next number aside · write it into the draft · clear
//   credit: insert the credit note · number it, as above · mark the original as done
#pragma once
#include <string>
#include <vector>

#include "services/booking/invoice_repository.hpp"
#include "services/booking/neighbours.hpp"
#include "services/booking/number_series.hpp"
#include "services/booking/turns.hpp"

namespace thenorsound::booking {

class InvoiceWork {
 public:
  // All must outlive this.
  InvoiceWork(InvoiceCollection& invoices, NumberSeries& series, const Clock& clock,
              Neighbours& neighbours);

  // Does what `invoice.work` says. A draft that lacks something stays one, with `missing`, and is
  // tried again later. Errors: somebody can't be asked, or the store fails: tried again later too.
  Task<Result<Invoice>> carry_on(Trace trace, Invoice invoice);
  // Writes a number that was set aside into its invoice, if that is still a draft, and clears it.
  Task<Result<Invoice>> finish_pending(Trace trace, CustomerId seller, PendingNumber pending);

 private:
  struct Profiles {
    CustomerProfile seller;
    CustomerProfile buyer;
    std::optional<EventProfile> event;
    Catalogue catalogue;  // where it is needed
  };
  Task<Result<Profiles>> look_up(Trace trace, Invoice draft);
  Task<Result<Invoice>> issue(Trace trace, Invoice draft);
  Task<Result<Invoice>> give_number(Trace trace, CustomerId seller, InvoiceId id);
  Task<Result<Invoice>> credit(Trace trace, Invoice original);

  InvoiceCollection& invoices_;
  NumberSeries& series_;
  const Clock& clock_;
  Neighbours& neighbours_;
  Turns turns_;
};

}  // namespace thenorsound::booking
