#include "store/sqlite/service_collections.hpp"

namespace thenorsound::store::sqlite {

DefinitionPtr ServiceCollections::find(const std::string& collection) const {
  std::shared_lock lock(mutex_);
  const auto found = definitions_.find(collection);
  if (found == definitions_.end())
    throw UnexpectedFailure("service " + service_ + " has declared no collection " + collection);
  return found->second;
}

std::vector<DefinitionPtr> ServiceCollections::all() const {
  std::shared_lock lock(mutex_);
  std::vector<DefinitionPtr> out;
  for (const auto& [name, definition] : definitions_) out.push_back(definition);
  return out;
}

void ServiceCollections::install(const std::vector<DefinitionPtr>& definitions) {
  std::unique_lock lock(mutex_);
  for (const DefinitionPtr& definition : definitions) definitions_[definition->name] = definition;
}

void ServiceCollections::on_messages(std::function<void()> notify) {
  std::lock_guard lock(notify_mutex_);
  notify_ = std::move(notify);
}

void ServiceCollections::notify() const {
  std::lock_guard lock(notify_mutex_);
  if (notify_) notify_();
}

}  // namespace thenorsound::store::sqlite
