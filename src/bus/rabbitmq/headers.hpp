// Texts and header tables as the AMQP library wants them.
#pragma once
#include <amqp.h>

#include <deque>
#include <string>
#include <vector>

#include "bus/rabbitmq/connection.hpp"

namespace thenorsound::bus {

// A view: the text has to outlive it.
inline amqp_bytes_t bytes_of(const std::string& text) {
  amqp_bytes_t bytes;
  bytes.len = text.size();
  bytes.bytes = const_cast<char*>(text.data());
  return bytes;
}
inline std::string text_of(const amqp_bytes_t& bytes) {
  return {static_cast<const char*>(bytes.bytes), bytes.len};
}
std::uint64_t number_of(const amqp_bytes_t& digits);  // 0 for what is none

class Table {
 public:
  Table() = default;
  Table(const Table&) = delete;  // the entries point into the texts
  Table& operator=(const Table&) = delete;
  Table(Table&&) = default;
  void add(const std::string& key, const std::string& value);
  void add(const std::string& key, std::int64_t value);
  // Valid as long as the table, and until the next add().
  amqp_table_t view() const;

 private:
  amqp_table_entry_t& entry(const std::string& key);
  std::deque<std::string> texts_;  // stay where they are
  std::vector<amqp_table_entry_t> entries_;
};

Table table_of(const Travel& travel);
// What is missing or of another type keeps its default.
Travel travel_of(const amqp_table_t& headers);

}  // namespace thenorsound::bus
