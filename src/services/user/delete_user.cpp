#include "base/log.hpp"
#include "services/user/commands.hpp"
#include "services/user/views.hpp"
#include "workflow/saga.hpp"

namespace thenorsound::user {
namespace {

using store::Change;
using store::Outgoing;
using Done = Task<Result<void>>;

struct DeleteUser {
  Repository& repository;
  Trace trace;
  Time now;
  User user;
  std::optional<std::int64_t> expected;
};

Done close_calendar(DeleteUser& saga);
Done reopen_calendar(DeleteUser& saga);
Done mark_deleted(DeleteUser& saga);

constexpr workflow::Step<DeleteUser> delete_steps[] = {
    {"close-calendar", close_calendar, reopen_calendar},
    {"delete", mark_deleted, nullptr},
};

// One write finds that nothing is booked ahead, and takes no booking from then on.
Done close_calendar(DeleteUser& saga) {
  if (!saga.user.is_crew()) co_return Result<void>();
  auto change = [now = saga.now](Calendar& calendar, Outgoing&) -> Result<Change> {
    if (Result<void> closed = close(calendar, now); !closed) return closed.error();
    return Change::yes;
  };
  const Result<Calendar> closed = co_await saga.repository.calendars.modify(
      saga.trace, calendar_id(saga.user.id), std::move(change));
  if (!closed && closed.error().reason != "absent") co_return closed.error();
  co_return Result<void>();
}

Done reopen_calendar(DeleteUser& saga) {
  if (!saga.user.is_crew()) co_return Result<void>();
  const Result<std::optional<User>> found = co_await saga.repository.users.get(saga.user.id.value);
  if (!found) co_return found.error();
  if (!*found || (*found)->state == UserState::Deleted) co_return Result<void>();
  auto change = [](Calendar& calendar, Outgoing&) -> Result<Change> {
    if (!calendar.closed) return Change::no;
    reopen(calendar);
    return Change::yes;
  };
  const Result<Calendar> opened = co_await saga.repository.calendars.modify(
      saga.trace, calendar_id(saga.user.id), std::move(change));
  if (!opened && opened.error().reason != "absent") co_return opened.error();
  co_return Result<void>();
}

Done mark_deleted(DeleteUser& saga) {
  auto change = [now = saga.now, expected = saga.expected](User& user,
                                                           Outgoing& out) -> Result<Change> {
    if (user.state != UserState::Active) return not_found("user");
    if (Result<void> same = check_version(user.version, expected); !same) return same.error();
    if (user.next_email) return conflict("The mail address is being changed.");
    delete_user(user, now);
    user.unfinished_due = now + unfinished_age_ms;
    out.add("user.deleted", message_of(user, true));
    return Change::yes;
  };
  Result<User> deleted =
      co_await saga.repository.users.modify(saga.trace, saga.user.id.value, std::move(change));
  if (!deleted) co_return deleted.error();
  saga.user = std::move(*deleted);
  co_return Result<void>();
}

}  // namespace

Task<Result<void>> UserCommands::remove(Trace trace, User user,
                                        std::optional<std::int64_t> expected) {
  if (Result<void> same = check_version(user.version, expected); !same) co_return same.error();
  User gone = user;
  delete_user(gone, clock_.now());
  const bool guarded = loses_admin(user, gone);
  if (guarded) {
    const Result<void> held = co_await hold_admins(trace, user);
    if (!held) co_return held.error();
  }
  DeleteUser saga{repository_, trace, clock_.now(), user, expected};
  const auto steps = std::span<const workflow::Step<DeleteUser>>(delete_steps);
  const workflow::SagaOutcome outcome = co_await workflow::run_saga(steps, saga);
  if (guarded) co_await release_admins(trace, user);
  if (!outcome.result) co_return outcome.result.error();
  const Result<void> cleared = co_await clear_away(trace, saga.user);
  if (!cleared) log_warning("deleted user not cleared away yet", {{"userId", user.id.value}});
  co_return Result<void>();
}

Task<Result<void>> UserCommands::clear_away(Trace trace, User user) {
  Result<void> done = co_await delete_credential(auth_, trace, user.id);
  if (!done) co_return done;
  done = co_await repository_.sensitive.erase(user.id.value);
  if (!done) co_return done;
  const Result<std::vector<PushSubscription>> list = co_await repository_.subscriptions_of(user.id);
  if (!list) co_return list.error();
  for (const PushSubscription& item : *list) {
    done = co_await repository_.subscriptions.erase(item.id);
    if (!done) co_return done;
  }
  auto settled = [](Calendar& calendar, Outgoing&) -> Result<Change> {
    if (!calendar.closed_at) return Change::no;
    calendar.closed_at.reset();
    return Change::yes;
  };
  const Result<Calendar> calendar =
      co_await repository_.calendars.modify(trace, calendar_id(user.id), std::move(settled));
  if (!calendar && calendar.error().reason != "absent") co_return calendar.error();
  auto finished = [](User& gone, Outgoing&) -> Result<Change> {
    if (!gone.unfinished_due) return Change::no;
    gone.unfinished_due.reset();
    return Change::yes;
  };
  const Result<User> cleared =
      co_await repository_.users.modify(trace, user.id.value, std::move(finished));
  if (!cleared) co_return cleared.error();
  co_return Result<void>();
}

}  // namespace thenorsound::user
