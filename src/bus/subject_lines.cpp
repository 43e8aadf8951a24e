#include "bus/subject_lines.hpp"

#include <limits>

namespace thenorsound::bus {

void SubjectLines::add(ItemPtr item) {
  const std::string& subject = item->message.subject;
  Line& line = lines_[subject];
  const Key key = key_of(*item);
  if (line.ready.contains(key) || line.early.contains(key)) return;
  line.ready.emplace(key, item);
  ++waiting_;
  give_turn(subject, line);
}

ItemPtr SubjectLines::take() {
  if (turns_.empty()) return nullptr;
  Line& line = lines_.at(turns_.front());
  turns_.pop_front();
  line.in_turn = false;
  line.busy = true;
  ItemPtr item = line.ready.begin()->second;
  line.ready.erase(line.ready.begin());
  --waiting_;
  return item;
}

void SubjectLines::finish(const Item& item) { end_of(item.message.subject, true); }

void SubjectLines::release(const Item& item) { end_of(item.message.subject, false); }

void SubjectLines::put_off(ItemPtr item, std::int64_t retry_at_ms) {
  const std::string subject = item->message.subject;
  Line& line = lines_.at(subject);
  const Key key = key_of(*item);
  returns_.emplace(retry_at_ms, subject);
  ++waiting_;
  put_off_ -= line.early.size();
  line.early.emplace(key, std::move(item));
  // Later ones would be early too: they wait behind it.
  for (auto later = line.ready.upper_bound(key); later != line.ready.end();)
    line.early.insert(line.ready.extract(later++));
  put_off_ += line.early.size();
  end_of(subject, false);
}

void SubjectLines::bring_back(std::int64_t now_ms) {
  while (!returns_.empty() && returns_.begin()->first <= now_ms) {
    const std::string subject = returns_.begin()->second;
    returns_.erase(returns_.begin());
    const auto found = lines_.find(subject);
    if (found == lines_.end()) continue;
    bring_back(found->second);
    give_turn(subject, found->second);
  }
}

void SubjectLines::drop_waiting() {
  for (auto at = lines_.begin(); at != lines_.end();) {
    Line& line = at->second;
    line.ready.clear();
    line.early.clear();
    line.in_turn = false;
    at = line.busy ? std::next(at) : lines_.erase(at);
  }
  turns_.clear();
  returns_.clear();
  waiting_ = put_off_ = 0;
}

std::int64_t SubjectLines::next_return_ms() const {
  return returns_.empty() ? std::numeric_limits<std::int64_t>::max() : returns_.begin()->first;
}

void SubjectLines::bring_back(Line& line) {
  put_off_ -= line.early.size();
  line.ready.merge(line.early);
  line.early.clear();
}

void SubjectLines::give_turn(const std::string& subject, Line& line) {
  if (line.busy || line.in_turn || line.ready.empty()) return;
  line.in_turn = true;
  turns_.push_back(subject);
}

void SubjectLines::end_of(const std::string& subject, bool with_early) {
  const auto found = lines_.find(subject);
  if (found == lines_.end()) return;
  Line& line = found->second;
  line.busy = false;
  if (with_early) bring_back(line);
  if (line.ready.empty() && line.early.empty())
    lines_.erase(found);
  else
    give_turn(subject, line);
}

}  // namespace thenorsound::bus
