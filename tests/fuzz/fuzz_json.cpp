// JSON, and the texts that stand in it: times, days, amounts, search words, encodings.
#include <cmath>

#include "base/crypto.hpp"
#include "base/fields.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "fuzz/fuzz.hpp"

namespace thenorsound {
namespace {

using fuzz::demand;

std::size_t depth_of(const json::value& value) {
  std::size_t below = 0;
  if (const json::array* items = value.if_array())
    for (const json::value& item : *items) below = std::max(below, depth_of(item));
  else if (const json::object* members = value.if_object())
    for (const auto& member : *members) below = std::max(below, depth_of(member.value()));
  else
    return 0;
  return below + 1;
}

// Numbers by value, as the API counts them; fractions but for their last digit.
bool alike(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) {
    const double x = a.to_number<double>(), y = b.to_number<double>();
    return std::abs(x - y) <= std::abs(x) * 1e-15;
  }
  if (a.kind() != b.kind()) return false;
  if (a.is_array())
    return std::equal(a.get_array().begin(), a.get_array().end(), b.get_array().begin(),
                      b.get_array().end(), alike);
  if (!a.is_object()) return a == b;
  if (a.get_object().size() != b.get_object().size()) return false;
  return std::all_of(a.get_object().begin(), a.get_object().end(), [&b](const auto& member) {
    const json::value* other = b.get_object().if_contains(member.key());
    return other != nullptr && alike(member.value(), *other);
  });
}

void check_json(std::string_view input) {
  const auto value = read_json(input);
  if (value.has_error()) {
    demand(value.error().code == Code::validation_error && value.error().details.empty(),
           "another refusal");
    return;
  }
  demand(depth_of(*value) <= 32, "too many levels");
  const std::string written = write_json(*value);
  const auto again = read_json(written);
  demand(again.has_value(), "JSON we wrote is not read");
  demand(alike(*again, *value), "written and read it is another value");
  if (const auto money = money_from_json(*value))
    demand(money_from_json(to_json(*money)) == money, "another amount");
}

void check_texts(std::string_view input) {
  if (const auto time = time_from_iso(input)) {
    demand(time_from_iso(to_iso(*time)) == time, "another time");
    const Day day = stockholm_day(*time);
    demand(stockholm_time(day) <= *time && *time < stockholm_time(Day{day.days + 1}),
           "a time outside its day");
  }
  if (const auto day = day_from_iso(input)) demand(to_iso(*day) == input, "another day");
  if (const auto bytes = from_base64url(input))
    demand(to_base64url(*bytes) == input, "another base64url");
  demand(from_base64url(to_base64url(input)) == std::string(input), "base64url there and back");
}

void check_words(std::string_view input) {
  json::value text = json::string(input);
  const std::string written = write_json(text);
  if (!read_json(written)) return;  // no UTF-8
  demand(code_points(input) <= input.size(), "more characters than bytes");
  const auto words = words_of(input);
  demand(words.size() <= 64, "too many words");
  for (const std::string& word : words) {
    demand(fold_case(word) == word, "a word that is not folded");
    demand(read_json(write_json(json::value(json::string(word)))).has_value(),
           "a word that is no UTF-8");
  }
  if (is_email(input)) demand(input.size() <= 254 && has_only_plain_text(input), "a mail address");
  if (is_phone(input)) demand(input.size() <= 30, "a phone number");
}

}  // namespace
}  // namespace thenorsound

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = thenorsound::fuzz::text_of(data, size);
  thenorsound::check_json(input);
  thenorsound::check_texts(input);
  thenorsound::check_words(input);
  return 0;
}
