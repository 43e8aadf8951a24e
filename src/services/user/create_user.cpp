#include "base/log.hpp"
#include "http/url.hpp"
#include "services/user/commands.hpp"
#include "services/user/views.hpp"
#include "workflow/saga.hpp"

namespace thenorsound::user {
namespace {

using store::Change;
using store::Outgoing;
using Done = Task<Result<void>>;

struct CreateUser {
  Repository& repository;
  http::ServiceClient& auth;
  Trace trace;
  Time now;
  NewUser made;
  User user;
  std::optional<std::string> link;
  bool stays = false;  // an undo must leave the rest alone: active after all, or not known
};

Done claim_mail(CreateUser& saga);
Done keep_apart(CreateUser& saga);
Done make_credential(CreateUser& saga);
Done activate(CreateUser& saga);
Done abandon(CreateUser& saga);
Done remove_credential(CreateUser& saga);
Done forget_apart(CreateUser& saga);
Done take_away(CreateUser& saga);

constexpr workflow::Step<CreateUser> create_user[] = {
    {"claim-mail", claim_mail, take_away},
    {"keep-apart", keep_apart, forget_apart},
    {"make-credential", make_credential, remove_credential},
    {"activate", activate, abandon},
};

Done claim_mail(CreateUser& saga) {
  User user = saga.user;
  const Result<User> inserted = co_await saga.repository.users.insert(saga.trace, std::move(user));
  if (inserted || inserted.error().reason == "exists") co_return Result<void>();
  if (inserted.error().reason == "duplicate:emailKey") co_return mail_taken();
  co_return inserted.error();
}

// The calendar and what is sensitive have documents of their own.
Done keep_apart(CreateUser& saga) {
  if (!saga.user.is_crew()) co_return Result<void>();
  Calendar calendar = new_calendar(saga.user.id, saga.now);
  const Result<Calendar> made =
      co_await saga.repository.calendars.insert(saga.trace, std::move(calendar));
  if (!made && made.error().reason != "exists") co_return made.error();
  if (!saga.made.social_security_number && !saga.made.bank_account) co_return Result<void>();
  Sensitive sensitive;
  sensitive.id = saga.user.id;
  sensitive.created_at = sensitive.updated_at = saga.now;
  sensitive.social_security_number = saga.made.social_security_number;
  sensitive.bank_account = saga.made.bank_account;
  const Result<Sensitive> kept =
      co_await saga.repository.sensitive.insert(saga.trace, std::move(sensitive));
  if (!kept && kept.error().reason != "exists") co_return kept.error();
  co_return Result<void>();
}

Done make_credential(CreateUser& saga) {
  json::object body;
  body["userId"] = saga.user.id.value;
  body["email"] = saga.user.email;
  if (saga.made.password) body["password"] = *saga.made.password;
  if (!saga.made.invite) body["invite"] = false;
  std::string target = "/internal/credentials";
  const Result<json::value> answer =
      co_await saga.auth.send(saga.trace, http::Method::post, std::move(target), std::move(body));
  if (!answer && answer.error().code == Code::conflict) co_return mail_taken();
  if (!answer) co_return answer.error();
  if (const json::value* link = answer->as_object().if_contains("linkId"))
    saga.link = std::string(std::string_view(link->as_string()));
  co_return Result<void>();
}

Done activate(CreateUser& saga) {
  auto change = [link = saga.link, due = saga.now + unfinished_age_ms,
                 company_type =
                     saga.user.pool == bookable_by_all ? crew_company : organiser_company](
                    User& user, Outgoing& out) -> Result<Change> {
    if (user.state == UserState::Active) return Change::no;
    if (user.state != UserState::Pending) return unavailable("no-longer-pending");
    user.state = UserState::Active;
    user.must_enable = true;
    user.unfinished_due = due;
    index(user, company_type);
    json::object data = message_of(user, false);
    if (link) data["linkId"] = *link;
    out.add("user.created", data);
    if (user.is_crew()) out.add("crew.created", std::move(data));
    return Change::yes;
  };
  const std::string id = saga.user.id.value;
  Result<User> active = co_await saga.repository.users.modify(saga.trace, id, std::move(change));
  if (!active) co_return active.error();
  saga.user = std::move(*active);
  co_return Result<void>();
}

// Fences off an activation that may still be under way.
Done abandon(CreateUser& saga) {
  auto change = [](User& user, Outgoing&) -> Result<Change> {
    if (user.state == UserState::Abandoned) return Change::no;
    if (user.state != UserState::Pending) return conflict("It is not pending.");
    user.state = UserState::Abandoned;
    return Change::yes;
  };
  const std::string id = saga.user.id.value;
  Result<User> gone = co_await saga.repository.users.modify(saga.trace, id, std::move(change));
  if (gone || gone.error().reason == "absent") co_return Result<void>();
  saga.stays = true;
  co_return gone.error();
}

Done remove_credential(CreateUser& saga) {
  if (saga.stays) co_return Result<void>();
  Result<void> removed = co_await delete_credential(saga.auth, saga.trace, saga.user.id);
  saga.stays = !removed;  // the credential goes first, so that its user can always be found
  co_return removed;
}

Done forget_apart(CreateUser& saga) {
  if (saga.stays) co_return Result<void>();
  Result<void> erased = co_await saga.repository.sensitive.erase(saga.user.id.value);
  if (erased) erased = co_await saga.repository.calendars.erase(calendar_id(saga.user.id));
  saga.stays = !erased;
  co_return erased;
}

Done take_away(CreateUser& saga) {
  if (saga.stays) co_return Result<void>();
  co_return co_await saga.repository.users.erase(saga.user.id.value);
}

}  // namespace

Error mail_taken() { return conflict("The mail address is taken."); }

Task<Result<void>> delete_credential(http::ServiceClient& auth, const Trace& trace, UserId id) {
  std::string target = "/internal/credentials/" + http::encode_component(id.value);
  const Result<json::value> answer =
      co_await auth.send(trace, http::Method::delete_, std::move(target), json::object());
  if (!answer) co_return answer.error();
  co_return Result<void>();
}

Task<Result<void>> put_credential(http::ServiceClient& auth, const Trace& trace, UserId id,
                                  json::object change) {
  std::string target = "/internal/credentials/" + http::encode_component(id.value);
  const Result<json::value> answer =
      co_await auth.send(trace, http::Method::put, std::move(target), std::move(change));
  if (!answer) co_return answer.error();
  co_return Result<void>();
}

Task<Result<User>> UserCommands::create(Trace trace, UserId id, NewUser made,
                                        std::int64_t company_type) {
  const Result<std::optional<User>> before = co_await repository_.users.get(id.value);
  if (!before) co_return before.error();
  if (*before && (*before)->state == UserState::Active) co_return **before;
  if (*before && (*before)->state != UserState::Pending) co_return unavailable("being-taken-away");

  CreateUser saga{repository_, auth_, trace, clock_.now(), std::move(made), {}, {}};
  saga.user = *before ? **before : saga.made.user;
  if (!*before) {
    saga.user.id = id;
    saga.user.created_at = saga.user.updated_at = saga.now;
    saga.user.unfinished_due = saga.now + pending_age_ms;
    index(saga.user, company_type);
  }
  const auto steps = std::span<const workflow::Step<CreateUser>>(create_user);
  const workflow::SagaOutcome outcome = co_await workflow::run_saga(steps, saga);
  if (!outcome.result) co_return outcome.result.error();
  co_await enable(trace, id);
  co_return saga.user;
}

Task<void> UserCommands::take_away_pending(Trace trace, User user) {
  CreateUser saga{repository_, auth_, trace, clock_.now(), {}, std::move(user), {}};
  const auto steps = std::span<const workflow::Step<CreateUser>>(create_user);
  co_await workflow::undo_saga(steps, saga);
}

Task<Result<void>> UserCommands::enable(Trace trace, UserId id) {
  json::object body;
  body["enabled"] = true;
  const Result<void> enabled = co_await put_credential(auth_, trace, id, std::move(body));
  if (!enabled) {
    log_warning("credential not enabled yet", {{"userId", id.value}});
    co_return enabled;
  }
  auto change = [](User& user, Outgoing&) -> Result<Change> {
    if (!user.must_enable) return Change::no;
    user.must_enable = false;
    user.unfinished_due.reset();
    return Change::yes;
  };
  const Result<User> cleared =
      co_await repository_.users.modify(trace, id.value, std::move(change));
  if (!cleared) co_return cleared.error();
  co_return Result<void>();
}

}  // namespace thenorsound::user
