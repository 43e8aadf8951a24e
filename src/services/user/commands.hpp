// What changes users. Each command of more than one document is a saga that opens with its table,
// in the file that bears its name; Upkeep finishes what a crash left.
#pragma once
#include "services/user/companies.hpp"
#include "services/user/input.hpp"
#include "services/user/repository.hpp"

namespace thenorsound::user {

constexpr std::int64_t pending_age_ms = 60 * second_ms;
constexpr std::int64_t unfinished_age_ms = 30 * second_ms;
constexpr std::size_t max_subscriptions = 20;

class UserCommands {
 public:
  UserCommands(Repository& repository, Companies& companies, http::ServiceClient& auth,
               const Clock& clock)
      : repository_(repository), companies_(companies), auth_(auth), clock_(clock) {}

  // What `body`, sent for `before`, is judged by: the company where it matters, the catalogue
  // where skills are named.
  Task<Result<Surroundings>> surroundings(Trace trace, Actor actor, User before,
                                          const json::object& body);

  // create_user.cpp: user and credential are made together or not at all. Idempotent by id.
  // Errors: 409 for a mail address that is taken; auth's.
  Task<Result<User>> create(Trace trace, UserId id, NewUser made, std::int64_t company_type);
  // A pending user whose time is over, its credential first.
  Task<void> take_away_pending(Trace trace, User user);
  // Enables the credential of an active user. Where that fails, a sweeper tries again.
  Task<Result<void>> enable(Trace trace, UserId id);

  // edit_user.cpp: merges `body`. Errors: 403, 400, 412; 409 for the last admin and for a mail
  // address that is taken.
  Task<Result<User>> edit(Trace trace, Actor actor, User before, json::object body,
                          std::optional<std::int64_t> expected);
  Task<void> undo_mail_change(Trace trace, User user);

  // delete_user.cpp. Errors: 409 for the last admin, and for crew with bookings ahead.
  Task<Result<void>> remove(Trace trace, User user, std::optional<std::int64_t> expected);
  // What is left of a deleted user elsewhere goes.
  Task<Result<void>> clear_away(Trace trace, User user);

  // sensitive_commands.cpp
  Task<Result<Sensitive>> sensitive_of(UserId id);
  Task<Result<void>> note_reading(Trace trace, Actor actor, UserId of);
  Task<Result<Sensitive>> edit_sensitive(Trace trace, User user, json::object body,
                                         std::optional<std::int64_t> expected);
  Task<Result<PushSubscription>> subscribe(Trace trace, UserId user, PushInput input);

 private:
  Task<Result<User>> change_mail(
      Trace trace, User before, std::string email,
      std::function<Result<store::Change>(User&, store::Outgoing&)> edit);
  Task<Result<void>> write_sensitive(Trace trace, UserId id, Sensitive wanted, bool number,
                                     bool account, std::optional<std::int64_t> expected);
  // Nobody else takes an admin of this company away until it is released. Error conflict: there
  // is no other admin.
  Task<Result<void>> hold_admins(Trace trace, User user);
  Task<void> release_admins(Trace trace, User user);

  Repository& repository_;
  Companies& companies_;
  http::ServiceClient& auth_;
  const Clock& clock_;
};

// For the sagas: calls of auth.
Task<Result<void>> delete_credential(http::ServiceClient& auth, const Trace& trace, UserId id);
Task<Result<void>> put_credential(http::ServiceClient& auth, const Trace& trace, UserId id,
                                  json::object change);
Error mail_taken();

}  // namespace thenorsound::user
