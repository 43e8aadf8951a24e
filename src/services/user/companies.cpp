#include "services/user/companies.hpp"

#include "http/url.hpp"

namespace thenorsound::user {

Task<Result<CompanyPtr>> Companies::find(Trace trace, CustomerId id) {
  {
    std::lock_guard lock(mutex_);
    const auto found = companies_.find(id.value);
    if (found != companies_.end() && clock_.now() < found->second.until)
      co_return found->second.company;
  }
  co_return co_await ask(std::move(trace), std::move(id));
}

Task<Result<CompanyPtr>> Companies::ask(Trace trace, CustomerId id) {
  if (id.empty()) co_return CompanyPtr();
  std::string target = "/internal/customers/" + http::encode_component(id.value);
  const Result<json::value> answer = co_await customers_.get(trace, std::move(target));
  if (!answer && answer.error().code == Code::not_found) co_return CompanyPtr();
  // An id that no path can carry names nothing either.
  if (!answer && answer.error().code == Code::validation_error) co_return CompanyPtr();
  if (!answer) co_return answer.error();
  auto company =
      std::make_shared<const CustomerProfile>(from_document<CustomerProfile>(answer->as_object()));
  std::lock_guard lock(mutex_);
  if (companies_.size() >= max_kept) companies_.clear();
  companies_[id.value] = Kept{company, clock_.now() + kept_ms};
  co_return company;
}

Task<Result<CataloguePtr>> Companies::catalogue(Trace trace) {
  {
    std::lock_guard lock(mutex_);
    if (catalogue_ && clock_.now() < catalogue_until_) co_return catalogue_;
  }
  co_return co_await ask_catalogue(std::move(trace));
}

Task<Result<CataloguePtr>> Companies::ask_catalogue(Trace trace) {
  std::string target = "/internal/catalogue";
  const Result<json::value> answer = co_await customers_.get(trace, std::move(target));
  if (!answer) co_return answer.error();
  auto catalogue = std::make_shared<const Catalogue>(from_document<Catalogue>(answer->as_object()));
  std::lock_guard lock(mutex_);
  catalogue_ = catalogue;
  catalogue_until_ = clock_.now() + kept_ms;
  co_return catalogue;
}

}  // namespace thenorsound::user
