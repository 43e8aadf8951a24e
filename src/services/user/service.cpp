#include "services/user/service.hpp"

#include "services/user/routes.hpp"
#include "services/user/upkeep.hpp"
#include "workflow/expired.hpp"
#include "workflow/outbox_relay.hpp"
#include "workflow/repeat.hpp"

namespace thenorsound::user {

struct UserService::State {
  State(workflow::ServiceParts given, UserSettings settings, http::ServiceClient& customers,
        http::ServiceClient& auth, http::ServiceClient& bookings)
      : parts(std::move(given)),
        repository(parts.store, parts.clock),
        companies(customers, parts.clock),
        commands(repository, companies, auth, parts.clock),
        calendars(repository, parts.clock),
        upkeep(repository, commands, bookings, parts.clock),
        idempotency(parts.store, parts.clock, "user"),
        router(parts.authenticate, parts.clock),
        routes(repository, companies, commands, calendars, idempotency, parts.clock),
        relay(parts.loops, parts.store, parts.bus),
        finish(parts.loops, "user.finish", settings.finish_interval,
               [this] { return finish_all(); }),
        verify(parts.loops, "user.verify", settings.verify_interval,
               [this] { return upkeep.verify_reservations(); }),
        archive(parts.loops, "user.archive", settings.archive_interval,
                [this] { return archive_all(); }) {
    routes.add_to(router);
  }

  Task<void> finish_all() {
    co_await upkeep.finish_users();
    co_await upkeep.reopen_calendars();
  }
  Task<void> archive_all() {
    co_await upkeep.archive_past();
    co_await workflow::sweep_expired(parts.store, parts.clock);
  }

  workflow::ServiceParts parts;
  Repository repository;
  Companies companies;
  UserCommands commands;
  CalendarCommands calendars;
  Upkeep upkeep;
  workflow::Idempotency idempotency;
  http::Router router;
  Routes routes;
  workflow::OutboxRelay relay;
  workflow::Repeat finish;
  workflow::Repeat verify;
  workflow::Repeat archive;
};

UserService::UserService(workflow::ServiceParts parts, UserSettings settings,
                         http::ServiceClient& customers, http::ServiceClient& auth,
                         http::ServiceClient& bookings)
    : state_(std::make_unique<State>(std::move(parts), settings, customers, auth, bookings)) {}

UserService::~UserService() = default;

const http::Router& UserService::router() const { return state_->router; }

std::vector<store::CollectionSchema> UserService::schemas() const {
  std::vector<store::CollectionSchema> all = Repository::schemas();
  all.push_back(state_->idempotency.schema());
  return all;
}

Task<Result<void>> UserService::start() {
  const Result<void> declared = co_await state_->parts.store.declare(schemas());
  if (!declared) co_return declared.error();
  state_->relay.start();
  state_->finish.start();
  state_->verify.start();
  state_->archive.start();
  co_return Result<void>();
}

Task<void> UserService::stop() {
  co_await state_->archive.stop();
  co_await state_->verify.stop();
  co_await state_->finish.stop();
  co_await state_->relay.stop();
}

Task<bool> UserService::idle() { return state_->relay.idle(); }

Task<void> UserService::keep_up() {
  co_await state_->finish_all();
  co_await state_->upkeep.verify_reservations();
  co_await state_->archive_all();
}

Task<Result<UserId>> UserService::create_first_admin(std::string email, std::string password) {
  json::object body;
  body["email"] = email;
  body["password"] = password;
  body["firstName"] = "System";
  body["lastName"] = "Administrator";
  body["userType"] = admin_type;
  body["role"] = static_cast<int>(Role::Admin);
  Surroundings around;
  around.actor.role = Role::Admin;
  around.catalogue = std::make_shared<const Catalogue>();
  Result<NewUser> made = read_new_user(body, around, true);
  if (!made) co_return made.error();
  const Result<std::optional<User>> before =
      co_await state_->repository.with_email(made->user.email_key);
  if (!before) co_return before.error();
  const UserId id = *before ? (*before)->id : new_id<UserKind>(state_->parts.clock.now());
  const Result<User> user = co_await state_->commands.create(new_trace(), id, std::move(*made), 0);
  if (!user) co_return user.error();
  co_return user->id;
}

}  // namespace thenorsound::user
