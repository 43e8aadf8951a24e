#include "bus/dead_letters/dead_letter_box.hpp"

#include "base/metrics.hpp"

namespace thenorsound::bus {
namespace {

constexpr std::string_view collection = "bus_dead_letters";

std::string text_of(const json::value& value) {
  return std::string(std::string_view(value.as_string()));
}

std::optional<DeadLetter> letter_of(const store::Document& document) {
  const json::value* event = document.body.if_contains("event");
  if (event == nullptr || !event->is_object()) return {};
  auto message = from_cloud_event(event->get_object());
  if (!message) return {};
  DeadLetter letter;
  letter.id = document.id;
  letter.queue = text_of(document.body.at("queue"));
  letter.message = std::move(*message);
  letter.reason = text_of(document.body.at("reason"));
  letter.attempts = static_cast<int>(document.body.at("attempts").to_number<std::int64_t>());
  letter.since.ms = document.body.at("since").to_number<std::int64_t>();
  return letter;
}

}  // namespace

DeadLetterBox::DeadLetterBox(store::DocumentStore& store)
    : store_(store),
      gauge_(gauge("thenorsound_bus_dead_letters", "Messages that nobody could handle")) {}

store::CollectionSchema DeadLetterBox::schema() {
  store::CollectionSchema schema;
  schema.name = collection;
  schema.fields = {"since"};
  schema.indexes = {store::Index{{"since"}}};
  return schema;
}

store::Write DeadLetterBox::put(const DeadLetter& letter) {
  store::Write write;
  write.collection = collection;
  write.id = letter.id;
  write.body["queue"] = letter.queue;
  write.body["reason"] = letter.reason;
  write.body["attempts"] = letter.attempts;
  write.body["since"] = letter.since.ms;
  write.body["event"] = to_cloud_event(letter.message);
  return write;
}

Task<Result<std::vector<DeadLetter>>> DeadLetterBox::list(std::size_t limit, std::size_t skip) {
  store::Query query;
  query.order_by = "since";
  query.descending = true;
  query.limit = limit;
  query.skip = skip;
  const auto found = co_await store_.find(std::string(collection), std::move(query));
  if (!found) co_return found.error();
  std::vector<DeadLetter> letters;
  for (const auto& document : *found)
    if (auto letter = letter_of(*document)) letters.push_back(std::move(*letter));
  co_return letters;
}

Task<Result<std::int64_t>> DeadLetterBox::count() {
  store::Query all;
  co_return co_await store_.count(std::string(collection), std::move(all));
}

Task<Result<DeadLetterBox::Found>> DeadLetterBox::find(std::string id) {
  const auto document = co_await store_.get(std::string(collection), std::move(id));
  if (!document) co_return document.error();
  auto letter = *document ? letter_of(**document) : std::nullopt;
  if (!letter) co_return not_found("dead letter");
  Found found;
  found.letter = std::move(*letter);
  found.revision = (*document)->revision;
  co_return found;
}

Task<void> DeadLetterBox::erase(std::string id, store::Revision revision) {
  store::Write gone;
  gone.collection = collection;
  gone.id = std::move(id);
  gone.expected = revision;
  gone.erase = true;
  co_await store_.commit(std::move(gone));
}

Task<void> DeadLetterBox::refresh_gauge() {
  const auto letters = co_await count();
  if (letters) gauge_.set(static_cast<double>(*letters));
}

}  // namespace thenorsound::bus
