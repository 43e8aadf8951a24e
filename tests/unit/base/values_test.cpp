#include <gtest/gtest.h>

#include <set>

#include "base/codec.hpp"
#include "base/context.hpp"
#include "base/crypto.hpp"
#include "base/message.hpp"
#include "base/text.hpp"

namespace thenorsound {
namespace {

TEST(MoneyRule, RoundsOnceHalfUp) {
  EXPECT_EQ(multiply_divide(Money{50'000}, 240, 60).ore, 200'000);  // 500 SEK x 4 h
  EXPECT_EQ(multiply_divide(Money{1}, 1, 2).ore, 1);
  EXPECT_EQ(multiply_divide(Money{1}, 49, 100).ore, 0);
  EXPECT_EQ(multiply_divide(Money{-1}, 1, 2).ore, -1);
  EXPECT_EQ(multiply_divide(Money{10'000'000}, 44'640, 60).ore, 7'440'000'000);
}

TEST(MoneyText, IsAnIntegerWhereThereAreNoOre) {
  EXPECT_EQ(write_json(to_json(Money{200'000})), "2000");
  EXPECT_EQ(write_json(to_json(Money{49'950})), "499.5");
  EXPECT_EQ(write_json(to_json(Money{1})), "0.01");
  EXPECT_EQ(to_text(Money{-123'450}), "-1234.50");
}

TEST(MoneyText, TakesTwoDecimalsAtMost) {
  EXPECT_EQ(money_from_json(500)->ore, 50'000);
  EXPECT_EQ(money_from_json(0.1)->ore, 10);
  EXPECT_EQ(money_from_json(99'999.99)->ore, 9'999'999);
  EXPECT_EQ(money_from_json(500.0)->ore, 50'000);
  for (const json::value& wrong : {json::value(0.001), json::value(1.005), json::value("5"),
                                   json::value(true), json::value(1e300)})
    EXPECT_FALSE(money_from_json(wrong)) << write_json(wrong);
}

TEST(MoneyText, EveryOreSurvivesTheWire) {
  for (std::int64_t ore = 0; ore < 200'000; ore += 7) {
    const auto back = read_json(write_json(to_json(Money{ore})));
    ASSERT_EQ(money_from_json(*back)->ore, ore);
  }
}

TEST(Ids, SortByTimeAndAreUnlikelyToRepeat) {
  std::set<std::string> seen;
  std::string last;
  for (std::int64_t ms = 1'790'000'000'000; ms < 1'790'000'000'500; ++ms) {
    const std::string id = new_id("evt", Time{ms});
    EXPECT_EQ(id.size(), 4 + 10 + 16U);
    EXPECT_LT(last, id);
    EXPECT_TRUE(seen.insert(id).second);
    last = id;
  }
  EXPECT_EQ(derived_id("inv", "book-1/Invoice"), derived_id("inv", "book-1/Invoice"));
  EXPECT_NE(derived_id("inv", "book-1/Invoice"), derived_id("inv", "book-1/CreditNote"));
}

TEST(Base64Url, RoundTripsAndRefusesStrayBits) {
  for (std::size_t size = 0; size < 40; ++size) {
    const std::string bytes = random_bytes(size);
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  }
  EXPECT_FALSE(from_base64url("A"));
  EXPECT_FALSE(from_base64url("AB"));  // bits left over
  EXPECT_FALSE(from_base64url("AA=="));
  EXPECT_FALSE(from_base64url("A+/A"));
}

TEST(Words, AreFoldedUnicodeWordsOnce) {
  EXPECT_EQ(words_of("Malmö LIVE, malmö 2027!"),
            (std::vector<std::string>{"malmö", "live", "2027"}));
  EXPECT_EQ(words_of("ÅÄÖ"), (std::vector<std::string>{"åäö"}));
  EXPECT_TRUE(words_of(" -_,! ").empty());
}

TEST(Topics, FollowAmqp) {
  EXPECT_TRUE(topic_matches("booking.*", "booking.created"));
  EXPECT_TRUE(topic_matches("*.created", "booking.created"));
  EXPECT_TRUE(topic_matches("#", "booking.created"));
  EXPECT_TRUE(topic_matches("booking.#", "booking"));
  EXPECT_FALSE(topic_matches("booking.*", "booking"));
  EXPECT_FALSE(topic_matches("booking.*", "booking.a.b"));
  EXPECT_FALSE(topic_matches("booking.created", "booking.updated"));
}

TEST(Messages, AreCloudEventsAndComeBack) {
  Message message;
  message.id = "msg-1";
  message.source = "booking";
  message.type = "booking.created";
  message.subject = "book-1";
  message.sequence = 3;
  message.time = Time{1'790'000'000'000};
  message.traceparent = new_trace().traceparent;
  message.data["bookingId"] = "book-1";
  const json::object event = to_cloud_event(message);
  EXPECT_EQ(event.at("specversion"), "1.0");
  const auto back = from_cloud_event(event);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->sequence, 3);
  EXPECT_EQ(back->time, message.time);
  EXPECT_EQ(back->data, message.data);
  json::object broken = event;
  broken["sequence"] = "x";
  EXPECT_FALSE(from_cloud_event(broken));
}

TEST(Traces, ContinueAValidParentOnly) {
  const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  EXPECT_EQ(new_trace(parent).trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_NE(new_trace(parent).traceparent, parent);
  for (const char* wrong : {"", "00-x", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"}) {
    const Trace trace = new_trace(wrong);
    EXPECT_EQ(trace.traceparent.size(), 55U);
    EXPECT_NE(trace.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736") << wrong;
  }
}

TEST(Traces, OfALaterVersionAreReadAsOurs) {
  const std::string ids = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7";
  const auto continues = [&ids](const std::string& incoming) {
    const Trace trace = new_trace(incoming);
    EXPECT_TRUE(trace.traceparent.starts_with("00-")) << incoming;
    return trace.trace_id() == ids.substr(0, 32);
  };
  EXPECT_TRUE(continues("01-" + ids + "-01"));
  EXPECT_TRUE(continues("cc-" + ids + "-01-what-the-future-brings"));
  EXPECT_FALSE(continues("00-" + ids + "-01-more"));
  EXPECT_FALSE(continues("cc-" + ids + "-01.more"));
  EXPECT_FALSE(continues("ff-" + ids + "-01"));
  EXPECT_FALSE(continues("0G-" + ids + "-01"));
}

TEST(Traces, HandOnWhetherTheyAreSampledAndNoFlagThatNobodyKnows) {
  const std::string ids = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-";
  const auto flags = [](const std::string& incoming) {
    return new_trace(incoming).traceparent.substr(53);
  };
  EXPECT_EQ(flags(ids + "00"), "00");
  EXPECT_EQ(flags(ids + "01"), "01");
  EXPECT_EQ(flags(ids + "fe"), "00");
  EXPECT_EQ(flags(ids + "ff"), "01");
  EXPECT_EQ(flags(""), "01");
}

enum class Colour { Red, Green };
BOOST_DESCRIBE_ENUM(Colour, Red, Green)
struct Part {
  std::string long_name;
  std::optional<Money> price;
};
BOOST_DESCRIBE_STRUCT(Part, (), (long_name, price))
struct Whole {
  EventId id;
  Time start;
  Colour colour = Colour::Red;
  std::vector<Part> parts;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(Whole, (), (id, start, colour, parts, note))

TEST(Codec, WritesCamelCaseAndReadsBack) {
  Whole whole{EventId{"evt-1"}, Time{5}, Colour::Green, {Part{"a", Money{3}}, Part{"b", {}}}, {}};
  const json::object document = to_document(whole);
  EXPECT_EQ(write_json(document),
            R"({"id":"evt-1","start":5,"colour":"Green","parts":[{"longName":"a","price":3},)"
            R"({"longName":"b"}]})");
  const Whole back = from_document<Whole>(document);
  EXPECT_EQ(back.id, whole.id);
  EXPECT_EQ(back.colour, Colour::Green);
  EXPECT_EQ(back.parts[0].price->ore, 3);
  EXPECT_FALSE(back.parts[1].price);
}

TEST(Codec, KeepsDefaultsForWhatOlderDocumentsLack) {
  const Whole whole = from_document<Whole>(json::object{{"id", "evt-2"}, {"colour", nullptr}});
  EXPECT_EQ(whole.colour, Colour::Red);
  EXPECT_EQ(whole.id.value, "evt-2");
}

}  // namespace
}  // namespace thenorsound
