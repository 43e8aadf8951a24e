// Reads one JSON object that a stranger sent, field by field, and collects every fault under its
// path. The same calls serve POST and PUT: `into` targets are filled (create) or merged (merge:
// absent stays, null removes an optional). Query parameters are read the same way (all text).
//
//   Problems problems;
//   Fields in(body, problems, Fields::Mode::create);
//   in.text("name", event.name, {.max = 200});            // std::string: required
//   in.text("description", event.description, {.max = 2000});  // std::optional: optional
//   in.time("startDate", event.start_date);
//   in.enumeration("eventType", event.event_type);
//   in.integer("audience", event.audience, 0, 1'000'000);
//   in.refuse_unknown();
//   if (problems.any()) co_return problems.error();
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec.hpp"
#include "base/error.hpp"

namespace thenorsound {

class Problems {
 public:
  void add(std::string field, std::string message);
  bool any() const { return !details_.empty(); }
  bool has(std::string_view field) const;
  Error error() const { return invalid_fields(details_); }

 private:
  std::vector<FieldError> details_;
};

struct TextRule {
  std::size_t max = 200;  // code points
  std::size_t min = 0;
  bool may_be_blank = false;  // an optional text may be empty or blank only where this is set
};

class Fields {
 public:
  enum class Mode {
    create,  // null is absent; a missing required field is a fault
    merge,   // absent stays; null removes an optional, and is a fault for a required one
    query,   // like create; every value arrives as text, numbers and booleans are read from it
  };
  // `prefix`: the path of this object, "" for the body, "slots[0]" for an item.
  Fields(const json::object& object, Problems& problems, Mode mode, std::string prefix = {});

  Mode mode() const { return mode_; }
  // Present and not null.
  bool has(std::string_view name);
  bool is_null(std::string_view name);
  std::string path(std::string_view name) const;
  void problem(std::string_view name, std::string message);

  // Each returns true where `into` was given a new, valid value. A plain target is required in
  // create mode; with `keep_default` it may be missing (its value stays); an optional one may be
  // missing always.
  bool text(std::string_view name, std::string& into, TextRule rule = {},
            bool keep_default = false);
  bool text(std::string_view name, std::optional<std::string>& into, TextRule rule = {});
  bool email(std::string_view name, std::string& into);
  bool email(std::string_view name, std::optional<std::string>& into);
  bool phone(std::string_view name, std::string& into);  // Swedish or E.164, as sent
  bool phone(std::string_view name, std::optional<std::string>& into);
  bool boolean(std::string_view name, bool& into, bool keep_default = false);
  bool boolean(std::string_view name, std::optional<bool>& into);
  bool integer(std::string_view name, std::int64_t& into, std::int64_t min, std::int64_t max,
               bool keep_default = false);
  bool integer(std::string_view name, std::optional<std::int64_t>& into, std::int64_t min,
               std::int64_t max);
  bool number(std::string_view name, std::optional<double>& into, double min, double max);
  // more_than < amount <= max, two decimals.
  bool money(std::string_view name, Money& into, Money more_than, Money max);
  bool money(std::string_view name, std::optional<Money>& into, Money more_than, Money max);
  bool time(std::string_view name, Time& into, bool keep_default = false);
  bool time(std::string_view name, std::optional<Time>& into);
  bool day(std::string_view name, Day& into);
  bool day(std::string_view name, std::optional<Day>& into);
  // Any text of 1-200 characters: whether it names something is decided later.
  template <class Kind>
  bool id(std::string_view name, Id<Kind>& into, bool keep_default = false) {
    return text(name, into.value, {}, keep_default);
  }
  template <class Kind>
  bool id(std::string_view name, std::optional<Id<Kind>>& into) {
    std::optional<std::string> word;
    if (into) word = into->value;
    const bool changed = text(name, word);
    into.reset();
    if (word) into = Id<Kind>{*word};
    return changed;
  }
  template <class E>
  bool enumeration(std::string_view name, E& into, bool keep_default = false) {
    const json::value* value = take(name, need(keep_default));
    return value != nullptr && read_enumeration(name, *value, into);
  }
  template <class E>
  bool enumeration(std::string_view name, std::optional<E>& into) {
    const json::value* value = take_optional(name, into);
    E word{};
    if (value == nullptr || !read_enumeration(name, *value, word)) return false;
    into = word;
    return true;
  }

  // The nested object, or null (missing, null, or a fault noted).
  const json::object* object(std::string_view name, bool required = false);
  const json::array* array(std::string_view name, std::size_t max_items, bool required = false);
  // Reads an array of objects with `read_item(Fields&, std::size_t index)`. True where present.
  template <class ReadItem>
  bool objects(std::string_view name, std::size_t max_items, bool required, ReadItem read_item) {
    const json::array* items = array(name, max_items, required);
    if (items == nullptr) return false;
    for (std::size_t i = 0; i < items->size(); ++i) {
      const std::string at = path(name) + "[" + std::to_string(i) + "]";
      const json::object* item = (*items)[i].if_object();
      if (item == nullptr) {
        problems_.add(at, "must be an object");
        continue;
      }
      Fields fields(*item, problems_, Mode::create, at);
      read_item(fields, i);
      fields.refuse_unknown();
    }
    return true;
  }

  // A field that only the system writes: may come back unchanged, anything else is a fault.
  void read_only(std::string_view name, const json::value& current);
  // The raw value; counts as known. Null where missing.
  const json::value* raw(std::string_view name);
  // Call last: every field that nothing above asked for is a fault.
  void refuse_unknown();

  Problems& problems() { return problems_; }

 private:
  enum class Need { required, kept };
  Need need(bool keep_default) const {
    return keep_default || mode_ == Mode::merge ? Need::kept : Need::required;
  }
  const json::value* take(std::string_view name, Need need);
  template <class T>
  const json::value* take_optional(std::string_view name, std::optional<T>& into) {
    const json::value* value = raw(name);
    if (value == nullptr) return nullptr;
    if (value->is_null()) {
      if (mode_ == Mode::merge) into.reset();
      return nullptr;
    }
    return value;
  }
  template <class E>
  bool read_enumeration(std::string_view name, const json::value& value, E& into) {
    if (const json::string* word = value.if_string())
      if (auto found = enum_from_word<E>(std::string_view(*word))) {
        into = *found;
        return true;
      }
    std::string words;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto entry) {
      if (!words.empty()) words += ", ";
      words += entry.name;
    });
    problem(name, "must be one of " + words);
    return false;
  }
  bool read_text(std::string_view name, const json::value& value, std::string& into, TextRule rule,
                 bool required);
  bool read_integer(std::string_view name, const json::value& value, std::int64_t& into,
                    std::int64_t min, std::int64_t max);
  bool read_boolean(std::string_view name, const json::value& value, bool& into);
  bool read_money(std::string_view name, const json::value& value, Money& into, Money more_than,
                  Money max);
  bool read_time(std::string_view name, const json::value& value, Time& into);
  bool read_day(std::string_view name, const json::value& value, Day& into);

  const json::object& object_;
  Problems& problems_;
  Mode mode_;
  std::string prefix_;
  std::set<std::string, std::less<>> known_;
};

// Rules shared with other readers.
bool is_email(std::string_view text);  // local@domain.tld, at most 254 characters
bool is_phone(std::string_view text);  // Swedish national (08-123 45 67) or E.164, <= 30
std::size_t code_points(std::string_view utf8);
bool is_blank(std::string_view utf8);
// False where there is a control character other than tab, CR and LF.
bool has_only_plain_text(std::string_view utf8);

}  // namespace thenorsound
