// The series stays unbroken and without duplicates, whoever issues at the same time and whatever
// fails meanwhile; payments never exceed what is owed.
#include <unistd.h>

#include <filesystem>
#include <random>

#include "fixture.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace thenorsound::booking {
namespace {
using store::MemoryStore;

TEST(Series, GivesTheSameNumberUntilItIsUsed) {
  Series series;
  const InvoiceId a{"inv-a"}, b{"inv-b"};
  EXPECT_TRUE(reserve(series, a));
  EXPECT_FALSE(reserve(series, b));
  const PendingNumber first = *series.pending;
  EXPECT_EQ(first, (PendingNumber{1, a}));
  EXPECT_TRUE(settle(series, first, false));
  EXPECT_FALSE(settle(series, first, true));
  EXPECT_TRUE(reserve(series, b));
  EXPECT_EQ(series.pending->number, 1);
  EXPECT_FALSE(settle(series, first, true));
  EXPECT_TRUE(settle(series, PendingNumber(*series.pending), true));
  EXPECT_EQ(series.next, 2);
  EXPECT_FALSE(series.is_pending);
}

struct Numbering : World {
  std::string id(int i) { return "book-" + std::to_string(i); }
  // Issues bookings first..last at the same time, dealt out to the processes.
  void issue_all(std::vector<Process*> processes, int first, int last) {
    std::atomic<int> running{last - first + 1};
    for (int i = first; i <= last; ++i) {
      Process& with = *processes[static_cast<std::size_t>(i) % processes.size()];
      loops.spawn("issue", issue_one(with, booking_of(id(i)), running));
    }
    ASSERT_TRUE(until([&] { return running == 0; }, std::chrono::seconds(60)));
  }
  static Task<void> issue_one(Process& with, BookingForInvoice booking, std::atomic<int>& running) {
    Trace trace;
    (void)co_await with.commands.issue_for(std::move(trace), std::move(booking));
    --running;
  }
};

TEST_F(Numbering, FiftyAtOnceFormOneUnbrokenSeries) {
  const auto one = process();
  issue_all({one.get()}, 1, 50);
  EXPECT_EQ(numbers(), one_to(50));
}

TEST_F(Numbering, FiftyAtOnceInThreeProcessesFormOneUnbrokenSeries) {
  const auto a = process(), b = process(), c = process();
  issue_all({a.get(), b.get(), c.get()}, 1, 50);
  for (int i = 0; i < 3; ++i) sweep(*a);
  EXPECT_EQ(numbers(), one_to(50));
}

TEST_F(Numbering, WithWritesThatFailAndGetLostItStaysUnbroken) {
  std::minstd_rand random{17};
  std::atomic<int> faults{0};
  store.fault = [&](const store::Write&) {  // under the store's lock
    const auto draw = random() % 12;
    if (draw > 2) return MemoryStore::Fault::none;
    ++faults;
    return draw == 0   ? MemoryStore::Fault::in_doubt_done
           : draw == 1 ? MemoryStore::Fault::in_doubt_lost
                       : MemoryStore::Fault::conflict;
  };
  for (int round = 0; round < 5; ++round) {
    // New processes each round: what the old ones knew is gone.
    const auto a = process(), b = process();
    issue_all({a.get(), b.get()}, round * 10 + 1, round * 10 + 10);
    sweep(*a);
  }
  EXPECT_GT(faults, 20);
  store.fault = nullptr;
  const auto last = process();
  issue_all({last.get()}, 1, 50);
  sweep(*last);
  EXPECT_EQ(numbers(), one_to(50));
  const auto series = wait_for(loops, last->series.unfinished(10)).value();
  EXPECT_TRUE(series.empty());
}

TEST_F(Numbering, CancelledAndIssuedAtOnceLeavesNoGap) {
  const auto one = process();
  for (int i = 1; i <= 30; ++i) {
    bookings.set(booking_of(id(i)));
    EXPECT_TRUE(hear(*one, id(i), "created", 1));
  }
  std::atomic<int> running{30};
  const auto drop = [&](int i) -> Task<void> {
    const InvoiceId invoice = invoice_id_of({id(i)}, PaperKind::Invoice);
    Trace trace;
    std::optional<std::int64_t> any;
    (void)co_await one->commands.set_status(std::move(trace), invoice, InvoiceStatus::Cancelled,
                                            any);
    --running;
  };
  for (int i = 1; i <= 30; ++i) loops.spawn("drop", drop(i));
  issue_all({one.get()}, 1, 30);
  ASSERT_TRUE(until([&] { return running == 0; }));
  const auto borne = numbers();
  EXPECT_EQ(borne, one_to(static_cast<std::int64_t>(borne.size())));
  for (const Invoice& invoice : all())
    EXPECT_EQ(invoice.is_issued(), invoice.state == InvoiceStatus::Issued);
}

TEST_F(Numbering, EachSellerHasItsOwnSeries) {
  CustomerProfile other = whole_seller();
  other.id = {"cust-other"};
  other.invoice_prefix = "LJUS";
  neighbours_http.set(other);
  const auto one = process();
  issue_all({one.get()}, 1, 3);
  BookingForInvoice booking = booking_of("book-other");
  booking.crew_customer_id = other.id;
  const auto issued = wait_for(loops, one->commands.issue_for({}, booking)).value();
  EXPECT_EQ(issued.invoice.invoice_number, "LJUS-000001");
}

TEST_F(Numbering, APrefixThatAnotherCompanyHadIsRefusedWithoutBlocking) {
  const auto one = process();
  issue_all({one.get()}, 1, 1);
  CustomerProfile other = whole_seller();
  other.id = {"cust-other"};
  neighbours_http.set(other);
  BookingForInvoice booking = booking_of("book-other");
  booking.crew_customer_id = other.id;
  const auto refused = wait_for(loops, one->commands.issue_for({}, booking));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::conflict);
  EXPECT_EQ(invoice_of("book-other").missing, std::vector<std::string>{"seller.invoicePrefix"});
  other.invoice_prefix = "LJUD2";
  neighbours_http.set(other);
  sweep(*one);
  EXPECT_EQ(invoice_of("book-other").invoice_number, "LJUD2-000001");
  EXPECT_TRUE(invoice_of("book-other").missing.empty());
}

TEST_F(Numbering, TwoPaymentsAtOnceNeverExceedWhatIsOwed) {
  const auto a = process(), b = process();
  issue_all({a.get()}, 1, 20);
  for (int i = 1; i <= 20; ++i) {
    const InvoiceId invoice = invoice_of(id(i)).id;
    std::atomic<int> running{4}, taken{0};
    const auto pay_some = [&](Process& with, int n) -> Task<void> {
      Trace trace;
      std::optional<std::int64_t> any;
      Payment payment;
      payment.id = "pay-" + std::to_string(n);
      payment.amount = {150'000};
      payment.paid_date = day("2027-05-02");
      const auto paid =
          co_await with.commands.pay(std::move(trace), invoice, std::move(payment), any);
      if (paid) ++taken;
      --running;
    };
    for (int n = 0; n < 4; ++n) loops.spawn("pay", pay_some(n % 2 == 0 ? *a : *b, n));
    ASSERT_TRUE(until([&] { return running == 0; }));
    EXPECT_EQ(taken, 1);
    EXPECT_EQ(balance(invoice_of(id(i))), Money{100'000});
  }
}

TEST_F(Numbering, PayingAndCreditingAtOnceNeverTakesMoneyAfterTheCredit) {
  const auto one = process();
  issue_all({one.get()}, 1, 20);
  for (int i = 1; i <= 20; ++i) {
    const InvoiceId invoice = invoice_of(id(i)).id;
    std::atomic<int> running{2};
    std::atomic<bool> taken{false};
    const auto pay_all = [&]() -> Task<void> {
      Trace trace;
      std::optional<std::int64_t> any;
      Payment payment;
      payment.id = "pay";
      payment.amount = {250'000};
      const auto paid =
          co_await one->commands.pay(std::move(trace), invoice, std::move(payment), any);
      taken = paid.has_value();
      --running;
    };
    const auto credit = [&]() -> Task<void> {
      Trace trace;
      std::optional<std::int64_t> any;
      (void)co_await one->commands.set_status(std::move(trace), invoice, InvoiceStatus::Credited,
                                              any);
      --running;
    };
    loops.spawn("pay", pay_all());
    loops.spawn("credit", credit());
    ASSERT_TRUE(until([&] { return running == 0; }));
    EXPECT_EQ(balance(invoice_of(id(i))).ore, taken ? -250'000 : 0);
  }
  EXPECT_EQ(numbers(), one_to(40));
}

TEST_F(Numbering, HoldsOnTheEmbeddedStoreToo) {
  const auto folder =
      std::filesystem::path(testing::TempDir()) / ("invoices-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  {
    const auto database = store::SqliteDatabase::open((folder / "invoices.db").string()).value();
    const auto embedded = database->store("booking");
    wait_for(loops, embedded->declare({invoices_schema(), NumberSeries::schema()})).value();
    Process a(*embedded, clock, neighbours, bookings.source());
    Process b(*embedded, clock, neighbours, bookings.source());
    issue_all({&a, &b}, 1, 50);
    http::Page page;
    page.size = 200;
    InvoiceFilter filter;
    filter.customer = seller_id;
    filter.status = InvoiceStatus::Issued;
    const InvoicePage found = wait_for(loops, a.queries.list(filter, page)).value();
    std::vector<std::int64_t> borne;
    for (const Invoice& invoice : found.items) borne.push_back(invoice.number);
    std::sort(borne.begin(), borne.end());
    EXPECT_EQ(borne, one_to(50));
    EXPECT_EQ(found.total, 50);
    // Every other query has its index there too.
    for (const InvoiceStatus status :
         {InvoiceStatus::Draft, InvoiceStatus::PartlyPaid, InvoiceStatus::Paid,
          InvoiceStatus::Overdue, InvoiceStatus::Cancelled, InvoiceStatus::Credited}) {
      InvoiceFilter other;
      other.status = status;
      other.from = clock.now();
      other.to = clock.now() + 100 * day_ms;
      EXPECT_EQ(wait_for(loops, a.queries.list(other, page)).value().total, 0);
    }
    EXPECT_EQ(wait_for(loops, a.queries.list({}, page)).value().total, 50);
    EXPECT_TRUE(wait_for(loops, a.queries.with_work_due(10)).value().empty());
    EXPECT_TRUE(wait_for(loops, a.series.unfinished(10)).value().empty());
    EXPECT_TRUE(wait_for(loops, a.queries.newly_overdue(100)).value().empty());
    clock.set(at("2027-06-01T08:00:00Z"));
    EXPECT_EQ(wait_for(loops, a.queries.newly_overdue(100)).value().size(), 50U);
  }
  std::filesystem::remove_all(folder);
}
}  // namespace
}  // namespace thenorsound::booking
