// Random operations, compared one by one with a model in memory. THENORSOUND_SEED repeats a run.
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>

#include "store_contract.hpp"

namespace thenorsound::store {
namespace {

struct Modelled {
  Revision revision = 0;
  std::int64_t sequence = 0;
  json::object body;
};

class Model : public StoreContract {
 protected:
  void SetUp() override {
    StoreContract::SetUp();
    const char* given = std::getenv("THENORSOUND_SEED");
    seed_ = given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10))
                             : std::random_device{}();
    random_.seed(seed_);
    std::cout << "seed " << seed_ << '\n';
  }

  int below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }
  std::string some_id() { return "id" + std::to_string(below(12)); }
  std::string some_text() { return std::string(1, static_cast<char>('a' + below(6))); }

  json::object some_body() {
    json::object body;
    if (below(2) == 0) body["email"] = some_text() + some_text();
    if (below(3) != 0) body["team"] = some_text();
    if (below(3) == 0) body["shirt"] = below(3);
    if (below(4) != 0) body["rank"] = below(8);
    if (below(2) == 0) body["active"] = below(2) == 0;
    if (below(3) == 0) body["expiresAt"] = below(100);
    json::array tags;
    for (int i = below(4); i > 0; --i) tags.emplace_back(json::string(some_text()));
    if (below(4) != 0) body["tags"] = std::move(tags);
    return body;
  }

  static const json::value* member(const json::object& body, std::string_view name) {
    const json::value* found = body.if_contains(name);
    return found == nullptr || found->is_null() ? nullptr : found;
  }

  Outcome expected_outcome(const std::string& id, Revision expected, const json::object& body) {
    const auto found = model_.find(id);
    if ((found == model_.end() ? 0 : found->second.revision) != expected) return Outcome::conflict;
    for (const auto& unique : {std::vector<std::string>{"email"}, {"team", "shirt"}})
      for (const auto& [other, document] : model_) {
        const bool same = std::all_of(
            unique.begin(), unique.end(), [&, &there = document](const std::string& field) {
              const json::value* mine = member(body, field);
              const json::value* theirs = member(there.body, field);
              return mine != nullptr && theirs != nullptr && *mine == *theirs;
            });
        if (same && other != id) return Outcome::duplicate;
      }
    return Outcome::committed;
  }

  Revision known_or_wrong(const std::string& id) {
    const auto found = model_.find(id);
    const Revision known = found == model_.end() ? 0 : found->second.revision;
    return below(8) == 0 ? std::max<Revision>(0, known + below(3) - 1) : known;
  }

  void write() {
    const std::string id = some_id();
    const Revision expected = known_or_wrong(id);
    const json::object body = some_body();
    std::vector<Message> messages;
    for (int i = below(3); i > 0; --i) messages.push_back(message("changed", id));
    const Outcome outcome = expected_outcome(id, expected, body);
    const auto sent = static_cast<std::int64_t>(messages.size());
    const CommitResult done = update(id, expected, body, std::move(messages));
    ASSERT_EQ(done.outcome, outcome);
    if (outcome != Outcome::committed) return;
    ASSERT_TRUE(revisions_.insert({id, done.revision}).second);
    sequences_[id] += sent;
    model_[id] = {done.revision, sequences_[id], body};
  }

  void remove() {
    const std::string id = some_id();
    const Revision expected = known_or_wrong(id);
    if (expected == 0) return;
    const auto found = model_.find(id);
    const bool there = found != model_.end() && found->second.revision == expected;
    ASSERT_EQ(erase(id, expected).outcome, there ? Outcome::committed : Outcome::conflict);
    if (there) model_.erase(found);
  }

  void sweep() {
    const int now = below(40);
    const auto expected = std::erase_if(model_, [&](const auto& item) {
      const json::value* at = member(item.second.body, "expiresAt");
      return at != nullptr && at->as_int64() <= now;
    });
    ASSERT_EQ(wait_for(loops_, store().sweep(Time{now})).value(), expected);
  }

  void look() {
    const std::string id = some_id();
    const DocumentPtr document = get(id);
    const auto found = model_.find(id);
    ASSERT_EQ(document != nullptr, found != model_.end());
    if (!document) return;
    ASSERT_EQ(document->revision, found->second.revision);
    ASSERT_EQ(document->sequence, found->second.sequence);
    ASSERT_EQ(document->body, found->second.body);
  }

  bool holds(const json::value& value, const Condition& condition) {
    if (value.is_array()) {
      const json::array& items = value.get_array();
      return std::any_of(items.begin(), items.end(),
                         [&](const json::value& item) { return holds(item, condition); });
    }
    const int order = compare(value, condition.value);
    switch (condition.op) {
      case Op::eq:
        return order == 0;
      case Op::ne:
        return order != 0;
      case Op::lt:
        return order < 0;
      case Op::le:
        return order <= 0;
      case Op::gt:
        return order > 0;
      default:
        return order >= 0;
    }
  }

  static int compare(const json::value& a, const json::value& b) {
    if (a.is_string()) return a.get_string().compare(b.get_string());
    const auto number = [](const json::value& v) {
      return v.is_bool() ? std::int64_t{v.get_bool()} : v.as_int64();
    };
    const std::int64_t difference = number(a) - number(b);
    return difference < 0 ? -1 : difference > 0 ? 1 : 0;
  }

  Condition some_condition() {
    const auto op = static_cast<Op>(std::array{0, 2, 3, 4, 5}[static_cast<std::size_t>(below(5))]);
    switch (below(4)) {
      case 0:
        return {"rank", op, below(8)};
      case 1:
        return {"team", op, json::string(some_text())};
      case 2:
        return {"tags", op, json::string(some_text())};
      default:
        return {"active", Op::eq, below(2) == 0};
    }
  }

  void ask() {
    Query query;
    for (int i = below(3); i >= 0; --i) query.where.push_back(some_condition());
    if (below(2) == 0) query.order_by = "rank";
    query.descending = below(2) == 0;
    query.limit = static_cast<std::size_t>(1 + below(10));
    query.skip = static_cast<std::size_t>(below(4));
    std::vector<std::string> expected = matching(query);
    ASSERT_EQ(count(query.where), static_cast<std::int64_t>(expected.size()));
    expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(
                                                            std::min(query.skip, expected.size())));
    if (expected.size() > query.limit) expected.resize(query.limit);
    ASSERT_EQ(ids(query), expected);
  }

  std::vector<std::string> matching(const Query& query) {
    std::vector<std::pair<std::int64_t, std::string>> found;
    for (const auto& [id, document] : model_) {
      const auto& body = document.body;
      const bool all =
          std::all_of(query.where.begin(), query.where.end(), [&](const Condition& condition) {
            const json::value* value = member(body, condition.field);
            return value != nullptr && holds(*value, condition);
          });
      const json::value* rank = query.order_by.empty() ? nullptr : member(body, "rank");
      if (all) found.emplace_back(rank == nullptr ? -1 : rank->as_int64(), id);
    }
    std::sort(found.begin(), found.end());
    if (query.descending) std::reverse(found.begin(), found.end());
    std::vector<std::string> out;
    for (auto& [rank, id] : found) out.push_back(std::move(id));
    return out;
  }

  void compare_all() {
    Query everything;
    everything.limit = 1'000;
    std::vector<std::string> expected;
    for (const auto& [id, document] : model_) expected.push_back(id);
    std::sort(expected.begin(), expected.end());
    ASSERT_EQ(ids(everything), expected);
    std::map<std::string, std::int64_t> last;
    for (const PendingMessage& pending : pending())
      ASSERT_EQ(pending.message.sequence, ++last[pending.document_id]);
    for (const auto& [id, sequence] : sequences_) ASSERT_EQ(last[id], sequence);
  }

  unsigned seed_ = 0;
  std::mt19937 random_;
  std::map<std::string, Modelled> model_;
  std::map<std::string, std::int64_t> sequences_;  // erased ones too
  std::set<std::pair<std::string, Revision>> revisions_;
};

TEST_P(Model, RandomOperationsDoWhatTheModelDoes) {
  const int steps = GetParam().small ? 200 : 1'500;
  for (int step = 0; step < steps; ++step) {
    SCOPED_TRACE("seed " + std::to_string(seed_) + ", step " + std::to_string(step));
    const int what = below(200);
    if (what < 70)
      write();
    else if (what < 85)
      remove();
    else if (what < 130)
      look();
    else if (what < 195)
      ask();
    else if (what < 198)
      sweep();
    else
      restart();
    if (HasFatalFailure()) return;
  }
  compare_all();
}

INSTANTIATE_TEST_SUITE_P(Stores, Model, testing::ValuesIn(adapters()), adapter_name);

}  // namespace
}  // namespace thenorsound::store
