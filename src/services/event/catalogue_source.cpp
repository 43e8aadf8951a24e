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

CatalogueSource::CatalogueSource(http::ServiceClient& customers, const Clock& clock,
                                 std::int64_t keep_ms)
    : customers_(customers), clock_(clock), keep_ms_(keep_ms) {}

CatalogueSource::Copy CatalogueSource::copy() const {
  const std::lock_guard lock(mutex_);
  return copy_;
}

Task<Result<std::shared_ptr<const Catalogue>>> CatalogueSource::knowing(
    Trace trace, std::vector<SkillName> names) {
  if (names.empty()) co_return std::make_shared<const Catalogue>();
  const Copy kept = copy();
  const bool enough = kept.catalogue && knows(*kept.catalogue, names);
  if (enough && clock_.now() < kept.read_at + keep_ms_) co_return kept.catalogue;
  auto answer = co_await customers_.get(trace, "/internal/catalogue");
  if (!answer) {
    if (enough) co_return kept.catalogue;
    co_return answer.error();
  }
  auto catalogue = std::make_shared<const Catalogue>(from_document<Catalogue>(answer->as_object()));
  const std::lock_guard lock(mutex_);
  copy_ = {catalogue, clock_.now()};
  co_return catalogue;
}

}  // namespace thenorsound::event
