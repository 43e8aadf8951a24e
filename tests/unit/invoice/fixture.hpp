// Invoices with everything around them: a store in memory with faults to order, neighbours that
// answer from plain structs, bookings that a test sets.
#pragma once
#include <gtest/gtest.h>

#include <map>
#include <mutex>

#include "http/error_response.hpp"
#include "services/booking/invoices.hpp"
#include "support/memory_store.hpp"
#include "support/until.hpp"

namespace thenorsound::booking {

inline Time at(std::string_view iso) { return *time_from_iso(iso); }
inline Day day(std::string_view iso) { return *day_from_iso(iso); }

inline const CustomerId seller_id{"cust-seller"};
inline const CustomerId buyer_id{"cust-buyer"};

inline CustomerProfile whole_seller() {
  CustomerProfile seller;
  seller.id = seller_id;
  seller.name = "Ljudbolaget AB";
  seller.org_number = "556036-0793";
  seller.vat_number = "SE556036079301";
  seller.address = "Storgatan 1";
  seller.zip_code = "111 22";
  seller.city = "Stockholm";
  seller.seat = "Stockholm";
  seller.email = "info@ljud.example";
  seller.customer_type = 2;
  seller.f_tax = true;
  seller.invoice_prefix = "LJUD";
  seller.bankgiro = "5805-6201";
  return seller;
}

inline CustomerProfile whole_buyer() {
  CustomerProfile buyer;
  buyer.id = buyer_id;
  buyer.name = "Festivalen AB";
  buyer.org_number = "556703-7485";
  buyer.address = "Kajen 2";
  buyer.zip_code = "411 04";
  buyer.city = "Göteborg";
  buyer.email = "hej@festival.example";
  buyer.invoice_email = "faktura@festival.example";
  return buyer;
}

inline InvoiceLine line_of(std::int64_t ore, std::int64_t vat_rate = 25) {
  InvoiceLine line;
  line.text = "Sound, FOH";
  line.quantity = 4;
  line.unit = "Hour";
  line.unit_price = {ore / 4};
  line.amount = {ore};
  line.vat_rate = vat_rate;
  return line;
}

inline BookingForInvoice booking_of(std::string id, BilledBooking state = BilledBooking::Agreed) {
  BookingForInvoice booking;
  booking.id = {std::move(id)};
  booking.event_id = {"evt-1"};
  booking.event_name = "Malmö Live";
  booking.customer_id = buyer_id;
  booking.customer_name = "Festivalen AB";
  booking.crew_customer_id = seller_id;
  booking.crew_customer_name = "Ljudbolaget AB";
  booking.state = state;
  booking.start_time = at("2027-05-01T10:00:00Z");
  booking.end_time = at("2027-05-01T14:00:00Z");
  booking.lines = {line_of(200'000)};
  return booking;
}

// Thread-safe.
class FakeNeighbours : public http::Upstream {
 public:
  void set(const CustomerProfile& company) {
    put("/internal/customers/" + company.id.value, to_document(company));
  }
  void set(const EventProfile& event) {
    put("/internal/events/" + event.id.value, to_document(event));
  }
  void remove(const CustomerId& company) {
    const std::lock_guard lock(mutex_);
    documents_.erase("/internal/customers/" + company.value);
  }
  std::atomic<bool> down{false};

  Task<Result<http::Response>> send(http::Request& request, std::chrono::milliseconds) override {
    const std::lock_guard lock(mutex_);
    const auto found = documents_.find(request.path);
    if (!down && found != documents_.end())
      co_return http::json_response(200, write_json(found->second));
    const Error error = down ? unavailable("down") : not_found("document");
    co_return http::error_response(error, Trace{}, Time{});
  }

 private:
  void put(const std::string& path, json::object document) {
    const std::lock_guard lock(mutex_);
    documents_[path] = std::move(document);
  }
  std::mutex mutex_;
  std::map<std::string, json::object, std::less<>> documents_;
};

class FakeBookings {
 public:
  void set(BookingForInvoice booking) {
    const std::lock_guard lock(mutex_);
    bookings_[booking.id.value] = std::move(booking);
  }
  BookingSource source() {
    return [this](BookingId id) { return get(std::move(id)); };
  }

 private:
  Task<Result<std::optional<BookingForInvoice>>> get(BookingId id) {
    const std::lock_guard lock(mutex_);
    std::optional<BookingForInvoice> booking;
    const auto found = bookings_.find(id.value);
    if (found != bookings_.end()) booking = found->second;
    co_return booking;
  }
  std::mutex mutex_;
  std::map<std::string, BookingForInvoice> bookings_;
};

// What one process has in memory; thrown away and made anew in tests of crashes.
struct Process {
  Process(store::DocumentStore& store, const Clock& clock, Neighbours& neighbours,
          BookingSource source)
      : invoices(store, clock, "invoices", "booking"),
        series(store, clock),
        work(invoices, series, clock, neighbours),
        commands(invoices, work, clock, std::move(source)),
        queries(invoices, clock) {}
  InvoiceCollection invoices;
  NumberSeries series;
  InvoiceWork work;
  InvoiceCommands commands;
  InvoiceQueries queries;
};

struct World : testing::Test {
  World() : loops(4) {
    loops.start();
    neighbours_http.set(whole_seller());
    neighbours_http.set(whole_buyer());
    wait_for(loops, store.declare({invoices_schema(), NumberSeries::schema()})).value();
  }
  ~World() override { loops.stop(); }

  std::unique_ptr<Process> process() {
    return std::make_unique<Process>(store, clock, neighbours, bookings.source());
  }
  // The sweep that a process does all the time.
  void sweep(Process& with) {
    clock.advance(2 * minute_ms);
    const auto series = wait_for(loops, with.series.unfinished(100)).value();
    for (const Series& one : series)
      (void)wait_for(loops, with.work.finish_pending({}, one.seller, *one.pending));
    auto due = wait_for(loops, with.queries.with_work_due(100)).value();
    for (Invoice& invoice : due) wait_for(loops, with.commands.retry({}, std::move(invoice)));
  }
  Result<workflow::Arrival> hear(Process& with, const std::string& booking, std::string type,
                                 std::int64_t sequence) {
    return wait_for(loops, with.commands.hear({}, {booking}, "booking." + type, sequence));
  }
  std::optional<Invoice> find(const InvoiceId& id) {
    store::Collection<Invoice> reading(store, clock, "invoices", "booking");
    return wait_for(loops, reading.get(id.value)).value();
  }
  Invoice invoice_of(const std::string& booking, PaperKind kind = PaperKind::Invoice) {
    auto found = find(invoice_id_of({booking}, kind));
    EXPECT_TRUE(found) << booking;
    return found ? *found : Invoice{};
  }
  bool has(const std::string& booking, PaperKind kind) {
    return find(invoice_id_of({booking}, kind)).has_value();
  }
  // Types of the messages about one invoice, in order.
  std::vector<std::string> messages_of(const InvoiceId& id) {
    std::vector<std::string> types;
    const auto pending = wait_for(loops, store.pending_messages(10'000)).value();
    for (const auto& item : pending)
      if (item.document_id == id.value) types.push_back(item.message.type);
    return types;
  }
  std::vector<Invoice> all() {
    store::Collection<Invoice> reading(store, clock, "invoices", "booking");
    store::Query query;
    query.limit = 10'000;
    return wait_for(loops, reading.find(std::move(query))).value();
  }
  // The numbers borne, in order; each must be there once.
  std::vector<std::int64_t> numbers() {
    std::vector<std::int64_t> found;
    for (const Invoice& invoice : all())
      if (invoice.number != 0) found.push_back(invoice.number);
    std::sort(found.begin(), found.end());
    return found;
  }

  Loops loops;
  SettableClock clock{at("2027-04-20T08:00:00Z")};
  store::MemoryStore store;
  FakeNeighbours neighbours_http;
  http::ServiceClient client{neighbours_http, "booking:key", std::chrono::seconds(2)};
  Neighbours neighbours{client, client, client, clock};
  FakeBookings bookings;
};

inline std::vector<std::int64_t> one_to(std::int64_t last) {
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 1; i <= last; ++i) numbers.push_back(i);
  return numbers;
}

}  // namespace thenorsound::booking
