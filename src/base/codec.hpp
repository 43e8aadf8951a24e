// Documents from and to plain structs described with BOOST_DESCRIBE_STRUCT. Members are written
// in camelCase (customer_id -> "customerId"); an empty optional is left out; a missing or null
// member keeps its default. For our own documents and messages, not for what strangers send.
#pragma once
#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/money.hpp"
#include "base/time.hpp"

namespace thenorsound {

std::string camel_case(std::string_view snake);

// The word of an enumerator, as described; "" for none.
template <class E>
std::string_view word_of(E value) {
  return boost::describe::enum_to_string(value, "");
}
template <class E>
std::optional<E> enum_from_word(std::string_view word) {
  E value{};
  if (boost::describe::enum_from_string(std::string(word).c_str(), value)) return value;
  return {};
}

namespace codec {

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};
template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
struct is_map : std::false_type {};
template <class T>
struct is_map<std::map<std::string, T>> : std::true_type {};
template <class T>
struct is_id : std::false_type {};
template <class K>
struct is_id<Id<K>> : std::true_type {};

template <class T>
const std::vector<std::string>& member_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
        [&](auto member) { out.push_back(camel_case(member.name)); });
    return out;
  }();
  return names;
}

template <class T>
json::value write(const T& value);
template <class T>
void read(const json::value& from, T& to);

template <class T>
json::object write_members(const T& value) {
  json::object out;
  std::size_t index = 0;
  const auto& names = member_names<T>();
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
      [&](auto member) {
        const auto& field = value.*member.pointer;
        const std::string& name = names[index++];
        if constexpr (is_optional<std::decay_t<decltype(field)>>::value) {
          if (field) out.emplace(name, write(*field));
        } else {
          out.emplace(name, write(field));
        }
      });
  return out;
}

template <class T>
json::value write(const T& value) {
  if constexpr (std::is_same_v<T, json::object> || std::is_same_v<T, json::value> ||
                std::is_same_v<T, json::array> || std::is_same_v<T, bool> ||
                std::is_floating_point_v<T>)
    return value;
  else if constexpr (std::is_integral_v<T>)
    return static_cast<std::int64_t>(value);
  else if constexpr (std::is_same_v<T, std::string>)
    return json::value(json::string(value));
  else if constexpr (is_id<T>::value)
    return json::value(json::string(value.value));
  else if constexpr (std::is_same_v<T, Time>)
    return value.ms;
  else if constexpr (std::is_same_v<T, Day>)
    return static_cast<std::int64_t>(value.days);
  else if constexpr (std::is_same_v<T, Money>)
    return value.ore;
  else if constexpr (std::is_enum_v<T>)
    return json::value(json::string(word_of(value)));
  else if constexpr (is_optional<T>::value)
    return value ? write(*value) : json::value(nullptr);
  else if constexpr (is_vector<T>::value) {
    json::array out;
    out.reserve(value.size());
    for (const auto& item : value) out.push_back(write(item));
    return out;
  } else if constexpr (is_map<T>::value) {
    json::object out;
    for (const auto& [key, item] : value) out.emplace(key, write(item));
    return out;
  } else
    return write_members(value);
}

template <class T>
void read_members(const json::object& from, T& to) {
  std::size_t index = 0;
  const auto& names = member_names<T>();
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
      [&](auto member) {
        if (const json::value* found = from.if_contains(names[index++]))
          read(*found, to.*member.pointer);
      });
}

template <class T>
void read(const json::value& from, T& to) {
  if constexpr (is_optional<T>::value) {
    if (from.is_null())
      to.reset();
    else
      read(from, to.emplace());
  } else if constexpr (std::is_same_v<T, json::value>) {
    to = from;
  } else if (from.is_null()) {
    return;
  } else if constexpr (std::is_same_v<T, json::object>)
    to = from.as_object();
  else if constexpr (std::is_same_v<T, json::array>)
    to = from.as_array();
  else if constexpr (std::is_same_v<T, bool>)
    to = from.as_bool();
  else if constexpr (std::is_floating_point_v<T>)
    to = from.to_number<T>();
  else if constexpr (std::is_integral_v<T>)
    to = static_cast<T>(from.to_number<std::int64_t>());
  else if constexpr (std::is_same_v<T, std::string>)
    to.assign(from.as_string().data(), from.as_string().size());
  else if constexpr (is_id<T>::value)
    to.value.assign(from.as_string().data(), from.as_string().size());
  else if constexpr (std::is_same_v<T, Time>)
    to.ms = from.to_number<std::int64_t>();
  else if constexpr (std::is_same_v<T, Day>)
    to.days = from.to_number<std::int32_t>();
  else if constexpr (std::is_same_v<T, Money>)
    to.ore = from.to_number<std::int64_t>();
  else if constexpr (std::is_enum_v<T>) {
    if (auto value = enum_from_word<T>(std::string_view(from.as_string()))) to = *value;
  } else if constexpr (is_vector<T>::value) {
    to.clear();
    to.reserve(from.as_array().size());
    for (const auto& item : from.as_array()) read(item, to.emplace_back());
  } else if constexpr (is_map<T>::value) {
    to.clear();
    for (const auto& member : from.as_object()) read(member.value(), to[std::string(member.key())]);
  } else
    read_members(from.as_object(), to);
}

}  // namespace codec

template <class T>
json::object to_document(const T& value) {
  return codec::write_members(value);
}
template <class T>
T from_document(const json::object& document) {
  T value{};
  codec::read_members(document, value);
  return value;
}

}  // namespace thenorsound
