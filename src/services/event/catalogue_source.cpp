#include "services/event/catalogue_source.hpp"

#include <algorithm>

namespace thenorsound::event {
namespace {

bool knows(const Catalogue& catalogue, const std::vector<SkillName>& names) {
  return std::all_of(names.begin(), names.end(), [&](const SkillName& name) {
    return catalogue.has(name.category, name.skill);
  });
}

}  // namespace

std::shared_ptr<const Catalogue> CatalogueSource::last() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

Task<Result<std::shared_ptr<const Catalogue>>> CatalogueSource::knowing(
    Trace trace, std::vector<SkillName> names) {
  if (names.empty()) co_return std::make_shared<const Catalogue>();
  auto answer = co_await customers_.get(trace, "/internal/catalogue");
  if (!answer) {
    auto kept = last();
    if (kept && knows(*kept, names)) co_return kept;
    co_return answer.error();
  }
  auto catalogue = std::make_shared<const Catalogue>(from_document<Catalogue>(answer->as_object()));
  const std::lock_guard lock(mutex_);
  last_ = catalogue;
  co_return catalogue;
}

}  // namespace thenorsound::event
