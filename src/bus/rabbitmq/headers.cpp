#include "bus/rabbitmq/headers.hpp"

#include <charconv>

namespace thenorsound::bus {
namespace {

constexpr std::string_view attempts_key = "x-attempts";
constexpr std::string_view moves_key = "x-moves";
constexpr std::string_view due_key = "x-due";
constexpr std::string_view early_key = "x-early-since";
constexpr std::string_view queue_key = "x-queue";
constexpr std::string_view reason_key = "x-reason";
constexpr std::string_view since_key = "x-since";

std::int64_t integer_of(const amqp_field_value_t& value) {
  switch (value.kind) {
    case AMQP_FIELD_KIND_I8:
      return value.value.i8;
    case AMQP_FIELD_KIND_U8:
      return value.value.u8;
    case AMQP_FIELD_KIND_I16:
      return value.value.i16;
    case AMQP_FIELD_KIND_U16:
      return value.value.u16;
    case AMQP_FIELD_KIND_I32:
      return value.value.i32;
    case AMQP_FIELD_KIND_U32:
      return value.value.u32;
    case AMQP_FIELD_KIND_I64:
      return value.value.i64;
    default:
      return 0;
  }
}

std::string text_in(const amqp_field_value_t& value) {
  return value.kind == AMQP_FIELD_KIND_UTF8 ? text_of(value.value.bytes) : std::string();
}

}  // namespace

std::uint64_t number_of(const amqp_bytes_t& digits) {
  const auto* begin = static_cast<const char*>(digits.bytes);
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(begin, begin + digits.len, number);
  return problem == std::errc() ? number : 0;
}

amqp_table_entry_t& Table::entry(const std::string& key) {
  texts_.push_back(key);
  amqp_table_entry_t& added = entries_.emplace_back();
  added.key = bytes_of(texts_.back());
  return added;
}

void Table::add(const std::string& key, const std::string& value) {
  amqp_table_entry_t& added = entry(key);
  texts_.push_back(value);
  added.value.kind = AMQP_FIELD_KIND_UTF8;
  added.value.value.bytes = bytes_of(texts_.back());
}

void Table::add(const std::string& key, std::int64_t value) {
  amqp_table_entry_t& added = entry(key);
  added.value.kind = AMQP_FIELD_KIND_I64;
  added.value.value.i64 = value;
}

amqp_table_t Table::view() const {
  amqp_table_t table;
  table.num_entries = static_cast<int>(entries_.size());
  table.entries = const_cast<amqp_table_entry_t*>(entries_.data());
  return table;
}

Table table_of(const Travel& travel) {
  Table table;
  const auto add_number = [&](std::string_view key, std::int64_t value) {
    if (value != 0) table.add(std::string(key), value);
  };
  const auto add_text = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) table.add(std::string(key), value);
  };
  add_number(attempts_key, travel.attempts);
  add_number(moves_key, travel.moves);
  add_number(due_key, travel.due_ms);
  add_number(early_key, travel.early_since_ms);
  add_text(queue_key, travel.queue);
  add_text(reason_key, travel.reason);
  add_number(since_key, travel.since_ms);
  return table;
}

Travel travel_of(const amqp_table_t& headers) {
  Travel travel;
  for (int i = 0; i < headers.num_entries; ++i) {
    const amqp_table_entry_t& entry = headers.entries[i];
    const std::string key = text_of(entry.key);
    if (key == attempts_key) travel.attempts = static_cast<int>(integer_of(entry.value));
    if (key == moves_key) travel.moves = static_cast<int>(integer_of(entry.value));
    if (key == due_key) travel.due_ms = integer_of(entry.value);
    if (key == early_key) travel.early_since_ms = integer_of(entry.value);
    if (key == queue_key) travel.queue = text_in(entry.value);
    if (key == reason_key) travel.reason = text_in(entry.value);
    if (key == since_key) travel.since_ms = integer_of(entry.value);
  }
  return travel;
}

}  // namespace thenorsound::bus
