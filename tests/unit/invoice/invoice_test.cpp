// The rules of one invoice, without a store.
#include "services/booking/invoice.hpp"

#include <gtest/gtest.h>

#include "fixture.hpp"
#include "services/booking/vat.hpp"

namespace thenorsound::booking {
namespace {
const Time now = at("2027-04-20T08:00:00Z");
const Day now_day = day("2027-04-20");
const Day far = day("2099-01-01");
const Time later = at("2027-04-21T08:00:00Z");

Invoice draft() { return draft_for(booking_of("book-1"), now); }
Invoice prepared() {
  Invoice invoice = draft();
  EXPECT_TRUE(prepare(invoice, whole_seller(), whole_buyer(), {}, now));
  return invoice;
}
Invoice issued() {
  Invoice invoice = prepared();
  EXPECT_TRUE(write_number(invoice, 7, now));
  return invoice;
}
Payment payment(std::int64_t ore, std::string id = "pay-1", std::string_view on = "2027-05-02") {
  Payment payment;
  payment.id = std::move(id);
  payment.amount = {ore};
  payment.paid_date = day(on);
  return payment;
}

TEST(InvoiceVat, FollowsTheSellerAtTheIssue) {
  Invoice invoice = draft();
  invoice.lines[0].category = "Sound";
  CustomerProfile seller = whole_seller();
  seller.vat_status = VatStatus::None;
  ASSERT_TRUE(prepare(invoice, seller, whole_buyer(), {}, now));
  EXPECT_EQ(invoice.vat_amount, Money{});
  EXPECT_EQ(invoice.total_amount, invoice.amount);
  EXPECT_EQ(invoice.lines[0].vat_rate, 0);
  EXPECT_EQ(invoice.vat[0].reason, std::string(not_registered_reason));
  EXPECT_TRUE(needs_catalogue(invoice, whole_seller()));
  Catalogue catalogue;
  CatalogueCategory sound;
  sound.name = "Sound";
  sound.vat_rate = 12;
  catalogue.categories.push_back(sound);
  ASSERT_TRUE(prepare(invoice, whole_seller(), whole_buyer(), {}, now, catalogue));
  EXPECT_EQ(invoice.lines[0].vat_rate, 12);
  EXPECT_FALSE(invoice.lines[0].vat_reason);
  EXPECT_FALSE(needs_catalogue(invoice, whole_seller()));
}

TEST(InvoiceId, FollowsFromBookingAndKind) {
  EXPECT_EQ(invoice_id_of({"book-1"}, PaperKind::Invoice),
            invoice_id_of({"book-1"}, PaperKind::Invoice));
  EXPECT_NE(invoice_id_of({"book-1"}, PaperKind::Invoice),
            invoice_id_of({"book-1"}, PaperKind::CreditNote));
  EXPECT_NE(invoice_id_of({"book-1"}, PaperKind::Invoice),
            invoice_id_of({"book-2"}, PaperKind::Invoice));
  EXPECT_TRUE(draft().id.value.starts_with("inv-"));
}

TEST(Draft, AddsUpTheBookingsLines) {
  BookingForInvoice booking = booking_of("book-1");
  booking.lines = {line_of(200'000), line_of(50'001), line_of(10'000, 0)};
  const Invoice invoice = draft_for(booking, now);
  EXPECT_EQ(invoice.amount, Money{260'001});
  EXPECT_EQ(invoice.vat_amount, Money{62'500});
  EXPECT_EQ(invoice.total_amount, Money{322'501});
  EXPECT_EQ(invoice.state, InvoiceStatus::Draft);
  EXPECT_EQ(invoice.due_date, day("2027-05-31"));
  EXPECT_EQ(invoice.lines.front().booking_id.value, "book-1");
  EXPECT_EQ(balance(invoice), Money{322'501});
  EXPECT_FALSE(invoice.invoice_number);
}

TEST(Document, ComesBackAsItWas) {
  Invoice invoice = issued();
  ASSERT_TRUE(pay(invoice, payment(100), later));
  const Invoice copy = from_document<Invoice>(to_document(invoice));
  EXPECT_EQ(to_document(copy), to_document(invoice));
  EXPECT_EQ(copy.overdue_from, invoice.overdue_from);
  const Invoice fresh = from_document<Invoice>(to_document(draft()));
  EXPECT_EQ(fresh.overdue_from, never);
}

TEST(Prepare, NamesEverythingThatIsMissing) {
  CustomerProfile seller;
  seller.vat_status = VatStatus::Registered;
  Invoice invoice = draft();
  EXPECT_TRUE(prepare(invoice, seller, CustomerProfile{}, {}, now));
  const std::vector<std::string> all{"seller.name",          "seller.orgNumber", "seller.address",
                                     "seller.zipCode",       "seller.city",      "seller.vatNumber",
                                     "seller.invoicePrefix", "paymentTo",        "buyer.name",
                                     "buyer.address",        "buyer.zipCode",    "buyer.city"};
  EXPECT_EQ(invoice.missing, all);
  EXPECT_FALSE(invoice.prepared);
  EXPECT_FALSE(write_number(invoice, 1, now));
}

TEST(Prepare, EachAccountIsEnoughButAnIbanNeedsItsBic) {
  CustomerProfile seller = whole_seller();
  seller.bankgiro.reset();
  seller.iban = "SE4550000000058398257466";
  Invoice invoice = draft();
  prepare(invoice, seller, whole_buyer(), {}, now);
  EXPECT_EQ(invoice.missing, std::vector<std::string>{"paymentTo"});
  seller.bic = "ESSESESS";
  EXPECT_TRUE(prepare(invoice, seller, whole_buyer(), {}, now));
  EXPECT_TRUE(invoice.missing.empty());
  seller.iban.reset();
  seller.plusgiro = "28 65 43-4";
  invoice = draft();
  prepare(invoice, seller, whole_buyer(), {}, now);
  EXPECT_TRUE(invoice.prepared);
}

TEST(Prepare, AnUnregisteredSellerNeedsAndShowsNoVatNumber) {
  CustomerProfile seller = whole_seller();
  seller.vat_status = VatStatus::Exempt;
  Invoice invoice = draft();
  EXPECT_TRUE(prepare(invoice, seller, whole_buyer(), {}, now));
  EXPECT_TRUE(invoice.prepared);
  EXPECT_FALSE(invoice.seller.vat_number);
}

TEST(Prepare, CopiesPartiesAccountAndReferences) {
  EventProfile event;
  event.order_reference = "PO 17";
  event.buyer_reference = "Kim";
  event.project = "Sommar";
  Invoice invoice = draft();
  EXPECT_TRUE(prepare(invoice, whole_seller(), whole_buyer(), event, now));
  EXPECT_EQ(invoice.seller.vat_number, "SE556036079301");
  EXPECT_TRUE(invoice.seller.f_tax);
  EXPECT_EQ(invoice.buyer.email, "faktura@festival.example");
  EXPECT_EQ(invoice.payment_to.bankgiro, "5805-6201");
  EXPECT_EQ(invoice.references.order, "PO 17");
  EXPECT_EQ(invoice.references.project, "Sommar");
  EXPECT_EQ(invoice.references.event, "Malmö Live");
}

TEST(Prepare, AWholeDraftNeverGoesBackToBeingIncomplete) {
  Invoice invoice = prepared();
  CustomerProfile poorer = whole_seller();
  poorer.bankgiro.reset();
  EXPECT_FALSE(prepare(invoice, poorer, whole_buyer(), {}, later));
  EXPECT_TRUE(invoice.prepared);
  EXPECT_EQ(invoice.payment_to.bankgiro, "5805-6201");
}

TEST(Prepare, TheSameTwiceChangesNothing) {
  Invoice invoice = prepared();
  const std::int64_t version = invoice.version;
  EXPECT_FALSE(prepare(invoice, whole_seller(), whole_buyer(), {}, later));
  EXPECT_EQ(invoice.version, version);
}

TEST(WriteNumber, MakesTheDraftAnInvoice) {
  const Invoice invoice = issued();
  EXPECT_EQ(invoice.invoice_number, "LJUD-000007");
  EXPECT_EQ(invoice.ocr, ocr("LJUD", 7));
  EXPECT_EQ(invoice.issued_date, day("2027-04-20"));
  EXPECT_EQ(invoice.due_date, day("2027-05-31"));
  EXPECT_EQ(status_on(invoice, day("2027-05-31")), InvoiceStatus::Issued);
  EXPECT_EQ(status_on(invoice, day("2027-06-01")), InvoiceStatus::Overdue);
}

TEST(WriteNumber, OnlyOnceAndNeverOnWhatIsOver) {
  Invoice invoice = issued();
  EXPECT_FALSE(write_number(invoice, 8, later));
  EXPECT_EQ(invoice.number, 7);
  Invoice dropped = prepared();
  ASSERT_TRUE(cancel_draft(dropped, now));
  EXPECT_FALSE(write_number(dropped, 8, later));
}

TEST(WriteNumber, IssuesByTheStockholmDay) {
  Invoice invoice = prepared();
  ASSERT_TRUE(write_number(invoice, 1, at("2027-04-20T22:30:00Z")));
  EXPECT_EQ(invoice.issued_date, day("2027-04-21"));
}

TEST(WriteNumber, WhatCostsNothingIsPaid) {
  BookingForInvoice booking = booking_of("book-1");
  booking.lines = {line_of(0)};
  Invoice invoice = draft_for(booking, now);
  prepare(invoice, whole_seller(), whole_buyer(), {}, now);
  ASSERT_TRUE(write_number(invoice, 1, now));
  EXPECT_EQ(status_on(invoice, far), InvoiceStatus::Paid);
}

TEST(Pay, GoesFromIssuedOverPartlyPaidToPaid) {
  Invoice invoice = issued();
  ASSERT_TRUE(pay(invoice, payment(100'000, "pay-1", "2027-05-05"), later));
  EXPECT_EQ(invoice.state, InvoiceStatus::PartlyPaid);
  EXPECT_EQ(balance(invoice), Money{150'000});
  EXPECT_FALSE(invoice.paid_date);
  ASSERT_TRUE(pay(invoice, payment(150'000, "pay-2", "2027-05-04"), later));
  EXPECT_EQ(invoice.state, InvoiceStatus::Paid);
  EXPECT_EQ(balance(invoice), Money{});
  EXPECT_EQ(invoice.paid_date, day("2027-05-05"));
  EXPECT_EQ(status_on(invoice, far), InvoiceStatus::Paid);
}

TEST(Pay, NeverTakesMoreThanIsOwed) {
  Invoice invoice = issued();
  const Result<bool> refused = pay(invoice, payment(250'001), later);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::conflict);
  EXPECT_TRUE(invoice.payments.empty());
  EXPECT_TRUE(pay(invoice, payment(250'000), later));
  EXPECT_FALSE(pay(invoice, payment(1, "pay-2"), later));
}

TEST(Pay, TheSamePaymentTwiceCountsOnce) {
  Invoice invoice = issued();
  EXPECT_TRUE(pay(invoice, payment(250'000), later).value());
  EXPECT_FALSE(pay(invoice, payment(250'000), later).value());
  EXPECT_EQ(invoice.payments.size(), 1U);
}

TEST(Pay, IsRefusedWhereNothingIsIssuedOrItIsCredited) {
  Invoice open = draft();
  EXPECT_FALSE(pay(open, payment(1), later));
  ASSERT_TRUE(cancel_draft(open, now));
  EXPECT_FALSE(pay(open, payment(1), later));
  Invoice credited = issued();
  ASSERT_TRUE(request_credit(credited, now));
  EXPECT_FALSE(pay(credited, payment(1), later));
  ASSERT_TRUE(finish_credit(credited, now));
  EXPECT_FALSE(pay(credited, payment(1), later));
  Invoice note = credit_note_for(issued(), now);
  ASSERT_TRUE(write_number(note, 8, now));
  EXPECT_FALSE(pay(note, payment(1), later));
}

TEST(Pay, AnOverdueOnePartlyStaysOverdueAndWhollyIsPaid) {
  Invoice invoice = issued();
  ASSERT_TRUE(pay(invoice, payment(1), later));
  EXPECT_EQ(status_on(invoice, day("2027-06-01")), InvoiceStatus::Overdue);
  ASSERT_TRUE(pay(invoice, payment(249'999, "pay-2"), later));
  EXPECT_EQ(status_on(invoice, day("2027-06-01")), InvoiceStatus::Paid);
}

TEST(Credit, LeavesNothingOwedAndOwesBackWhatWasPaid) {
  Invoice invoice = issued();
  ASSERT_TRUE(request_credit(invoice, now).value());
  EXPECT_EQ(status_on(invoice, now_day), InvoiceStatus::Issued);  // its note isn't there yet
  ASSERT_TRUE(finish_credit(invoice, now));
  EXPECT_EQ(balance(invoice), Money{});
  EXPECT_EQ(status_on(invoice, far), InvoiceStatus::Credited);
  Invoice was_paid = issued();
  ASSERT_TRUE(pay(was_paid, payment(100'000), later));
  ASSERT_TRUE(request_credit(was_paid, now).value());
  ASSERT_TRUE(finish_credit(was_paid, now));
  EXPECT_EQ(balance(was_paid), Money{-100'000});
}

TEST(Credit, TwiceIsOnce) {
  Invoice invoice = issued();
  ASSERT_TRUE(request_credit(invoice, now).value());
  EXPECT_FALSE(request_credit(invoice, later).value());
  EXPECT_TRUE(finish_credit(invoice, later));
  EXPECT_FALSE(finish_credit(invoice, later));
  EXPECT_FALSE(request_credit(invoice, later).value());
}

TEST(Credit, OnceDecidedNothingIsOverdueAnyMore) {
  Invoice invoice = issued();
  ASSERT_TRUE(request_credit(invoice, now).value());
  EXPECT_FALSE(tell_overdue(invoice, at("2027-07-01T08:00:00Z")));
  ASSERT_TRUE(finish_credit(invoice, later));
  EXPECT_FALSE(tell_overdue(invoice, at("2027-07-01T08:00:00Z")));
}

TEST(Credit, OnlyOfWhatIsIssuedAndNoCreditNote) {
  Invoice open = draft();
  EXPECT_EQ(request_credit(open, now).error().code, Code::conflict);
  ASSERT_TRUE(cancel_draft(open, now));
  EXPECT_FALSE(request_credit(open, now));
  Invoice note = credit_note_for(issued(), now);
  ASSERT_TRUE(write_number(note, 8, now));
  EXPECT_FALSE(request_credit(note, now));
  EXPECT_FALSE(cancel_draft(note, now));
}

TEST(CreditNote, TakesBackEveryAmountAndNamesItsOriginal) {
  const Invoice original = issued();
  Invoice note = credit_note_for(original, later);
  EXPECT_EQ(note.original, original.id);
  EXPECT_EQ(note.total_amount.ore, -original.total_amount.ore);
  EXPECT_EQ(note.vat_amount.ore, -original.vat_amount.ore);
  EXPECT_EQ(note.lines.front().quantity, -4);
  EXPECT_EQ(note.lines.front().unit_price, original.lines.front().unit_price);
  EXPECT_EQ(note.seller, original.seller);
  ASSERT_TRUE(write_number(note, 8, later));
  EXPECT_EQ(note.invoice_number, "LJUD-000008");
  EXPECT_FALSE(note.ocr);
  EXPECT_EQ(balance(note), Money{});
  EXPECT_EQ(status_on(note, far), InvoiceStatus::Issued);
}

TEST(Cancel, OnlyADraft) {
  Invoice open = draft();
  EXPECT_TRUE(cancel_draft(open, now).value());
  EXPECT_FALSE(cancel_draft(open, now).value());
  EXPECT_EQ(balance(open), Money{});
  Invoice invoice = issued();
  EXPECT_EQ(cancel_draft(invoice, now).error().code, Code::conflict);
}

TEST(RequestIssue, OnlyADraft) {
  Invoice invoice = draft();
  EXPECT_TRUE(request_issue(invoice, now).value());
  EXPECT_FALSE(request_issue(invoice, now).value());
  Invoice done = issued();
  EXPECT_FALSE(request_issue(done, now).value());
  ASSERT_TRUE(pay(done, payment(250'000), now));
  EXPECT_FALSE(request_issue(done, now));
  Invoice over = draft();
  ASSERT_TRUE(cancel_draft(over, now));
  EXPECT_FALSE(request_issue(over, now));
}

TEST(Overdue, IsToldOnce) {
  Invoice invoice = issued();
  EXPECT_FALSE(tell_overdue(invoice, at("2027-05-31T21:59:00Z")));
  EXPECT_TRUE(tell_overdue(invoice, at("2027-05-31T22:00:00Z")));  // midnight in Stockholm
  EXPECT_FALSE(tell_overdue(invoice, at("2027-06-05T22:00:00Z")));
}

TEST(PutOff, WaitsLongerAndLongerWithinLimits) {
  Invoice invoice = draft();
  EXPECT_FALSE(put_off(invoice, now));
  ASSERT_TRUE(request_issue(invoice, now));
  EXPECT_TRUE(put_off(invoice, now));
  EXPECT_EQ(invoice.retry_at, now + 5 * second_ms);
  EXPECT_TRUE(put_off(invoice, now + 40 * second_ms));
  EXPECT_EQ(invoice.retry_at, now + 60 * second_ms);
  EXPECT_TRUE(put_off(invoice, now + day_ms));
  EXPECT_EQ(invoice.retry_at, now + day_ms + minute_ms);
}

TEST(Hear, TellsRepeatsAndEarlyOnes) {
  Invoice invoice = draft();
  const BookingForInvoice booking = booking_of("book-1");
  EXPECT_EQ(hear_booking(invoice, "booking.confirmed", 2, booking, now).error().reason, "early");
  EXPECT_TRUE(hear_booking(invoice, "booking.created", 1, booking, now));
  EXPECT_EQ(hear_booking(invoice, "booking.created", 1, booking, now).error().reason, "repeat");
  EXPECT_EQ(invoice.last_sequence, 1);
}

TEST(Hear, IssuesByTheTerms) {
  BookingForInvoice booking = booking_of("book-1");
  Invoice at_once = draft_for(booking, now);
  ASSERT_TRUE(hear_booking(at_once, "booking.confirmed", 1, booking, now));
  EXPECT_EQ(at_once.work, Work::Issue);
  booking.terms.issue_on = IssueOn::Completed;
  Invoice waits = draft_for(booking, now);
  ASSERT_TRUE(hear_booking(waits, "booking.confirmed", 1, booking, now));
  EXPECT_EQ(waits.work, Work::None);
  booking.state = BilledBooking::Done;
  ASSERT_TRUE(hear_booking(waits, "booking.completed", 2, booking, now));
  EXPECT_EQ(waits.work, Work::Issue);
}

TEST(Hear, WhatIsOverMeanwhileIsNotIssued) {
  const BookingForInvoice booking = booking_of("book-1", BilledBooking::Dropped);
  Invoice invoice = draft_for(booking, now);
  ASSERT_TRUE(hear_booking(invoice, "booking.confirmed", 1, booking, now));
  EXPECT_EQ(invoice.work, Work::None);
  ASSERT_TRUE(hear_booking(invoice, "booking.cancelled", 2, booking, now));
  EXPECT_EQ(invoice.state, InvoiceStatus::Cancelled);
}

TEST(Hear, AnUnknownMessageOnlyCounts) {
  Invoice invoice = draft();
  const json::object before = to_document(invoice);
  ASSERT_TRUE(hear_booking(invoice, "booking.moved", 1, booking_of("book-1"), later));
  invoice.last_sequence = 0;
  EXPECT_EQ(to_document(invoice), before);
}
}  // namespace
}  // namespace thenorsound::booking
