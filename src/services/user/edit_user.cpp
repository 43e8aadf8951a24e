#include "base/log.hpp"
#include "base/loops.hpp"
#include "services/user/commands.hpp"
#include "services/user/views.hpp"
#include "workflow/saga.hpp"

namespace thenorsound::user {
namespace {

using store::Change;
using store::Outgoing;
using Done = Task<Result<void>>;
using EditFunction = std::function<Result<Change>(User&, Outgoing&)>;

constexpr std::int64_t guard_lease_ms = 10 * second_ms;
constexpr int guard_attempts = 50;

std::string guard_id(const User& user) {
  return "admins-" + (user.customer_id.empty() ? "system" : user.customer_id.value);
}

// What was settled before the merge, and must hold of whatever is there by then.
struct EditTerms {
  std::optional<std::int64_t> expected;  // version
  std::string email;                     // before
  bool changes_email = false;
  bool guarded = false;  // no other admin is taken away meanwhile
  Time now;
};

// The merge as a change of the document: may be repeated.
EditFunction edit_of(Surroundings around, json::object body, EditTerms terms) {
  return [around = std::move(around), body = std::move(body), terms = std::move(terms)](
             User& user, Outgoing& out) -> Result<Change> {
    if (user.state != UserState::Active) return not_found("user");
    Sensitive elsewhere;
    Result<EditedUser> edited = read_edit(user, body, around, elsewhere);
    if (!edited) return edited.error();
    if (Result<void> same = check_version(user.version, terms.expected); !same) return same.error();
    User& after = edited->user;
    if ((loses_admin(user, after) && !terms.guarded) ||
        (after.email != user.email && (!terms.changes_email || user.email != terms.email)))
      return conflict("It was changed in the meantime.");
    if (view_of(after) == view_of(user)) return Change::no;
    const bool access = changes_access(user, after);
    if (access) ++after.access_version;
    ++after.version;
    after.updated_at = terms.now;
    const bool moved = after.customer_id != user.customer_id;
    index(after, moved ? around.company->customer_type
                       : (user.pool == bookable_by_all ? crew_company : organiser_company));
    user = std::move(after);
    out.add("user.updated", message_of(user, access));
    if (user.is_crew()) out.add("crew.updated", message_of(user, access));
    return Change::yes;
  };
}

// A change of mail: the credential's address changes between the claim and the commit, so that
// the old one works until it is done. Meanwhile auth's own unique index guards the old one.
struct ChangeMail {
  Repository& repository;
  http::ServiceClient& auth;
  Trace trace;
  Time now;
  UserId id;
  std::string before;
  std::string after;
  EditFunction edit;
  User user;
  bool stays = false;
};

Done claim_new_mail(ChangeMail& saga);
Done change_credential(ChangeMail& saga);
Done commit_edit(ChangeMail& saga);
Done look_again(ChangeMail& saga);
Done restore_credential(ChangeMail& saga);
Done release_new_mail(ChangeMail& saga);

constexpr workflow::Step<ChangeMail> change_mail_steps[] = {
    {"claim-mail", claim_new_mail, release_new_mail},
    {"change-credential", change_credential, restore_credential},
    {"commit", commit_edit, look_again},
};

Done claim_new_mail(ChangeMail& saga) {
  auto change = [edit = saga.edit, email = saga.after, due = saga.now + unfinished_age_ms](
                    User& user, Outgoing&) -> Result<Change> {
    if (user.next_email) return conflict("The mail address is being changed already.");
    User trial = user;
    Outgoing unused;
    if (Result<Change> fits = edit(trial, unused); !fits) return fits;
    user.email_key = email_key(email);
    user.next_email = email;
    user.unfinished_due = due;
    return Change::yes;
  };
  const Result<User> claimed =
      co_await saga.repository.users.modify(saga.trace, saga.id.value, std::move(change));
  if (claimed) co_return Result<void>();
  if (claimed.error().reason == "duplicate:emailKey") co_return mail_taken();
  co_return claimed.error();
}

Done put_mail(ChangeMail& saga, std::string email) {
  json::object body;
  body["email"] = email;
  Result<void> changed = co_await put_credential(saga.auth, saga.trace, saga.id, std::move(body));
  if (!changed && changed.error().code == Code::not_found) co_return Result<void>();
  if (!changed && changed.error().code == Code::conflict) co_return mail_taken();
  co_return changed;
}

Done change_credential(ChangeMail& saga) { return put_mail(saga, saga.after); }

Done commit_edit(ChangeMail& saga) {
  auto change = [edit = saga.edit, email = saga.after](User& user,
                                                       Outgoing& out) -> Result<Change> {
    if (user.next_email != email) return unavailable("mail-change-was-undone");
    if (Result<Change> done = edit(user, out); !done) return done;
    user.email_key = email_key(email);
    user.next_email.reset();
    user.unfinished_due.reset();
    return Change::yes;
  };
  Result<User> changed =
      co_await saga.repository.users.modify(saga.trace, saga.id.value, std::move(change));
  if (!changed) co_return changed.error();
  saga.user = std::move(*changed);
  co_return Result<void>();
}

// Only a change that is still under way is undone.
Done look_again(ChangeMail& saga) {
  const Result<std::optional<User>> found = co_await saga.repository.users.get(saga.id.value);
  saga.stays = !found || !*found || (*found)->next_email != saga.after;
  co_return Result<void>();
}

Done restore_credential(ChangeMail& saga) {
  if (saga.stays) co_return Result<void>();
  Result<void> restored = co_await put_mail(saga, saga.before);
  saga.stays = !restored;
  co_return restored;
}

Done release_new_mail(ChangeMail& saga) {
  if (saga.stays) co_return Result<void>();
  auto change = [email = saga.after](User& user, Outgoing&) -> Result<Change> {
    if (user.next_email != email) return Change::no;
    user.email_key = email_key(user.email);
    user.next_email.reset();
    user.unfinished_due.reset();
    return Change::yes;
  };
  const Result<User> released =
      co_await saga.repository.users.modify(saga.trace, saga.id.value, std::move(change));
  if (!released && released.error().reason != "absent") co_return released.error();
  co_return Result<void>();
}

}  // namespace

Task<Result<Surroundings>> UserCommands::surroundings(Trace trace, Actor actor, User before,
                                                      const json::object& body) {
  Surroundings around;
  around.actor = std::move(actor);
  around.catalogue = std::make_shared<const Catalogue>();
  const Result<std::optional<CustomerId>> asked = customer_in(body);
  if (!asked) co_return asked.error();
  const CustomerId customer = asked->value_or(before.customer_id);
  if (body.contains("role") || *asked) {
    Result<CompanyPtr> company = co_await companies_.ask(trace, customer);
    if (!company) co_return company.error();
    around.company = std::move(*company);
  }
  if (!body.contains("skills")) co_return around;
  Result<CataloguePtr> catalogue = co_await companies_.catalogue(trace);
  if (!catalogue) co_return catalogue.error();
  if (!knows_all_skills(**catalogue, body)) {
    catalogue = co_await companies_.ask_catalogue(trace);
    if (!catalogue) co_return catalogue.error();
  }
  around.catalogue = std::move(*catalogue);
  co_return around;
}

Task<Result<User>> UserCommands::edit(Trace trace, Actor actor, User before, json::object body,
                                      std::optional<std::int64_t> expected) {
  Result<Surroundings> around = co_await surroundings(trace, actor, before, body);
  if (!around) co_return around.error();
  Sensitive wanted;
  const Result<EditedUser> edited = read_edit(before, body, *around, wanted);
  if (!edited) co_return edited.error();
  if (Result<void> same = check_version(before.version, expected); !same) co_return same.error();

  const bool guarded = loses_admin(before, edited->user);
  if (guarded) {
    const Result<void> held = co_await hold_admins(trace, before);
    if (!held) co_return held.error();
  }
  EditTerms terms{expected, before.email, edited->user.email != before.email, guarded,
                  clock_.now()};
  EditFunction change = edit_of(std::move(*around), std::move(body), std::move(terms));
  Result<User> after = make_error(Code::service_error, "");
  if (edited->user.email != before.email) {
    after = co_await change_mail(trace, before, edited->user.email, std::move(change));
  } else {
    after = co_await repository_.users.modify(trace, before.id.value, std::move(change));
  }
  if (guarded) co_await release_admins(trace, before);
  if (!after) co_return after.error();
  if (edited->touches_bank_account || edited->touches_personal_number) {
    std::optional<std::int64_t> any_version;
    const Result<void> kept = co_await write_sensitive(trace, before.id, std::move(wanted),
                                                       edited->touches_personal_number,
                                                       edited->touches_bank_account, any_version);
    if (!kept) co_return kept.error();
  }
  co_return after;
}

Task<Result<User>> UserCommands::change_mail(Trace trace, User before, std::string email,
                                             EditFunction edit) {
  ChangeMail saga{repository_,      auth_,           std::move(trace),
                  clock_.now(),     before.id,       before.email,
                  std::move(email), std::move(edit), {}};
  const auto steps = std::span<const workflow::Step<ChangeMail>>(change_mail_steps);
  const workflow::SagaOutcome outcome = co_await workflow::run_saga(steps, saga);
  if (!outcome.result) co_return outcome.result.error();
  co_return std::move(saga.user);
}

Task<void> UserCommands::undo_mail_change(Trace trace, User user) {
  ChangeMail saga{repository_,      auth_,   std::move(trace),
                  clock_.now(),     user.id, user.email,
                  *user.next_email, {},      {}};
  const auto steps = std::span<const workflow::Step<ChangeMail>>(change_mail_steps);
  co_await workflow::undo_saga(steps, saga);
}

Task<Result<void>> UserCommands::hold_admins(Trace trace, User user) {
  const std::string id = guard_id(user);
  for (int attempt = 0; attempt < guard_attempts; ++attempt) {
    const Time now = clock_.now();
    AdminGuard mine{id, user.id.value, now + guard_lease_ms};
    auto take = [mine, now](AdminGuard& guard, Outgoing&) -> Result<Change> {
      if (guard.until > now) return conflict("held");
      guard = mine;
      return Change::yes;
    };
    Result<AdminGuard> held = co_await repository_.guards.modify(trace, id, std::move(take));
    if (!held && held.error().reason == "absent")
      held = co_await repository_.guards.insert(trace, std::move(mine));
    if (held) {
      const Result<std::int64_t> others =
          co_await repository_.other_admins(user.customer_id, user.role, user.id);
      if (others && *others > 0) co_return Result<void>();
      co_await release_admins(trace, user);
      if (!others) co_return others.error();
      co_return conflict(user.customer_id.empty() ? "There must be another Admin."
                                                  : "The company must keep an admin.");
    }
    if (held.error().code != Code::conflict) co_return held.error();
    co_await sleep_for(std::chrono::milliseconds(100));
  }
  co_return unavailable("admins-held");
}

Task<void> UserCommands::release_admins(Trace trace, User user) {
  const std::string id = guard_id(user);
  auto let_go = [holder = user.id.value](AdminGuard& guard, Outgoing&) -> Result<Change> {
    if (guard.holder != holder) return Change::no;
    guard.until = Time{};
    return Change::yes;
  };
  co_await repository_.guards.modify(std::move(trace), id, std::move(let_go));
}

}  // namespace thenorsound::user
