// The consumer: each message of a booking becomes one call, and its answer what the bus hears.
#include <gtest/gtest.h>

#include "http/error_response.hpp"
#include "services/invoicing/service.hpp"
#include "support/memory_store.hpp"
#include "support/until.hpp"

#include "bus/embedded/embedded_bus.hpp"

namespace thenorsound::invoicing {
namespace {
struct Bookings : http::Upstream {
  Task<Result<http::Response>> send(http::Request& request, std::chrono::milliseconds) override {
    const std::lock_guard lock(mutex);
    paths.emplace_back(request.path);
    bodies.push_back(read_own_json(request.body).as_object());
    traceparents.emplace_back(request.field("traceparent").value_or(""));
    if (status != 200)
      co_return http::error_response(status == 404 ? not_found("booking") : unavailable("down"),
                                     Trace{}, Time{});
    co_return http::json_response(200, answer);
  }
  std::size_t count() {
    const std::lock_guard lock(mutex);
    return paths.size();
  }
  std::mutex mutex;
  int status = 200;
  std::string answer = R"({"arrival":"applied"})";
  std::vector<std::string> paths;
  std::vector<json::object> bodies;
  std::vector<std::string> traceparents;
};

Message message_of(std::string type, std::string subject, std::int64_t sequence) {
  Message message;
  message.id = "msg-" + type + std::to_string(sequence);
  message.source = "booking";
  message.type = std::move(type);
  message.subject = std::move(subject);
  message.sequence = sequence;
  message.traceparent = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";
  return message;
}

struct Invoicing : testing::Test {
  Invoicing() : loops(2) { loops.start(); }
  ~Invoicing() override {
    wait_for(loops, bus.stop());
    loops.stop();
  }
  Result<bus::Delivery> consume(Message message) {
    return wait_for(loops, service.consume(std::move(message)));
  }
  static Task<Result<std::optional<Actor>>> nobody() { co_return std::optional<Actor>(); }

  Loops loops;
  SettableClock clock{Time{1'800'000'000'000}};
  store::MemoryStore store;
  bus::EmbeddedBus bus{loops, store, clock};
  Bookings bookings;
  http::ServiceClient client{bookings, "invoicing:key", std::chrono::seconds(1)};
  workflow::ServiceParts parts{loops, clock, store, bus,
                               [](const http::Request&) { return nobody(); }};
  InvoicingService service{parts, client};
};

TEST_F(Invoicing, HandsOnTypeAndSequence) {
  const auto delivered = consume(message_of("booking.confirmed", "book-1", 2));
  ASSERT_TRUE(delivered);
  EXPECT_EQ(*delivered, bus::Delivery::done);
  EXPECT_EQ(bookings.paths, std::vector<std::string>{"/internal/bookings/book-1/invoice-messages"});
  EXPECT_EQ(bookings.bodies.front().at("type"), json::value("booking.confirmed"));
  EXPECT_EQ(bookings.bodies.front().at("sequence"), json::value(2));
  // The same trace goes on.
  EXPECT_EQ(bookings.traceparents.front().substr(3, 32), "0123456789abcdef0123456789abcdef");
}

TEST_F(Invoicing, MapsWhatTheBookingServiceSays) {
  bookings.answer = R"({"arrival":"repeat"})";
  EXPECT_EQ(consume(message_of("booking.created", "book-1", 1)).value(), bus::Delivery::done);
  bookings.answer = R"({"arrival":"early"})";
  EXPECT_EQ(consume(message_of("booking.confirmed", "book-1", 2)).value(), bus::Delivery::early);
  for (const char* odd : {R"({"arrival":"maybe"})", R"({})", "[]", R"({"arrival":7})"}) {
    bookings.answer = odd;
    EXPECT_EQ(consume(message_of("booking.created", "book-1", 1)).error().reason,
              "unknown-arrival");
  }
}

TEST_F(Invoicing, ARefusalOrAnOutageIsAFailedAttempt) {
  bookings.status = 404;
  EXPECT_EQ(consume(message_of("booking.created", "book-1", 1)).error().code, Code::not_found);
  bookings.status = 503;
  EXPECT_FALSE(consume(message_of("booking.created", "book-1", 1)));
}

TEST_F(Invoicing, InvoicesOwnMessagesNeedNothing) {
  EXPECT_EQ(consume(message_of("invoice.generated", "inv-1", 1)).value(), bus::Delivery::done);
  EXPECT_EQ(bookings.count(), 0U);
}

TEST_F(Invoicing, HearsTheBus) {
  ASSERT_TRUE(wait_for(loops, service.start()));
  std::vector<Message> messages;
  messages.push_back(message_of("booking.created", "book-1", 1));
  messages.push_back(message_of("event.created", "evt-1", 1));
  messages.push_back(message_of("booking.confirmed", "book-1", 2));
  const auto taken = wait_for(loops, bus.publish(std::move(messages)));
  EXPECT_TRUE(taken[0] && taken[2]);
  EXPECT_TRUE(until([&] { return bookings.count() == 2; }));
  EXPECT_TRUE(wait_for(loops, service.idle()));
  wait_for(loops, service.stop());
}
}  // namespace
}  // namespace thenorsound::invoicing
