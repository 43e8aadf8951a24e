#include "base/text.hpp"
#include "http/url.hpp"
#include "services/auth/commands.hpp"

namespace thenorsound::auth {

using store::Change;
using store::Outgoing;

// The invitation's id follows from the user's, so that asking again makes no second one.
Task<Result<std::optional<std::string>>> AuthCommands::make_credential(Trace trace,
                                                                       NewCredential wanted) {
  const Time now = clock_.now();
  Credential credential;
  credential.id = wanted.user;
  credential.created_at = credential.updated_at = now;
  credential.email = wanted.email;
  credential.email_key = fold_case(wanted.email);
  if (wanted.password) {
    Result<std::string> hashed = co_await hash(*wanted.password);
    if (!hashed) co_return hashed.error();
    credential.password_hash = std::move(*hashed);
  }
  const bool invites = !wanted.password && wanted.invite;
  const std::string link_id = derived_id("lnk", "invitation|" + wanted.user.value);
  if (invites) {
    open_link(credential, link_id);
    Link invitation =
        make_link(settings_.link_key, link_id, LinkKind::Invitation, wanted.user, now);
    const Result<Link> made = co_await repository_.links.insert(trace, std::move(invitation));
    if (!made && made.error().reason != "exists") co_return made.error();
  }
  const Result<void> inserted = co_await insert_credential(trace, std::move(credential));
  if (!inserted) co_return inserted.error();
  co_return invites ? std::optional(link_id) : std::nullopt;
}

Task<Result<void>> AuthCommands::insert_credential(Trace trace, Credential credential) {
  const std::string id = credential.id.value, key = credential.email_key;
  for (int attempt = 0; attempt < 2; ++attempt) {
    Credential copy = credential;
    const Result<Credential> inserted =
        co_await repository_.credentials.insert(trace, std::move(copy));
    if (inserted) co_return Result<void>();
    if (inserted.error().reason == "exists") {
      const Result<std::optional<Credential>> there = co_await repository_.credentials.get(id);
      if (!there) co_return there.error();
      if (*there && (*there)->email_key == key) co_return Result<void>();
      co_return conflict("The user has another credential.");
    }
    if (inserted.error().reason != "duplicate:emailKey") co_return inserted.error();
    const Result<bool> freed = co_await free_address(trace, key);
    if (!freed) co_return freed.error();
    if (!*freed) break;
  }
  co_return conflict("The mail address is taken.");
}

// A deleted user's credential may outlive them while messages wait; it must not hold the address.
Task<Result<bool>> AuthCommands::free_address(Trace trace, std::string email_key) {
  const Result<std::optional<Credential>> holder = co_await repository_.with_email(email_key);
  if (!holder) co_return holder.error();
  if (!*holder) co_return true;
  const UserId id = (*holder)->id;
  std::string target = "/internal/users/" + http::encode_component(id.value);
  const Result<json::value> user = co_await users_.get(trace, std::move(target));
  if (user) co_return false;
  if (user.error().code != Code::not_found) co_return user.error();
  // Not enabled: a user that is still being made.
  if (!(*holder)->enabled) co_return false;
  const Result<void> deleted = co_await delete_credential(trace, id);
  if (!deleted) co_return deleted.error();
  co_return true;
}

Task<Result<void>> AuthCommands::change_credential(Trace trace, UserId user,
                                                   std::optional<bool> enabled,
                                                   std::optional<std::string> email) {
  auto change = [enabled, email, now = clock_.now()](Credential& credential,
                                                     Outgoing&) -> Result<Change> {
    const Credential before = credential;
    if (enabled) credential.enabled = *enabled;
    if (email) {
      credential.email = *email;
      credential.email_key = fold_case(*email);
    }
    if (before.enabled == credential.enabled && before.email == credential.email) return Change::no;
    credential.updated_at = now;
    return Change::yes;
  };
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Result<Credential> changed =
        co_await repository_.credentials.modify(trace, user.value, change);
    if (changed) co_return Result<void>();
    if (changed.error().reason == "absent") co_return not_found("credential");
    if (changed.error().reason != "duplicate:emailKey") co_return changed.error();
    const Result<bool> freed = co_await free_address(trace, fold_case(*email));
    if (!freed) co_return freed.error();
    if (!*freed) break;
  }
  co_return conflict("The mail address is taken.");
}

// The credential first: a login under way finds it gone and ends itself.
Task<Result<void>> AuthCommands::delete_credential(Trace trace, UserId user) {
  const Result<std::optional<Credential>> found = co_await repository_.credentials.get(user.value);
  if (!found) co_return found.error();
  if (*found) {
    Result<void> erased = co_await repository_.credentials.erase(user.value);
    if (!erased) co_return erased;
    for (const std::string& id : (*found)->open_links) {
      erased = co_await repository_.links.erase(id);
      if (!erased) co_return erased;
    }
  }
  std::string nobody;
  co_return co_await revoke_all(std::move(trace), std::move(user), std::move(nobody), 0);
}

Task<Result<void>> AuthCommands::outdate(Trace trace, UserId user, std::int64_t access_version) {
  auto raise = [access_version](Credential& credential, Outgoing&) -> Result<Change> {
    if (credential.min_access_version >= access_version) return Change::no;
    credential.min_access_version = access_version;
    return Change::yes;
  };
  const Result<Credential> raised =
      co_await repository_.credentials.modify(trace, user.value, std::move(raise));
  if (!raised && raised.error().reason != "absent") co_return raised.error();
  std::string nobody;
  co_return co_await revoke_all(std::move(trace), std::move(user), std::move(nobody),
                                access_version);
}

}  // namespace thenorsound::auth
