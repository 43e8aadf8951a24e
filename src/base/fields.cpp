#include "base/fields.hpp"

#include <charconv>
#include <cmath>

namespace thenorsound {

void Problems::add(std::string field, std::string message) {
  details_.push_back(FieldError{std::move(field), std::move(message)});
}

bool Problems::has(std::string_view field) const {
  for (const FieldError& detail : details_)
    if (detail.field == field) return true;
  return false;
}

Fields::Fields(const json::object& object, Problems& problems, Mode mode, std::string prefix)
    : object_(object), problems_(problems), mode_(mode), prefix_(std::move(prefix)) {}

std::string Fields::path(std::string_view name) const {
  return prefix_.empty() ? std::string(name) : prefix_ + "." + std::string(name);
}

void Fields::problem(std::string_view name, std::string message) {
  problems_.add(path(name), std::move(message));
}

const json::value* Fields::raw(std::string_view name) {
  known_.emplace(name);
  return object_.if_contains(name);
}

bool Fields::has(std::string_view name) {
  const json::value* value = raw(name);
  return value != nullptr && !value->is_null();
}

bool Fields::is_null(std::string_view name) {
  const json::value* value = raw(name);
  return value != nullptr && value->is_null();
}

const json::value* Fields::take(std::string_view name, Need need) {
  const json::value* value = raw(name);
  if (value != nullptr && !value->is_null()) return value;
  if (need == Need::required || (value != nullptr && mode_ == Mode::merge))
    problem(name, "is required");
  return nullptr;
}

bool Fields::read_text(std::string_view name, const json::value& value, std::string& into,
                       TextRule rule, bool required) {
  const json::string* text = value.if_string();
  if (text == nullptr) return problem(name, "must be a text"), false;
  const std::string_view word(*text);
  const std::size_t length = code_points(word);
  if (length > rule.max)
    return problem(name, "must be at most " + std::to_string(rule.max) + " characters"), false;
  if (length < rule.min)
    return problem(name, "must be at least " + std::to_string(rule.min) + " characters"), false;
  if (!has_only_plain_text(word))
    return problem(name, "must not contain control characters"), false;
  if (required && !rule.may_be_blank && is_blank(word))
    return problem(name, "must not be blank"), false;
  into.assign(word);
  return true;
}

bool Fields::text(std::string_view name, std::string& into, TextRule rule, bool keep_default) {
  const json::value* value = take(name, need(keep_default));
  return value != nullptr && read_text(name, *value, into, rule, true);
}

bool Fields::text(std::string_view name, std::optional<std::string>& into, TextRule rule) {
  const json::value* value = take_optional(name, into);
  std::string word;
  if (value == nullptr || !read_text(name, *value, word, rule, false)) return false;
  into = std::move(word);
  return true;
}

bool Fields::email(std::string_view name, std::string& into) {
  std::string word;
  if (!text(name, word, {.max = 254})) return false;
  if (!is_email(word)) return problem(name, "must be a mail address"), false;
  into = std::move(word);
  return true;
}

bool Fields::email(std::string_view name, std::optional<std::string>& into) {
  std::optional<std::string> word = into;
  if (!text(name, word, {.max = 254})) {
    if (!word) into.reset();
    return false;
  }
  if (!is_email(*word)) return problem(name, "must be a mail address"), false;
  into = std::move(word);
  return true;
}

bool Fields::phone(std::string_view name, std::string& into) {
  std::string word;
  if (!text(name, word, {.max = 30})) return false;
  if (!is_phone(word))
    return problem(name, "must be a Swedish or international phone number"), false;
  into = std::move(word);
  return true;
}

bool Fields::phone(std::string_view name, std::optional<std::string>& into) {
  std::optional<std::string> word = into;
  if (!text(name, word, {.max = 30})) {
    if (!word) into.reset();
    return false;
  }
  if (!is_phone(*word))
    return problem(name, "must be a Swedish or international phone number"), false;
  into = std::move(word);
  return true;
}

bool Fields::read_boolean(std::string_view name, const json::value& value, bool& into) {
  if (const bool* flag = value.if_bool()) return into = *flag, true;
  if (mode_ == Mode::query && value.is_string()) {
    if (value.get_string() == "true") return into = true, true;
    if (value.get_string() == "false") return into = false, true;
  }
  return problem(name, "must be true or false"), false;
}

bool Fields::boolean(std::string_view name, bool& into, bool keep_default) {
  const json::value* value = take(name, need(keep_default));
  return value != nullptr && read_boolean(name, *value, into);
}

bool Fields::boolean(std::string_view name, std::optional<bool>& into) {
  const json::value* value = take_optional(name, into);
  bool flag = false;
  if (value == nullptr || !read_boolean(name, *value, flag)) return false;
  into = flag;
  return true;
}

bool Fields::read_integer(std::string_view name, const json::value& value, std::int64_t& into,
                          std::int64_t min, std::int64_t max) {
  const std::string range =
      "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max);
  std::int64_t number = 0;
  if (value.is_int64()) {
    number = value.get_int64();
  } else if (value.is_uint64()) {
    return problem(name, range), false;  // larger than any limit we set
  } else if (value.is_double()) {
    const double d = value.get_double();
    if (std::trunc(d) != d || std::fabs(d) > 9e15) return problem(name, range), false;
    number = static_cast<std::int64_t>(d);
  } else if (mode_ == Mode::query && value.is_string()) {
    const json::string& text = value.get_string();
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != end)
      return problem(name, range), false;
  } else {
    return problem(name, range), false;
  }
  if (number < min || number > max) return problem(name, range), false;
  into = number;
  return true;
}

bool Fields::integer(std::string_view name, std::int64_t& into, std::int64_t min, std::int64_t max,
                     bool keep_default) {
  const json::value* value = take(name, need(keep_default));
  return value != nullptr && read_integer(name, *value, into, min, max);
}

bool Fields::integer(std::string_view name, std::optional<std::int64_t>& into, std::int64_t min,
                     std::int64_t max) {
  const json::value* value = take_optional(name, into);
  std::int64_t number = 0;
  if (value == nullptr || !read_integer(name, *value, number, min, max)) return false;
  into = number;
  return true;
}

bool Fields::number(std::string_view name, std::optional<double>& into, double min, double max) {
  const json::value* value = take_optional(name, into);
  if (value == nullptr) return false;
  if (!value->is_number()) return problem(name, "must be a number"), false;
  const double d = value->to_number<double>();
  if (!(d >= min && d <= max)) return problem(name, "is out of range"), false;
  into = d;
  return true;
}

bool Fields::read_money(std::string_view name, const json::value& value, Money& into,
                        Money more_than, Money max) {
  const auto amount = money_from_json(value);
  if (!amount) return problem(name, "must be an amount with at most two decimals"), false;
  if (*amount <= more_than || *amount > max)
    return problem(name,
                   "must be more than " + to_text(more_than) + " and at most " + to_text(max)),
           false;
  into = *amount;
  return true;
}

bool Fields::money(std::string_view name, Money& into, Money more_than, Money max) {
  const json::value* value = take(name, need(false));
  return value != nullptr && read_money(name, *value, into, more_than, max);
}

bool Fields::money(std::string_view name, std::optional<Money>& into, Money more_than, Money max) {
  const json::value* value = take_optional(name, into);
  Money amount;
  if (value == nullptr) return false;
  if (mode_ == Mode::query && value->is_string()) {
    const auto number = read_json(std::string_view(value->get_string()));
    if (!number) return problem(name, "must be an amount"), false;
    if (!read_money(name, *number, amount, more_than, max)) return false;
  } else if (!read_money(name, *value, amount, more_than, max)) {
    return false;
  }
  into = amount;
  return true;
}

bool Fields::read_time(std::string_view name, const json::value& value, Time& into) {
  if (const json::string* text = value.if_string())
    if (auto time = time_from_iso(std::string_view(*text))) return into = *time, true;
  return problem(name, "must be a date and time with offset, like 2026-03-01T18:00:00Z"), false;
}

bool Fields::time(std::string_view name, Time& into, bool keep_default) {
  const json::value* value = take(name, need(keep_default));
  return value != nullptr && read_time(name, *value, into);
}

bool Fields::time(std::string_view name, std::optional<Time>& into) {
  const json::value* value = take_optional(name, into);
  Time time;
  if (value == nullptr || !read_time(name, *value, time)) return false;
  into = time;
  return true;
}

bool Fields::read_day(std::string_view name, const json::value& value, Day& into) {
  if (const json::string* text = value.if_string())
    if (auto day = day_from_iso(std::string_view(*text))) return into = *day, true;
  return problem(name, "must be a day, like 2026-03-01"), false;
}

bool Fields::day(std::string_view name, Day& into) {
  const json::value* value = take(name, need(false));
  return value != nullptr && read_day(name, *value, into);
}

bool Fields::day(std::string_view name, std::optional<Day>& into) {
  const json::value* value = take_optional(name, into);
  Day day;
  if (value == nullptr || !read_day(name, *value, day)) return false;
  into = day;
  return true;
}

const json::object* Fields::object(std::string_view name, bool required) {
  const json::value* value = take(name, required ? need(false) : Need::kept);
  if (value == nullptr) return nullptr;
  if (!value->is_object()) problem(name, "must be an object");
  return value->if_object();
}

const json::array* Fields::array(std::string_view name, std::size_t max_items, bool required) {
  const json::value* value = take(name, required ? need(false) : Need::kept);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) return problem(name, "must be an array"), nullptr;
  if (value->get_array().size() > max_items)
    return problem(name, "must have at most " + std::to_string(max_items) + " items"), nullptr;
  return value->if_array();
}

void Fields::read_only(std::string_view name, const json::value& current) {
  const json::value* value = raw(name);
  if (value == nullptr || *value == current) return;
  if (value->is_null() && mode_ != Mode::merge) return;
  if (value->is_null() && current.is_null()) return;
  // 3.0 is 3, and an amount may come back as either kind of number.
  if (value->is_number() && current.is_number() &&
      value->to_number<double>() == current.to_number<double>())
    return;
  problem(name, "is read-only");
}

void Fields::refuse_unknown() {
  for (const auto& member : object_)
    if (!known_.contains(std::string_view(member.key())))
      problem(std::string_view(member.key()), "is not a known field");
}

std::size_t code_points(std::string_view utf8) {
  std::size_t count = 0;
  for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

bool is_blank(std::string_view utf8) {
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const char c = utf8[i];
    if (c == ' ' || (c >= '\t' && c <= '\r')) continue;
    if (utf8.substr(i, 2) == "\u00A0") {
      i += 1;
      continue;
    }
    const std::string_view three = utf8.substr(i, 3);
    if (three == "\u3000" || three == "\u2028" || three == "\u2029" || three == "\u202F" ||
        three == "\u205F" || three == "\u1680" || three == "\uFEFF" ||
        (three.size() == 3 && three.substr(0, 2) == "\xE2\x80" &&
         static_cast<unsigned char>(three[2]) <= 0x8B)) {
      i += 2;
      continue;
    }
    return false;
  }
  return true;
}

bool has_only_plain_text(std::string_view utf8) {
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F) return false;
    if (c == 0xC2 && i + 1 < utf8.size() && static_cast<unsigned char>(utf8[i + 1]) < 0xA0)
      return false;  // U+0080..U+009F
  }
  return true;
}

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || text.size() > 254) return false;
  const std::string_view local = text.substr(0, at), domain = text.substr(at + 1);
  static constexpr std::string_view marks = "!#$%&'*+/=?^_`{|}~-.";
  const auto alphanumeric = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  for (const char c : local)
    if (!alphanumeric(c) && marks.find(c) == std::string_view::npos) return false;
  if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos)
    return false;
  std::size_t labels = 0;
  for (std::size_t from = 0; from <= domain.size();) {
    const auto dot = std::min(domain.find('.', from), domain.size());
    const std::string_view label = domain.substr(from, dot - from);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
      return false;
    for (const char c : label)
      if (!alphanumeric(c) && c != '-') return false;
    ++labels;
    from = dot + 1;
  }
  return labels >= 2;
}

bool is_phone(std::string_view text) {
  if (text.empty() || text.size() > 30) return false;
  std::size_t digits = 0;
  std::string_view rest = text;
  const bool international = rest.front() == '+';
  if (international) rest.remove_prefix(1);
  if (rest.empty() || rest.front() < '0' || rest.front() > '9') return false;
  if (international == (rest.front() == '0')) return false;
  char last = '0';
  for (const char c : rest) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit && c != ' ' && c != '-' && c != '(' && c != ')') return false;
    if (!digit && c == '-' && last == '-') return false;
    digits += digit ? 1 : 0;
    last = c;
  }
  if (last < '0' || last > '9') return false;
  return international ? digits >= 7 && digits <= 15 : digits >= 7 && digits <= 11;
}

}  // namespace thenorsound
