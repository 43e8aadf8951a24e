// Every route of every service, with real routers, rules and sagas behind it. An input is one line
// "actor METHOD target [Name:value …]" and a JSON body; "{event}" and its like stand for ids.
// No request may end in a 5xx or a throw; what was made can be read, and put back unchanged.
#include <algorithm>
#include <random>

#include "base/json.hpp"
#include "base/log.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/service_world.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace thenorsound::fuzz {
namespace {

std::vector<std::string_view> words_in(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    if (end > 0) words.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

Asked read(std::string_view input) {
  const std::size_t line = std::min(input.find('\n'), input.size());
  const auto words = words_in(input.substr(0, line));
  Asked asked;
  if (words.size() < 3) return asked;
  asked.actor = words[0];
  asked.method = words[1];
  asked.target = words[2];
  for (std::size_t i = 3; i < words.size(); ++i)
    if (const std::size_t colon = words[i].find(':'); colon != std::string_view::npos)
      asked.fields.emplace_back(words[i].substr(0, colon), words[i].substr(colon + 1));
  asked.body = input.substr(std::min(line + 1, input.size()));
  return asked;
}

void fail(const Asked& asked, const http::Response& response, const char* what) {
  flush_log();
  std::fprintf(stderr, "%s %s %s\n%s\n-> %d %s\n", asked.actor.c_str(), asked.method.c_str(),
               asked.target.c_str(), asked.body.c_str(), response.status, response.body.c_str());
  demand(false, what);
}

void check_answer(const Asked& asked, const http::Response& response) {
  if (response.status >= 500 && response.status != 501)
    fail(asked, response, "a failure of the server's own");
  if (response.body.empty() || response.content_type != "application/json") return;
  const auto body = read_json(response.body);
  if (!body) fail(asked, response, "an answer that is no JSON");
  if (response.status < 400) return;
  const json::object* object = body->if_object();
  const json::value* error = object == nullptr ? nullptr : object->if_contains("error");
  if (error == nullptr) fail(asked, response, "a refusal without an error");
  for (const json::value& detail : error->at("details").as_array())
    if (!detail.as_object().contains("field")) fail(asked, response, "a fault without its field");
}

// What was made is there, and sent back as it is nothing is wrong with it.
void check_made(ServiceWorld& world, const http::Response& made) {
  const std::string* location = made.field("Location");
  demand(location != nullptr, "made, but nobody says where");
  if (location->find("push-subscriptions") != std::string::npos ||
      location->starts_with("/internal"))
    return;
  Asked again;
  again.actor = "admin";
  again.method = "GET";
  again.target = *location;
  const http::Response found = world.ask(again);
  if (location->starts_with("/api/tariffs/")) return;
  if (found.status != 200) fail(again, found, "made, but not there");
  const bool can_be_put = location->starts_with("/api/users/") ||
                          location->starts_with("/api/customers/") ||
                          location->starts_with("/api/events/");
  if (!can_be_put) return;
  again.method = "PUT";
  again.body = found.body;
  const http::Response kept = world.ask(again);
  if (kept.status != 200) fail(again, kept, "what it shows itself is refused");
}

// --- Mutations that keep the form: another route, another value somewhere in the body ---

constexpr std::array interesting{R"(null)",
                                 R"(true)",
                                 R"(0)",
                                 R"(-1)",
                                 R"(0.005)",
                                 R"(1e308)",
                                 R"(9223372036854775807)",
                                 R"(18446744073709551615)",
                                 R"("")",
                                 R"(" ")",
                                 R"("\u0000")",
                                 R"("\u001f")",
                                 R"("\u202eabc")",
                                 R"("åäö")",
                                 R"("😀")",
                                 R"([])",
                                 R"({})",
                                 R"([{}])",
                                 R"([null])",
                                 R"({"id":"x"})",
                                 R"("2027-06-01T18:00:00Z")",
                                 R"("2027-06-01T18:00:00+14:00")",
                                 R"("9999-12-31T23:59:00Z")",
                                 R"("1970-01-01T00:00:00-18:00")",
                                 R"("2027-02-29")",
                                 R"("2027-06-02")",
                                 R"("Hour")",
                                 R"("Musician")",
                                 R"("Guitar")",
                                 R"("CONFIRMED")",
                                 R"("../../internal")",
                                 R"("evt-1/reservations")",
                                 R"("a?b=c#d")",
                                 R"("{event}")",
                                 R"("{crew}")",
                                 R"("{organiser}")",
                                 R"("{company}")",
                                 R"("{inhouse}")",
                                 R"(["email","sms"])",
                                 R"("556016-0680")",
                                 R"("a@b.se")",
                                 R"("SE4550000000058398257466")",
                                 R"(5)",
                                 R"(1000000)",
                                 R"("data:image/png;base64,AAAA")"};

std::vector<json::value*> nodes_of(json::value& root) {
  std::vector<json::value*> found{&root};
  for (std::size_t i = 0; i < found.size() && i < 200; ++i) {
    json::value& node = *found[i];
    if (json::object* object = node.if_object())
      for (auto& member : *object) found.push_back(&member.value());
    else if (json::array* array = node.if_array())
      for (json::value& item : *array) found.push_back(&item);
  }
  return found;
}

void change_value(json::value& body, std::minstd_rand& dice) {
  const auto nodes = nodes_of(body);
  json::value& node = *nodes[dice() % nodes.size()];
  json::value other = read_own_json(interesting[dice() % interesting.size()]);
  switch (dice() % 5) {
    case 0:
      if (json::object* object = node.if_object(); object != nullptr && !object->empty())
        object->erase(
            std::next(object->begin(), static_cast<std::ptrdiff_t>(dice() % object->size())));
      break;
    case 1:
      if (json::array* array = node.if_array(); array != nullptr && !array->empty()) {
        const json::value copy = array->at(dice() % array->size());
        array->push_back(copy);
      }
      break;
    case 2:
      if (json::object* object = node.if_object()) object->insert_or_assign("unknown", other);
      break;
    default:
      node = std::move(other);
  }
}

std::string mutated(std::string_view input, std::minstd_rand& dice) {
  const std::size_t line = std::min(input.find('\n'), input.size());
  auto body = read_json(input.substr(std::min(line + 1, input.size())));
  if (!body) return std::string(input);
  const std::size_t times = 1 + dice() % 3;
  for (std::size_t i = 0; i < times; ++i) change_value(*body, dice);
  return std::string(input.substr(0, line)) + "\n" + write_json(*body);
}

}  // namespace
}  // namespace thenorsound::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  using namespace thenorsound;
  std::minstd_rand dice(seed + 1);
  if (dice() % 3 != 0) {
    const std::string changed = fuzz::mutated(fuzz::text_of(data, size), dice);
    if (changed.size() <= max_size && changed != fuzz::text_of(data, size)) {
      std::copy(changed.begin(), changed.end(), data);
      return changed.size();
    }
  }
  return LLVMFuzzerMutate(data, size, max_size);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace thenorsound;
  static fuzz::ServiceWorld world;
  const std::string input = world.with_ids(std::string(fuzz::text_of(data, size)));
  const fuzz::Asked asked = fuzz::read(input);
  if (asked.method.empty()) return 0;
  const http::Response response = world.ask(asked);
  if (response.status == 0) return 0;
  fuzz::check_answer(asked, response);
  if (response.status == 201 && asked.method == "POST") fuzz::check_made(world, response);
  world.start_over();
  return 0;
}
