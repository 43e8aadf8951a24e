#include "base/fields.hpp"

#include <gtest/gtest.h>

namespace thenorsound {
namespace {

enum class Size { Small, Large };
BOOST_DESCRIBE_ENUM(Size, Small, Large)

std::vector<std::string> at_fault(const Problems& problems) {
  std::vector<std::string> fields;
  if (problems.any())
    for (const FieldError& detail : problems.error().details) fields.push_back(detail.field);
  std::sort(fields.begin(), fields.end());
  return fields;
}
json::object parse(std::string_view text) { return read_json(text)->as_object(); }

struct Thing {
  std::string name;
  std::optional<std::string> note;
  std::int64_t count = 0;
  Money price;
  Time start;
  Size size = Size::Small;
  bool active = true;
};

void read(Fields& in, Thing& thing) {
  in.text("name", thing.name);
  in.text("note", thing.note, {.max = 5});
  in.integer("count", thing.count, 1, 10);
  in.money("price", thing.price, Money{0}, Money{10'000'000});
  in.time("start", thing.start);
  in.enumeration("size", thing.size);
  in.boolean("active", thing.active, true);
  in.refuse_unknown();
}

TEST(FieldsOnCreate, FillTheTarget) {
  Problems problems;
  Thing thing;
  const json::object body = parse(
      R"({"name":" a ","note":null,"count":3.0,"price":499.5,"start":"2026-01-01T10:00Z","size":"Large"})");
  Fields in(body, problems, Fields::Mode::create);
  read(in, thing);
  EXPECT_FALSE(problems.any());
  EXPECT_EQ(thing.name, " a ");
  EXPECT_EQ(thing.count, 3);
  EXPECT_EQ(thing.price.ore, 49'950);
  EXPECT_EQ(thing.size, Size::Large);
  EXPECT_TRUE(thing.active);
}

TEST(FieldsOnCreate, EveryFaultIsNamed) {
  Problems problems;
  Thing thing;
  const json::object body =
      parse(R"({"name":"  ","note":"toolong","count":11,"price":0,"start":"2026-01-01T10:00:00",)"
            R"("size":"Huge","active":"yes","colour":1})");
  Fields in(body, problems, Fields::Mode::create);
  read(in, thing);
  EXPECT_EQ(at_fault(problems), (std::vector<std::string>{"active", "colour", "count", "name",
                                                          "note", "price", "size", "start"}));
}

TEST(FieldsOnCreate, MissingAndNullAreTheSame) {
  for (const char* text :
       {"{}", R"({"name":null,"count":null,"price":null,"start":null,"size":null})"}) {
    Problems problems;
    Thing thing;
    const json::object body = parse(text);
    Fields in(body, problems, Fields::Mode::create);
    read(in, thing);
    EXPECT_EQ(at_fault(problems),
              (std::vector<std::string>{"count", "name", "price", "size", "start"}));
  }
}

TEST(FieldsOnMerge, AbsentStaysAndNullRemovesTheOptional) {
  Problems problems;
  Thing thing;
  thing.name = "kept";
  thing.note = "gone";
  thing.count = 7;
  const json::object body = parse(R"({"note":null,"count":8})");
  Fields in(body, problems, Fields::Mode::merge);
  read(in, thing);
  EXPECT_FALSE(problems.any());
  EXPECT_EQ(thing.name, "kept");
  EXPECT_FALSE(thing.note);
  EXPECT_EQ(thing.count, 8);
}

TEST(FieldsOnMerge, NullForARequiredFieldIsAFault) {
  Problems problems;
  Thing thing;
  const json::object body = parse(R"({"name":null,"active":null})");
  Fields in(body, problems, Fields::Mode::merge);
  read(in, thing);
  EXPECT_EQ(at_fault(problems), (std::vector<std::string>{"active", "name"}));
}

TEST(FieldsOnMerge, ReadOnlyFieldsMayComeBackUnchanged) {
  const json::object body = parse(R"({"version":3.0,"id":"evt-1","total":5})");
  Problems problems;
  Fields in(body, problems, Fields::Mode::merge);
  in.read_only("version", 3);
  in.read_only("id", "evt-1");
  in.read_only("total", 6);
  in.refuse_unknown();
  EXPECT_EQ(at_fault(problems), (std::vector<std::string>{"total"}));
}

TEST(FieldsOfAQuery, ReadNumbersFromText) {
  const json::object query{{"pageSize", "20"}, {"count", "2x"}, {"active", "true"}};
  Problems problems;
  Fields in(query, problems, Fields::Mode::query);
  std::int64_t size = 50, count = 0;
  std::optional<bool> active;
  EXPECT_TRUE(in.integer("pageSize", size, 1, 200, true));
  EXPECT_FALSE(in.integer("count", count, 1, 200, true));
  EXPECT_TRUE(in.boolean("active", active));
  EXPECT_EQ(size, 20);
  EXPECT_EQ(at_fault(problems), (std::vector<std::string>{"count"}));
}

TEST(FieldsOfItems, AreNamedByTheirPath) {
  const json::object body = parse(R"({"slots":[{"capacity":1},{"capacity":0,"x":1},7]})");
  Problems problems;
  Fields in(body, problems, Fields::Mode::create);
  in.objects("slots", 10, true, [](Fields& item, std::size_t) {
    std::int64_t capacity = 0;
    item.integer("capacity", capacity, 1, 100);
  });
  EXPECT_EQ(at_fault(problems),
            (std::vector<std::string>{"slots[1].capacity", "slots[1].x", "slots[2]"}));
}

TEST(TextRules, MailAddresses) {
  for (const char* good : {"a@b.se", "first.last+tag@sub.example.com", "o'neil@x-y.example"})
    EXPECT_TRUE(is_email(good)) << good;
  for (const char* bad :
       {"", "a", "@b.se", "a@", "a@b", "a b@c.se", "a@b..se", ".a@b.se", "a.@b.se", "a..b@c.se",
        "a@-b.se", "a@b.se ", "a@b.se\r\nBcc: x@y.se", "å@b.se", "a@b@c.se"})
    EXPECT_FALSE(is_email(bad)) << bad;
}

TEST(TextRules, PhoneNumbers) {
  for (const char* good :
       {"08-123 45 67", "070-1234567", "+46701234567", "+46 70 123 45 67", "0701234567"})
    EXPECT_TRUE(is_phone(good)) << good;
  for (const char* bad :
       {"", "123", "+", "+0701234567", "7012345678", "08-abc", "08--1234567", "0701234567 "})
    EXPECT_FALSE(is_phone(bad)) << bad;
}

TEST(TextRules, BlankAndControlCharacters) {
  EXPECT_TRUE(is_blank(" \t\n\u00A0\u2003\u3000"));
  EXPECT_FALSE(is_blank(" . "));
  EXPECT_TRUE(has_only_plain_text("a\tb\r\nå"));
  for (const std::string& bad :
       {std::string("a\0b", 3), std::string("\x07"), std::string("\x7f"), std::string("\u0085")})
    EXPECT_FALSE(has_only_plain_text(bad));
  EXPECT_EQ(code_points("åäö😀"), 4U);
}

}  // namespace
}  // namespace thenorsound
