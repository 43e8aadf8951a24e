#include "base/message.hpp"

namespace thenorsound {

json::object to_cloud_event(const Message& message) {
  json::object event;
  event["specversion"] = "1.0";
  event["id"] = message.id;
  event["source"] = message.source;
  event["type"] = message.type;
  event["subject"] = message.subject;
  event["time"] = to_iso(message.time);
  event["datacontenttype"] = "application/json";
  if (!message.traceparent.empty()) event["traceparent"] = message.traceparent;
  event["sequence"] = std::to_string(message.sequence);  // CloudEvents' sequence is a string
  event["data"] = message.data;
  return event;
}

std::optional<Message> from_cloud_event(const json::object& event) {
  const auto text = [&](std::string_view name) -> std::optional<std::string> {
    const json::value* value = event.if_contains(name);
    if (value == nullptr || !value->is_string()) return {};
    return std::string(std::string_view(value->get_string()));
  };
  const auto id = text("id"), source = text("source"), type = text("type");
  const auto subject = text("subject"), time = text("time"), sequence = text("sequence");
  const json::value* data = event.if_contains("data");
  if (!id || !source || !type || !subject || !time || !sequence || data == nullptr ||
      !data->is_object() || sequence->empty() || sequence->size() > 18 ||
      sequence->find_first_not_of("0123456789") != std::string::npos)
    return {};
  const auto at = time_from_iso(*time);
  if (!at) return {};
  Message message;
  message.id = *id;
  message.source = *source;
  message.type = *type;
  message.subject = *subject;
  message.sequence = std::stoll(*sequence);
  message.time = *at;
  message.traceparent = text("traceparent").value_or("");
  message.data = data->get_object();
  return message;
}

bool topic_matches(std::string_view pattern, std::string_view key) {
  const auto split = [](std::string_view text) {
    const auto dot = text.find('.');
    return std::pair(text.substr(0, dot),
                     dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1));
  };
  if (pattern.empty() || key.empty()) return pattern.empty() ? key.empty() : pattern == "#";
  const auto [head, rest] = split(pattern);
  const auto [word, tail] = split(key);
  if (head == "#") return topic_matches(rest, key) || topic_matches(pattern, tail);
  return (head == "*" || head == word) && topic_matches(rest, tail);
}

}  // namespace thenorsound
