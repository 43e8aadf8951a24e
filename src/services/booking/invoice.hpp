// The invoice: what an organiser (buyer) owes a crew company (seller) for a booking, and the
// credit note that takes it back. Rules are pure: each changes the invoice and says whether it
// did. Once issued, only what follows it (payments, the credit) is ever written.
#pragma once
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/event_profile.hpp"
#include "services/booking/invoice_amounts.hpp"

namespace thenorsound::booking {

enum class PaperKind { Invoice, CreditNote };
BOOST_DESCRIBE_ENUM(PaperKind, Invoice, CreditNote)
enum class InvoiceStatus { Draft, Issued, PartlyPaid, Paid, Overdue, Cancelled, Credited };
BOOST_DESCRIBE_ENUM(InvoiceStatus, Draft, Issued, PartlyPaid, Paid, Overdue, Cancelled, Credited)
enum class PaymentMethod { Bankgiro, Plusgiro, Card, Swish, Cash, Other };
BOOST_DESCRIBE_ENUM(PaymentMethod, Bankgiro, Plusgiro, Card, Swish, Cash, Other)
// What has been decided and takes more than this document; whoever finds it carries on.
enum class Work { None, Issue, Credit };
BOOST_DESCRIBE_ENUM(Work, None, Issue, Credit)

// A company as it was when the invoice was issued.
struct Party {
  CustomerId id;
  std::string name;
  std::string org_number;
  std::optional<std::string> vat_number;
  std::string address;
  std::string zip_code;
  std::string city;
  std::string country;
  std::optional<std::string> seat;
  std::optional<std::string> email;
  bool f_tax = false;
  std::optional<std::string> invoice_prefix;
  bool operator==(const Party&) const = default;
};
BOOST_DESCRIBE_STRUCT(Party, (),
                      (id, name, org_number, vat_number, address, zip_code, city, country, seat,
                       email, f_tax, invoice_prefix))

struct PaymentAccount {
  std::optional<std::string> bankgiro;
  std::optional<std::string> plusgiro;
  std::optional<std::string> iban;
  std::optional<std::string> bic;
  bool operator==(const PaymentAccount&) const = default;
};
BOOST_DESCRIBE_STRUCT(PaymentAccount, (), (bankgiro, plusgiro, iban, bic))

struct References {
  std::optional<std::string> order;
  std::optional<std::string> buyer;
  std::optional<std::string> project;
  std::optional<std::string> event;  // its name
  bool operator==(const References&) const = default;
};
BOOST_DESCRIBE_STRUCT(References, (), (order, buyer, project, event))

struct Payment {
  std::string id;  // the same request's payment has the same id
  Money amount;
  Day paid_date;
  PaymentMethod method = PaymentMethod::Bankgiro;
  std::optional<std::string> reference;
};
BOOST_DESCRIBE_STRUCT(Payment, (), (id, amount, paid_date, method, reference))

constexpr Day never{std::numeric_limits<std::int32_t>::max()};

struct Invoice {
  InvoiceId id;
  std::int64_t version = 1;
  Time created_at;
  Time updated_at;
  PaperKind kind = PaperKind::Invoice;
  std::optional<InvoiceId> original;     // of a credit note
  std::optional<InvoiceId> credit_note;  // of a credited invoice
  BookingId booking_id;
  EventId event_id;
  CustomerId customer_id;
  CustomerId crew_customer_id;
  std::vector<std::string> parties;  // both, for lists
  Party seller;
  Party buyer;
  PaymentAccount payment_to;
  References references;
  bool prepared = false;  // the copies above are whole; from now on they are only replaced whole
  std::vector<std::string> missing;
  std::optional<std::string> invoice_number;
  std::int64_t number = 0;  // in the seller's series
  std::optional<std::string> ocr;
  std::vector<InvoiceLine> lines;
  std::vector<VatTotal> vat;
  Money amount;
  Money vat_amount;
  Money total_amount;
  Terms terms;
  std::optional<Day> issued_date;
  Day due_date;
  Time supply_from;
  Time supply_to;
  std::vector<Payment> payments;
  std::optional<Day> paid_date;
  InvoiceStatus state = InvoiceStatus::Draft;  // never Overdue: that depends on the day
  Day overdue_from = never;
  bool overdue_told = false;
  Work work = Work::None;
  Time work_since;
  Time retry_at;
  std::int64_t last_sequence = 0;  // of the booking's messages

  std::string document_id() const { return id.value; }
  bool is_issued() const { return issued_date.has_value(); }
};
BOOST_DESCRIBE_STRUCT(Invoice, (),
                      (id, version, created_at, updated_at, kind, original, credit_note, booking_id,
                       event_id, customer_id, crew_customer_id, parties, seller, buyer, payment_to,
                       references, prepared, missing, invoice_number, number, ocr, lines, vat,
                       amount, vat_amount, total_amount, terms, issued_date, due_date, supply_from,
                       supply_to, payments, paid_date, state, overdue_from, overdue_told, work,
                       work_since, retry_at, last_sequence))

InvoiceId invoice_id_of(const BookingId& booking, PaperKind kind);
Invoice draft_for(const BookingForInvoice& booking, Time now);
Money paid(const Invoice& invoice);
// Total less payments less the credit: below zero the seller owes the buyer. A credit note's own
// is zero, for it counts in its original's.
Money balance(const Invoice& invoice);
InvoiceStatus status_on(const Invoice& invoice, Day today);

// What the booking's message `type` means here. Refusals: conflict with reason "repeat" or
// "early", where it isn't this message's turn.
Result<void> hear_booking(Invoice& invoice, std::string_view type, std::int64_t sequence,
                          const BookingForInvoice& booking, Time now);

// False: already so. Refusal: conflict.
Result<bool> request_issue(Invoice& invoice, Time now);
Result<bool> cancel_draft(Invoice& invoice, Time now);
Result<bool> request_credit(Invoice& invoice, Time now);  // from then on nothing is paid
Result<bool> pay(Invoice& invoice, const Payment& payment, Time now);

// Copies what the law wants on the paper, or notes in `missing` what there isn't yet.
bool prepare(Invoice& draft, const CustomerProfile& seller, const CustomerProfile& buyer,
             const std::optional<EventProfile>& event, Time now, const Catalogue& catalogue = {});
// Whether `prepare` needs the catalogue: the seller has come to charge VAT since the booking.
bool needs_catalogue(const Invoice& draft, const CustomerProfile& seller);
// The number makes the draft an invoice. False where it isn't a whole draft any more.
bool write_number(Invoice& draft, std::int64_t number, Time now);
// The number's text is taken, by a company that had this prefix before.
bool refuse_prefix(Invoice& draft, Time now);
Invoice credit_note_for(const Invoice& original, Time now);
// The credit note is issued: now the original is credited.
bool finish_credit(Invoice& original, Time now);
// True once, on a day past the due date with something owed.
bool tell_overdue(Invoice& invoice, Time now);
// Before the next attempt at unfinished work: half the time it has waited, 5 s to 60 s.
bool put_off(Invoice& invoice, Time now);

}  // namespace thenorsound::booking
