#include "base/log.hpp"
#include "base/text.hpp"
#include "services/auth/commands.hpp"

namespace thenorsound::auth {
namespace {

using store::Change;
using store::Outgoing;

constexpr std::size_t max_resets_at_once = 3;  // within the hour that each lives

Error bad_link() { return invalid_field("token", "is not valid, or was used, or is too old"); }

}  // namespace

Task<Result<AuthCommands::LinkView>> AuthCommands::link(std::string id) {
  const Result<std::optional<Link>> found = co_await repository_.links.get(id);
  if (!found) co_return found.error();
  if (!*found || clock_.now() >= (*found)->expires_at) co_return not_found("link");
  const Link& link = **found;
  const Result<std::optional<Credential>> owner =
      co_await repository_.credentials.get(link.user_id.value);
  if (!owner) co_return owner.error();
  if (!*owner || !has_open(**owner, link.id)) co_return not_found("link");
  LinkView view;
  view.kind = link.kind;
  view.user = link.user_id;
  view.url = settings_.public_url;
  view.url += link.kind == LinkKind::Invitation ? "/register#token=" : "/reset-password#token=";
  view.url += link_token(settings_.link_key, link);
  co_return view;
}

Task<Result<std::optional<Link>>> AuthCommands::find_link(LinkKind kind, std::string token) {
  Result<std::optional<Link>> found = co_await repository_.links.get(link_id_of(token));
  if (!found) co_return found.error();
  if (!*found || !opens(**found, token, kind, clock_.now())) co_return std::optional<Link>();
  const std::string user = (*found)->user_id.value;
  const Result<std::optional<Credential>> owner = co_await repository_.credentials.get(user);
  if (!owner) co_return owner.error();
  if (!*owner || !has_open(**owner, (*found)->id)) co_return std::optional<Link>();
  co_return found;
}

Task<Result<bool>> AuthCommands::is_open(LinkKind kind, std::string token) {
  const Result<std::optional<Link>> found = co_await find_link(kind, std::move(token));
  if (!found) co_return found.error();
  co_return found->has_value();
}

// The credential's one write sets the password and closes the link: it is used once or not at all.
Task<Result<UserId>> AuthCommands::use_link(Trace trace, LinkKind kind, std::string token,
                                            std::string password) {
  const Result<std::optional<Link>> found = co_await find_link(kind, std::move(token));
  if (!found) co_return found.error();
  if (!*found) co_return bad_link();
  const UserId user = (*found)->user_id;
  const std::string id = (*found)->id;
  const Result<std::string> hashed = co_await hash(std::move(password));
  if (!hashed) co_return hashed.error();
  auto change = [id, after = *hashed, now = clock_.now()](Credential& credential,
                                                          Outgoing&) -> Result<Change> {
    if (!has_open(credential, id)) return bad_link();
    set_password(credential, after, now);
    return Change::yes;
  };
  const Result<Credential> changed =
      co_await repository_.credentials.modify(trace, user.value, std::move(change));
  if (!changed && changed.error().reason == "absent") co_return bad_link();
  if (!changed) co_return changed.error();
  log_info("password set by link", {{"userId", user.value}, {"kind", word_of(kind)}});
  const Result<void> erased = co_await repository_.links.erase(id);
  if (!erased) log_warning("used link not erased", {{"reason", erased.error().reason}});
  std::string nobody;
  const Result<void> ended = co_await revoke_all(trace, user, std::move(nobody), 0);
  if (!ended) co_return ended.error();
  co_return user;
}

Task<void> AuthCommands::send_reset(Trace trace, std::string email) {
  const Result<std::optional<Credential>> found = co_await repository_.with_email(fold_case(email));
  if (!found || !*found || !(*found)->enabled) co_return;
  const UserId user = (*found)->id;
  std::size_t fresh = 0;
  for (const std::string& id : (*found)->open_links) {
    const Result<std::optional<Link>> open = co_await repository_.links.get(id);
    if (!open) co_return;
    fresh += *open && (*open)->kind == LinkKind::Reset && clock_.now() < (*open)->expires_at;
  }
  if (fresh >= max_resets_at_once) co_return;
  const Result<std::optional<Person>> who = co_await person(trace, user);
  if (!who || !*who) co_return;

  const Time now = clock_.now();
  Link link = make_link(settings_.link_key, new_id("lnk", now), LinkKind::Reset, user, now);
  auto remember = [id = link.id](Credential& credential, Outgoing&) -> Result<Change> {
    open_link(credential, id);
    return Change::yes;
  };
  const Result<Credential> opened =
      co_await repository_.credentials.modify(trace, user.value, std::move(remember));
  if (!opened) co_return;
  json::object data;
  data["userId"] = user.value;
  data["linkId"] = link.id;
  Outgoing out;
  out.add("user.reset", std::move(data));
  const Result<Link> made =
      co_await repository_.links.insert(std::move(trace), std::move(link), std::move(out));
  if (!made) log_warning("reset link not made", {{"reason", made.error().reason}});
}

}  // namespace thenorsound::auth
