// What the booking's messages do to its invoice: in any order, any number of times, and with a
// crash between any two writes.
#include "fixture.hpp"

namespace thenorsound::booking {
namespace {
using store::MemoryStore;
using workflow::Arrival;
using Story = std::vector<std::string>;  // types in sequence, from 1

struct Messages : World {
  // Delivers like the bus: early ones come again later.
  void deliver(Process& with, const std::string& booking, const Story& story,
               std::vector<std::size_t> order) {
    for (int round = 0; round < 20 && !order.empty(); ++round) {
      std::vector<std::size_t> again;
      for (const std::size_t i : order) {
        const auto heard = hear(with, booking, story[i], static_cast<std::int64_t>(i) + 1);
        if (!heard || *heard == Arrival::early) again.push_back(i);
      }
      order = again;
    }
    EXPECT_TRUE(order.empty());
  }
  void deliver(Process& with, const std::string& booking, const Story& story) {
    std::vector<std::size_t> order(story.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    deliver(with, booking, story, order);
  }
};

TEST_F(Messages, CreatedMakesADraftAndConfirmedIssuesIt) {
  bookings.set(booking_of("book-1", BilledBooking::Open));
  const auto one = process();
  EXPECT_EQ(hear(*one, "book-1", "created", 1).value(), Arrival::next);
  EXPECT_EQ(invoice_of("book-1").state, InvoiceStatus::Draft);
  EXPECT_EQ(invoice_of("book-1").version, 1);
  EXPECT_EQ(invoice_of("book-1").buyer.name, "Festivalen AB");
  bookings.set(booking_of("book-1"));
  EXPECT_EQ(hear(*one, "book-1", "confirmed", 2).value(), Arrival::next);
  const Invoice invoice = invoice_of("book-1");
  EXPECT_EQ(invoice.state, InvoiceStatus::Issued);
  EXPECT_EQ(invoice.invoice_number, "LJUD-000001");
  EXPECT_EQ(invoice.work, Work::None);
  EXPECT_EQ(messages_of(invoice.id), Story{"invoice.generated"});
}

TEST_F(Messages, ByTermsThatSayCompletedItIsADraftUntilThen) {
  BookingForInvoice booking = booking_of("book-1");
  booking.terms.issue_on = IssueOn::Completed;
  bookings.set(booking);
  const auto one = process();
  deliver(*one, "book-1", {"created", "confirmed"});
  EXPECT_EQ(invoice_of("book-1").state, InvoiceStatus::Draft);
  EXPECT_TRUE(messages_of(invoice_of("book-1").id).empty());
  booking.state = BilledBooking::Done;
  bookings.set(booking);
  EXPECT_EQ(hear(*one, "book-1", "completed", 3).value(), Arrival::next);
  EXPECT_EQ(invoice_of("book-1").state, InvoiceStatus::Issued);
}

TEST_F(Messages, AnEarlyOneDoesNothing) {
  bookings.set(booking_of("book-1"));
  const auto one = process();
  EXPECT_EQ(hear(*one, "book-1", "confirmed", 2).value(), Arrival::early);
  EXPECT_FALSE(has("book-1", PaperKind::Invoice));
  EXPECT_EQ(hear(*one, "book-1", "created", 1).value(), Arrival::next);
  EXPECT_EQ(hear(*one, "book-1", "completed", 3).value(), Arrival::early);
  EXPECT_EQ(invoice_of("book-1").last_sequence, 1);
}

TEST_F(Messages, ARepeatedOneDoesNothing) {
  bookings.set(booking_of("book-1"));
  const auto one = process();
  deliver(*one, "book-1", {"created", "confirmed"});
  const json::object before = to_document(invoice_of("book-1"));
  EXPECT_EQ(hear(*one, "book-1", "created", 1).value(), Arrival::repeat);
  EXPECT_EQ(hear(*one, "book-1", "confirmed", 2).value(), Arrival::repeat);
  EXPECT_EQ(to_document(invoice_of("book-1")), before);
  EXPECT_EQ(messages_of(invoice_of("book-1").id).size(), 1U);
}

TEST_F(Messages, InHouseBookingsHaveNoInvoice) {
  BookingForInvoice booking = booking_of("book-1");
  booking.in_house = true;
  bookings.set(booking);
  const auto one = process();
  EXPECT_EQ(hear(*one, "book-1", "created", 1).value(), Arrival::next);
  EXPECT_EQ(hear(*one, "book-1", "confirmed", 2).value(), Arrival::next);
  EXPECT_EQ(hear(*one, "book-1", "cancelled", 3).value(), Arrival::next);
  EXPECT_TRUE(all().empty());
}

TEST_F(Messages, AnUnknownBookingIsNotFound) {
  const auto one = process();
  EXPECT_EQ(hear(*one, "book-none", "created", 1).error().code, Code::not_found);
}

TEST_F(Messages, ABookingThatFailedHasNothingToDrop) {
  bookings.set(booking_of("book-1", BilledBooking::Dropped));
  const auto one = process();
  EXPECT_EQ(hear(*one, "book-1", "failed", 1).value(), Arrival::next);
  EXPECT_EQ(hear(*one, "book-1", "failed", 1).value(), Arrival::next);
  EXPECT_TRUE(all().empty());
}

TEST_F(Messages, CancelledDropsADraft) {
  bookings.set(booking_of("book-1", BilledBooking::Open));
  const auto one = process();
  deliver(*one, "book-1", {"created", "cancelled"});
  EXPECT_EQ(invoice_of("book-1").state, InvoiceStatus::Cancelled);
  EXPECT_FALSE(has("book-1", PaperKind::CreditNote));
  EXPECT_TRUE(numbers().empty());
}

TEST_F(Messages, CancelledCreditsWhatIsIssuedOnce) {
  bookings.set(booking_of("book-1"));
  const auto one = process();
  deliver(*one, "book-1", {"created", "confirmed", "cancelled"});
  const Invoice original = invoice_of("book-1");
  const Invoice note = invoice_of("book-1", PaperKind::CreditNote);
  EXPECT_EQ(original.state, InvoiceStatus::Credited);
  EXPECT_EQ(original.credit_note, note.id);
  EXPECT_EQ(note.original, original.id);
  EXPECT_EQ(note.invoice_number, "LJUD-000002");
  EXPECT_EQ(messages_of(original.id), (Story{"invoice.generated", "invoice.credited"}));
  EXPECT_EQ(hear(*one, "book-1", "cancelled", 3).value(), Arrival::repeat);
  sweep(*one);
  EXPECT_EQ(numbers(), one_to(2));
  EXPECT_EQ(messages_of(original.id).size(), 2U);
}

TEST_F(Messages, ByHandAndByMessageCreditOnce) {
  bookings.set(booking_of("book-1"));
  const auto one = process();
  deliver(*one, "book-1", {"created", "confirmed"});
  const InvoiceId id = invoice_of("book-1").id;
  EXPECT_TRUE(wait_for(loops, one->commands.set_status({}, id, InvoiceStatus::Credited, {})));
  EXPECT_EQ(hear(*one, "book-1", "cancelled", 3).value(), Arrival::next);
  EXPECT_TRUE(wait_for(loops, one->commands.set_status({}, id, InvoiceStatus::Credited, {})));
  EXPECT_EQ(numbers(), one_to(2));
}

TEST_F(Messages, ADraftDroppedByHandStaysDropped) {
  bookings.set(booking_of("book-1"));
  const auto one = process();
  deliver(*one, "book-1", {"created"});
  const InvoiceId id = invoice_of("book-1").id;
  EXPECT_TRUE(wait_for(loops, one->commands.set_status({}, id, InvoiceStatus::Cancelled, {})));
  EXPECT_EQ(hear(*one, "book-1", "confirmed", 2).value(), Arrival::next);
  EXPECT_EQ(hear(*one, "book-1", "cancelled", 3).value(), Arrival::next);
  EXPECT_EQ(invoice_of("book-1").state, InvoiceStatus::Cancelled);
  EXPECT_TRUE(numbers().empty());
}

TEST_F(Messages, EveryOrderEndsInTheSameState) {
  const std::vector<Story> stories{{"created", "confirmed", "completed"},
                                   {"created", "confirmed", "cancelled"},
                                   {"created", "moved", "confirmed", "completed"},
                                   {"created", "cancelled"}};
  int number = 0;
  for (const Story& story : stories) {
    std::vector<std::size_t> order(story.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::optional<InvoiceStatus> expected;
    do {
      const std::string id = "book-" + std::to_string(++number);
      bookings.set(booking_of(id));
      const auto one = process();
      // Each twice: at least once is the bus's promise.
      std::vector<std::size_t> twice = order;
      twice.insert(twice.end(), order.begin(), order.end());
      deliver(*one, id, story, twice);
      const Invoice invoice = invoice_of(id);
      if (!expected) expected = invoice.state;
      EXPECT_EQ(invoice.state, *expected);
      EXPECT_EQ(invoice.last_sequence, static_cast<std::int64_t>(story.size()));
      EXPECT_EQ(has(id, PaperKind::CreditNote), *expected == InvoiceStatus::Credited);
    } while (std::next_permutation(order.begin(), order.end()));
  }
  EXPECT_EQ(numbers(), one_to(static_cast<std::int64_t>(numbers().size())));
}

TEST_F(Messages, WhatIsMissingKeepsItADraftUntilFilledIn) {
  CustomerProfile seller = whole_seller();
  seller.bankgiro.reset();
  seller.invoice_prefix.reset();
  neighbours_http.set(seller);
  bookings.set(booking_of("book-1"));
  const auto one = process();
  deliver(*one, "book-1", {"created", "confirmed"});
  Invoice invoice = invoice_of("book-1");
  EXPECT_EQ(invoice.state, InvoiceStatus::Draft);
  EXPECT_EQ(invoice.missing, (Story{"seller.invoicePrefix", "paymentTo"}));
  EXPECT_EQ(messages_of(invoice.id), Story{"invoice.missing"});
  sweep(*one);
  sweep(*one);
  EXPECT_EQ(messages_of(invoice.id).size(), 1U);
  EXPECT_EQ(invoice_of("book-1").version, invoice.version);
  neighbours_http.set(whole_seller());
  sweep(*one);
  invoice = invoice_of("book-1");
  EXPECT_EQ(invoice.state, InvoiceStatus::Issued);
  EXPECT_TRUE(invoice.missing.empty());
  EXPECT_EQ(messages_of(invoice.id), (Story{"invoice.missing", "invoice.generated"}));
}

TEST_F(Messages, AVanishedBuyerIsMissing) {
  neighbours_http.remove(buyer_id);
  bookings.set(booking_of("book-1"));
  const auto one = process();
  deliver(*one, "book-1", {"created", "confirmed"});
  EXPECT_EQ(invoice_of("book-1").missing,
            (Story{"buyer.name", "buyer.address", "buyer.zipCode", "buyer.city"}));
}

TEST_F(Messages, NeighboursThatAreDownOnlyDelayIt) {
  neighbours_http.down = true;
  bookings.set(booking_of("book-1"));
  const auto one = process();
  EXPECT_EQ(hear(*one, "book-1", "created", 1).value(), Arrival::next);
  EXPECT_EQ(hear(*one, "book-1", "confirmed", 2).value(), Arrival::next);
  EXPECT_EQ(invoice_of("book-1").state, InvoiceStatus::Draft);
  EXPECT_EQ(invoice_of("book-1").work, Work::Issue);
  sweep(*one);
  EXPECT_EQ(invoice_of("book-1").state, InvoiceStatus::Draft);
  neighbours_http.down = false;
  sweep(*one);
  EXPECT_EQ(invoice_of("book-1").state, InvoiceStatus::Issued);
}

// Everything a cancelled booking goes through is cut off after each write in turn, and carried on
// by another process that hears the messages again.
struct Crash : Messages, testing::WithParamInterface<MemoryStore::Fault> {
  // The write at which the power goes: with it (done) or before it (lost); all later ones fail.
  void cut_at(int write) {
    left_ = write;
    store.fault = [this](const store::Write&) {
      const int left = left_--;
      if (left > 0) return MemoryStore::Fault::none;
      return left == 0 ? GetParam() : MemoryStore::Fault::in_doubt_lost;
    };
  }
  void mend() { store.fault = nullptr; }
  bool was_cut() const { return left_ < 0; }

 private:
  std::atomic<int> left_{0};
};
}  // namespace

TEST_P(Crash, BetweenAnyTwoWritesIsCarriedOn) {
  const Story story{"created", "confirmed", "cancelled"};
  int cuts = 0;
  for (int write = 0; write < 40; ++write) {
    const std::string id = "book-" + std::to_string(write);
    bookings.set(booking_of(id));
    cut_at(write);
    {
      const auto before = process();
      for (std::size_t i = 0; i < story.size(); ++i)
        if (!hear(*before, id, story[i], static_cast<std::int64_t>(i) + 1)) break;
    }
    cuts += was_cut() ? 1 : 0;
    mend();
    const auto after = process();
    deliver(*after, id, story);
    sweep(*after);
    EXPECT_EQ(invoice_of(id).state, InvoiceStatus::Credited) << write;
    EXPECT_TRUE(invoice_of(id, PaperKind::CreditNote).is_issued()) << write;
    EXPECT_EQ(messages_of(invoice_of(id).id), (Story{"invoice.generated", "invoice.credited"}));
  }
  EXPECT_EQ(numbers(), one_to(80));
  EXPECT_GE(cuts, 9);  // the story's writes: none of them escaped
  EXPECT_LT(cuts, 40);
}

TEST_P(Crash, IsMendedBySweepingAloneOnceTheMessageWasHeard) {
  for (int write = 0; write < 6; ++write) {
    const std::string id = "book-" + std::to_string(write);
    bookings.set(booking_of(id));
    {
      const auto before = process();
      deliver(*before, id, {"created"});
      // The message's own write gets through; what follows is cut.
      cut_at(write + 1);
      (void)hear(*before, id, "confirmed", 2);
    }
    mend();
    const auto after = process();
    sweep(*after);
    EXPECT_EQ(invoice_of(id).state, InvoiceStatus::Issued) << write;
  }
  EXPECT_EQ(numbers(), one_to(6));
}

INSTANTIATE_TEST_SUITE_P(Outcome, Crash,
                         testing::Values(MemoryStore::Fault::in_doubt_done,
                                         MemoryStore::Fault::in_doubt_lost));
}  // namespace thenorsound::booking
