// What one service has declared in a database, and who wants to hear of its messages.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/sqlite/definition.hpp"

namespace thenorsound::store::sqlite {

using DefinitionPtr = std::shared_ptr<const Definition>;

class ServiceCollections {
 public:
  explicit ServiceCollections(std::string service) : service_(std::move(service)) {}
  const std::string& service() const { return service_; }

  // Throws UnexpectedFailure where nothing of that name is declared.
  DefinitionPtr find(const std::string& collection) const;
  std::vector<DefinitionPtr> all() const;
  void install(const std::vector<DefinitionPtr>& definitions);

  // Once it returns, the function given before is no longer called.
  void on_messages(std::function<void()> notify);
  void notify() const;

 private:
  const std::string service_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, DefinitionPtr> definitions_;
  mutable std::mutex notify_mutex_;
  std::function<void()> notify_;
};

}  // namespace thenorsound::store::sqlite
