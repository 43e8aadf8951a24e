#include "bus/rabbitmq/topology.hpp"

namespace thenorsound::bus {
namespace {

constexpr std::size_t name_limit = 200;  // of AMQP's 255, for what is added

Result<void> bind_all(Connection& connection, const QueueSpec& spec, const std::string& name) {
  for (const std::string& pattern : spec.patterns) {
    Result<void> bound = connection.bind(name, events_exchange, pattern);
    if (!bound) return bound;
  }
  return {};
}

}  // namespace

std::string delayed_name(const std::string& queue) { return queue + ".delayed"; }

std::string fault_of(const QueueSpec& spec) {
  if (spec.name.empty() || spec.name.size() > name_limit)
    return "a queue's name is too short or long";
  if (spec.name.starts_with("amq.")) return "queue names that begin with amq. are the broker's";
  if (spec.name == dead_queue) return "this queue is the dead letters' own";
  for (const std::string& pattern : spec.patterns)
    if (pattern.empty() || pattern.size() > name_limit) return "a pattern is too short or long";
  return {};
}

Result<void> declare_common(Connection& connection, bool quorum) {
  Result<void> done = connection.declare_exchange(events_exchange, "topic");
  if (done) done = connection.declare_exchange(dead_exchange, "fanout");
  if (!done) return done;
  QueueOptions options;
  options.name = dead_queue;
  options.quorum = quorum;
  done = connection.declare_queue(options);
  if (done) done = connection.bind(dead_queue, dead_exchange, "#");
  return done;
}

Result<void> declare_durable(Connection& connection, const QueueSpec& spec, bool quorum) {
  QueueOptions options;
  options.quorum = quorum;
  options.dead_letter_exchange = dead_exchange;
  for (const std::string& name : {delayed_name(spec.name), spec.name}) {
    options.name = name;
    Result<void> done = connection.declare_queue(options);
    if (!done) return done;
  }
  return bind_all(connection, spec, spec.name);
}

Result<void> declare_transient(Connection& connection, const QueueSpec& spec,
                               const std::string& name) {
  QueueOptions options;
  options.name = name;
  options.transient = true;
  Result<void> done = connection.declare_queue(options);
  if (!done) return done;
  return bind_all(connection, spec, name);
}

}  // namespace thenorsound::bus
