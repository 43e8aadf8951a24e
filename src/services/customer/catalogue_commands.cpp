// The catalogue and the settings: one document each.
#include "services/customer/commands.hpp"
#include "services/customer/queries.hpp"

namespace thenorsound::customer {
namespace {

constexpr std::size_t max_names_listed = 20;

Result<void> check_version(std::int64_t version, const ExpectedVersion& expected) {
  if (!expected || *expected == version) return {};
  return make_error(Code::precondition_failed, "It has been changed in the meantime.");
}

Task<Result<bool>> has_tariff(Desk& desk, SkillName name) {
  store::Query query;
  query.where.push_back({"category", store::Op::eq, json::string(name.category)});
  query.where.push_back({"skill", store::Op::eq, json::string(name.skill)});
  query.limit = 1;
  const auto found = co_await desk.tariffs.find(std::move(query));
  if (!found) co_return found.error();
  co_return !found->empty();
}

Task<Result<void>> check_unused(Desk& desk, Trace trace, std::vector<SkillName> names) {
  std::string used;
  std::size_t count = 0;
  for (const SkillName& name : names) {
    auto in_use = co_await has_tariff(desk, name);
    if (in_use && !*in_use) in_use = co_await desk.neighbours.is_in_use(trace, name);
    if (!in_use) co_return in_use.error();
    if (!*in_use || ++count > max_names_listed) continue;
    used += (used.empty() ? "" : ", ") + name.category + " / " + name.skill;
  }
  if (count == 0) co_return Result<void>();
  Error error = conflict("A name that is in use can't be dropped.");
  error.details.push_back({"categories", "in use: " + used});
  co_return error;
}

template <class Document>
Task<Result<void>> make_if_absent(store::Collection<Document>& collection, Document document) {
  const auto made = co_await collection.insert(new_trace(), std::move(document));
  if (!made && made.error().reason != "exists") co_return made.error();
  co_return Result<void>();
}

}  // namespace

Task<Result<CatalogueDocument>> change_catalogue(Desk& desk, Trace trace, BodyPtr body,
                                                 ExpectedVersion expected) {
  const auto current = co_await read_catalogue(desk);
  if (!current) co_return current.error();
  const auto same = check_version(current->version, expected);
  auto wanted = decode_categories(*current, *body, !same);
  if (!wanted) co_return wanted.error();
  if (!same) co_return same.error();
  auto gone = dropped(current->categories, *wanted);
  const auto unused = co_await check_unused(desk, trace, std::move(gone));
  if (!unused) co_return unused.error();
  // What was found out about dropped names holds for this version only.
  auto change = [wanted = std::move(*wanted), seen = current->version, now = desk.clock.now()](
                    CatalogueDocument& catalogue, store::Outgoing&) -> Result<Change> {
    if (catalogue.version != seen) return conflict("The catalogue has just been changed.");
    if (codec::write(catalogue.categories) == codec::write(wanted)) return Change::no;
    catalogue.categories = wanted;
    ++catalogue.version;
    catalogue.updated_at = now;
    return Change::yes;
  };
  co_return co_await desk.catalogue.modify(std::move(trace), CatalogueDocument::only_id,
                                           std::move(change));
}

Task<Result<SettingsDocument>> change_settings(Desk& desk, Trace trace, BodyPtr body,
                                               ExpectedVersion expected) {
  auto change = [body, expected, now = desk.clock.now()](SettingsDocument& settings,
                                                         store::Outgoing&) -> Result<Change> {
    const auto same = check_version(settings.version, expected);
    auto wanted = decode_settings(settings, *body, !same);
    if (!wanted) return wanted.error();
    if (!same) return same.error();
    if (wanted->booking_past_days == settings.booking_past_days) return Change::no;
    settings.booking_past_days = wanted->booking_past_days;
    ++settings.version;
    settings.updated_at = now;
    return Change::yes;
  };
  co_return co_await desk.runtime.modify(std::move(trace), SettingsDocument::only_id,
                                         std::move(change));
}

Task<Result<void>> make_defaults(Desk& desk) {
  const Time now = desk.clock.now();
  CatalogueDocument catalogue;
  catalogue.created_at = catalogue.updated_at = now;
  catalogue.categories = default_categories();
  const auto made = co_await make_if_absent(desk.catalogue, std::move(catalogue));
  if (!made) co_return made;
  SettingsDocument settings;
  settings.created_at = settings.updated_at = now;
  settings.booking_past_days = desk.settings.booking_past_days;
  co_return co_await make_if_absent(desk.runtime, std::move(settings));
}

}  // namespace thenorsound::customer
