#include "base/log.hpp"
#include "services/user/commands.hpp"

namespace thenorsound::user {

using store::Change;
using store::Outgoing;

Task<Result<Sensitive>> UserCommands::sensitive_of(UserId id) {
  Result<std::optional<Sensitive>> found = co_await repository_.sensitive.get(id.value);
  if (!found) co_return found.error();
  if (*found) co_return std::move(**found);
  Sensitive none;
  none.id = id;
  co_return none;
}

Task<Result<void>> UserCommands::note_reading(Trace trace, Actor actor, UserId of) {
  log_info("sensitive data read", {{"userId", actor.user.value}, {"subject", of.value}});
  AuditEntry entry;
  entry.at = clock_.now();
  entry.id = new_id("aud", entry.at);
  entry.user_id = actor.user;
  entry.subject = of;
  entry.action = "sensitive.read";
  const Result<AuditEntry> kept = co_await repository_.audit.insert(trace, std::move(entry));
  if (!kept) co_return kept.error();
  co_return Result<void>();
}

Task<Result<Sensitive>> UserCommands::edit_sensitive(Trace trace, User user, json::object body,
                                                     std::optional<std::int64_t> expected) {
  Result<Sensitive> before = co_await sensitive_of(user.id);
  if (!before) co_return before.error();
  Problems problems;
  Fields in(body, problems, Fields::Mode::merge);
  const json::object shown = view_of(*before);
  for (const std::string_view name : {"id", "version", "createdAt", "updatedAt"}) {
    const json::value* value = shown.if_contains(name);
    in.read_only(name, value == nullptr ? json::value() : *value);
  }
  Sensitive wanted = *before;
  const bool number = in.raw("socialSecurityNumber") != nullptr;
  const bool account = in.raw("bankAccount") != nullptr;
  read_personal_number(in, wanted.social_security_number);
  read_bank_account(in, wanted.bank_account);
  if (!user.is_crew())
    for (const std::string_view name : {"socialSecurityNumber", "bankAccount"})
      if (in.has(name)) in.problem(name, "is for crew only");
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const Result<void> kept =
      co_await write_sensitive(trace, user.id, std::move(wanted), number, account, expected);
  if (!kept) co_return kept.error();
  co_return co_await sensitive_of(user.id);
}

Task<Result<void>> UserCommands::write_sensitive(Trace trace, UserId id, Sensitive wanted,
                                                 bool number, bool account,
                                                 std::optional<std::int64_t> expected) {
  const Time now = clock_.now();
  auto change = [wanted, number, account, expected, now](Sensitive& sensitive,
                                                         Outgoing&) -> Result<Change> {
    if (Result<void> same = check_version(sensitive.version, expected); !same) return same.error();
    if (number) sensitive.social_security_number = wanted.social_security_number;
    if (account) sensitive.bank_account = wanted.bank_account;
    ++sensitive.version;
    sensitive.updated_at = now;
    return Change::yes;
  };
  Result<Sensitive> kept = co_await repository_.sensitive.modify(trace, id.value, change);
  if (!kept && kept.error().reason == "absent") {
    Sensitive first;
    first.id = id;
    first.created_at = now;
    Outgoing unused;
    if (const Result<Change> made = change(first, unused); !made) co_return made.error();
    kept = co_await repository_.sensitive.insert(trace, std::move(first));
    if (!kept && kept.error().reason == "exists")
      kept = co_await repository_.sensitive.modify(trace, id.value, change);
  }
  if (!kept) co_return kept.error();
  co_return Result<void>();
}

Task<Result<PushSubscription>> UserCommands::subscribe(Trace trace, UserId user, PushInput input) {
  const Result<std::vector<PushSubscription>> list = co_await repository_.subscriptions_of(user);
  if (!list) co_return list.error();
  const Time now = clock_.now();
  PushSubscription made;
  made.id = derived_id("push", user.value + " " + input.endpoint);
  made.user_id = user;
  made.created_at = made.updated_at = now;
  made.endpoint = std::move(input.endpoint);
  made.p256dh = std::move(input.p256dh);
  made.auth = std::move(input.auth);
  auto renew = [made](PushSubscription& old, Outgoing&) -> Result<Change> {
    if (old.p256dh == made.p256dh && old.auth == made.auth) return Change::no;
    old.p256dh = made.p256dh;
    old.auth = made.auth;
    old.updated_at = made.updated_at;
    ++old.version;
    return Change::yes;
  };
  for (const PushSubscription& item : *list)
    if (item.id == made.id)
      co_return co_await repository_.subscriptions.modify(trace, made.id, std::move(renew));
  if (list->size() >= max_subscriptions)
    co_return conflict("There are too many subscriptions; remove one first.");
  const std::string id = made.id;
  Result<PushSubscription> kept = co_await repository_.subscriptions.insert(trace, std::move(made));
  if (!kept && kept.error().reason == "exists")
    co_return co_await repository_.subscriptions.modify(trace, id, std::move(renew));
  co_return kept;
}

}  // namespace thenorsound::user
