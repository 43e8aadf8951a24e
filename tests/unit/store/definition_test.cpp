#include "store/sqlite/definition.hpp"

#include <gtest/gtest.h>

namespace thenorsound::store::sqlite {
namespace {

CollectionSchema schema() {
  CollectionSchema out;
  out.name = "things";
  out.fields = {"rank", "home.city"};
  out.arrays = {"tags", "home.rooms"};
  return out;
}

json::object object(std::string_view text) { return read_own_json(text).as_object(); }

TEST(Definition, FieldsAreMembersByTheirPath) {
  const Definition d = make_definition("shop", schema(), 0);
  auto values = field_values(d, object(R"({"rank":3,"home":{"city":"Lund"}})"));
  EXPECT_EQ(values, (std::vector<Value>{std::int64_t{3}, std::string("Lund")}));
  values = field_values(d, object(R"({"home.city":"plain","home":{"city":"nested"}})"));
  EXPECT_EQ(values, (std::vector<Value>{std::monostate{}, std::string("plain")}));
  values = field_values(d, object(R"({"rank":null,"home":5})"));
  EXPECT_EQ(values, (std::vector<Value>{std::monostate{}, std::monostate{}}));
}

TEST(Definition, ScalarsHaveOneRepresentation) {
  EXPECT_EQ(to_value(true, "f"), Value(std::int64_t{1}));
  EXPECT_EQ(to_value(false, "f"), Value(std::int64_t{0}));
  EXPECT_EQ(to_value(std::uint64_t{7}, "f"), Value(std::int64_t{7}));
  EXPECT_EQ(to_value(std::uint64_t{1} << 63, "f"), Value(9223372036854775808.0));
  EXPECT_EQ(to_value(0.5, "f"), Value(0.5));
  EXPECT_EQ(to_value(nullptr, "f"), Value());
  EXPECT_THROW(to_value(json::object{}, "f"), UnexpectedFailure);
  EXPECT_THROW(to_value(json::array{}, "f"), UnexpectedFailure);
}

TEST(Definition, ArraysHoldTextsOnly) {
  const Definition d = make_definition("shop", schema(), 0);
  EXPECT_EQ(array_items(d.arrays[0], object(R"({"tags":["a","b"]})")), R"(["a","b"])");
  EXPECT_EQ(array_items(d.arrays[0], object(R"({"tags":null})")), "[]");
  EXPECT_EQ(array_items(d.arrays[1], object(R"({"home":{"rooms":["x"]}})")), R"(["x"])");
  EXPECT_THROW(array_items(d.arrays[0], object(R"({"tags":"a"})")), UnexpectedFailure);
  EXPECT_THROW(array_items(d.arrays[0], object(R"({"tags":["a",1]})")), UnexpectedFailure);
}

TEST(Definition, WhatExpiresHasAnIndex) {
  CollectionSchema with = schema();
  with.expires_field = "expiresAt";
  const Definition d = make_definition("shop", with, 0);
  EXPECT_TRUE(d.has_field("expiresAt"));
  ASSERT_EQ(d.indexes.size(), 1U);
  EXPECT_EQ(d.indexes[0].fields, std::vector<std::string>{"expiresAt"});
}

TEST(Definition, NamesThatCouldEscapeAreRefused) {
  for (const char* name : {"", "a\"b", "a b", "outbox_x", "sqlite_x", "thenor_x", "a.b", "a;"}) {
    CollectionSchema odd;
    odd.name = name;
    EXPECT_THROW(make_definition("shop", odd, 0), UnexpectedFailure) << name;
  }
  CollectionSchema odd = schema();
  odd.fields = {"a\"b"};
  EXPECT_THROW(make_definition("shop", odd, 0), UnexpectedFailure);
  odd.fields = {"tags"};
  EXPECT_THROW(make_definition("shop", odd, 0), UnexpectedFailure);
}

}  // namespace
}  // namespace thenorsound::store::sqlite
