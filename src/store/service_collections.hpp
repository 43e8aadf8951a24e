// What one service has declared in a database, and who wants to hear of its messages. Definition
// is an adapter's own view of a collection, with a `name`. Thread-safe.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/document_store.hpp"

namespace thenorsound::store {

template <class Definition>
class ServiceCollections {
 public:
  using DefinitionPtr = std::shared_ptr<const Definition>;

  explicit ServiceCollections(std::string service) : service_(std::move(service)) {}
  const std::string& service() const { return service_; }

  // Throws UnexpectedFailure where nothing of that name is declared.
  DefinitionPtr find(const std::string& collection) const {
    std::shared_lock lock(mutex_);
    const auto found = definitions_.find(collection);
    if (found == definitions_.end())
      throw UnexpectedFailure("service " + service_ + " has declared no collection " + collection);
    return found->second;
  }
  std::vector<DefinitionPtr> all() const {
    std::shared_lock lock(mutex_);
    std::vector<DefinitionPtr> out;
    for (const auto& [name, definition] : definitions_) out.push_back(definition);
    return out;
  }
  void install(const std::vector<DefinitionPtr>& definitions) {
    std::unique_lock lock(mutex_);
    for (const DefinitionPtr& definition : definitions) definitions_[definition->name] = definition;
  }

  // Once it returns, the function given before is no longer called.
  void on_messages(std::function<void()> notify) {
    std::lock_guard lock(notify_mutex_);
    notify_ = std::move(notify);
  }
  void notify() const {
    std::lock_guard lock(notify_mutex_);
    if (notify_) notify_();
  }

 private:
  const std::string service_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, DefinitionPtr> definitions_;
  mutable std::mutex notify_mutex_;
  std::function<void()> notify_;
};

}  // namespace thenorsound::store
