// Keys, the installation record, demo data or the first administrator.
#include <signal.h>
#include <unistd.h>

#include <iostream>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "demo.hpp"
#include "encryption.hpp"
#include "parts.hpp"

namespace thenorsound::app {
namespace {

constexpr std::int64_t longest_wait_ms = 60'000;
constexpr std::int64_t look_every_ms = 500;

// Signals wait, blocked, until the start is over.
bool asked_to_end() {
  sigset_t waiting;
  sigemptyset(&waiting);
  ::sigpending(&waiting);
  return sigismember(&waiting, SIGINT) == 1 || sigismember(&waiting, SIGTERM) == 1;
}

}  // namespace

Result<void> Program::Parts::make_keys() {
  auto opened = Secrets::open(configuration.data_dir);
  if (!opened) return opened.error();
  secrets = std::move(*opened);
  const std::tuple<std::string*, const std::string*, const char*> wanted[] = {
      {&jwt_key, &configuration.jwt_key, "jwt"},
      {&refresh_key, &configuration.refresh_key, "refresh"},
      {&link_key, &configuration.link_key, "link"}};
  for (const auto& [into, configured, name] : wanted) {
    *into = *configured;
    if (!into->empty()) continue;
    auto key = secrets.key(name);
    if (!key) return key.error();
    *into = *key;
  }
  auto internal = configured_internal_keys(configuration);
  if (!internal) return internal.error();
  for (const Target& target : targets) {
    std::vector<std::string>& known = (*internal)[std::string(target.name)];
    if (!known.empty()) continue;
    auto key = secrets.key("internal-" + std::string(target.name));
    if (!key) return key.error();
    known.push_back(*key);
  }
  credentials = http::InternalCredentials(std::move(*internal));
  auto ring = keyring_of(configuration, secrets);
  if (!ring) return ring.error();
  keyring = std::move(*ring);
  secrets.unlock();
  return {};
}

// Of a database that others may share nothing is thrown away.
Error Program::Parts::unfinished() const {
  return make_error(
      Code::service_error,
      "The first start on this database was cut off, or is still going on in another "
      "process. If none is: there is nothing of anybody's in it yet; drop the "
      "database" +
          std::string(configuration.store_layout == "shared" ? " " : "s ") +
          configuration.store_database + (configuration.store_layout == "shared" ? "" : "-*") +
          (configuration.bus_engine == "rabbitmq" ? ", delete the queues thenorsound.*" : "") +
          " and start again.");
}

Task<Result<void>> Program::Parts::open_installation() {
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Result<void> declared = co_await declared_installation();
    if (!declared) co_return declared;
    auto found = co_await read_installation(store("app"));
    if (!found) co_return found.error();
    if (*found && (*found)->complete) {
      installation = **found;
      co_return check_layout();
    }
    if (*found && !(*found)->importing.empty())
      co_return make_error(Code::service_error,
                           "An import into this store was cut off: run `thenorsound import` with "
                           "the same file again.");
    if (!*found) {
      installation = Installation{};
      installation.created_at = clock.now();
      installation.demo = configuration.demo;
      installation.layout = configuration.store_layout;
      co_return co_await write_installation(store("app"), installation);
    }
    if (mongo) co_return unfinished();
    log_warning("the first start was cut off; beginning again");
    sealed_stores.clear();
    stores.clear();
    sqlite.reset();
    store::SqliteDatabase::remove(configuration.data_dir + database_file);
    const Result<void> opened = open_store();
    if (!opened) co_return opened;
  }
  co_return unavailable("the store could not be prepared");
}

Result<void> Program::Parts::check_layout() const {
  if (installation.layout == configuration.store_layout) return {};
  return make_error(Code::validation_error,
                    "this store was made with store.layout = \"" + installation.layout +
                        "\": configure that, or move the data with `thenorsound export` and "
                        "`import`");
}

// A database that is elsewhere may be starting at this moment, and so may whoever fills it.
Task<Result<void>> Program::Parts::declared_installation() {
  Result<void> declared = co_await declare_installation(store("app"));
  const Time until = clock.now() + longest_wait_ms;
  if (!declared && mongo) log_warning("waiting for the database");
  while (!declared && mongo && clock.now() < until && !asked_to_end()) {
    co_await sleep_for(std::chrono::milliseconds(look_every_ms));
    declared = co_await declare_installation(store("app"));
  }
  co_return declared;
}

Task<Result<void>> Program::Parts::wait_for_installation() {
  const Result<void> declared = co_await declared_installation();
  if (!declared) co_return declared;
  const Time until = clock.now() + longest_wait_ms;
  for (bool told = false; clock.now() < until && !asked_to_end(); told = true) {
    auto found = co_await read_installation(store("app"));
    if (!found) co_return found.error();
    if (*found && (*found)->complete) {
      installation = **found;
      co_return check_layout();
    }
    if (!told) log_info("waiting for the store to be prepared");
    co_await sleep_for(std::chrono::milliseconds(look_every_ms));
  }
  co_return make_error(Code::service_error,
                       "The store has not been prepared: run `thenorsound prepare`.");
}

Task<Result<void>> Program::Parts::fill_only() {
  Result<void> done = co_await open_installation();
  if (done) done = wire();
  if (done) done = co_await begin();
  if (done) co_await settled();
  co_return done;
}

Result<std::string> Program::prepare() {
  Parts& parts = *parts_;
  for (auto step :
       {&Parts::check_targets, &Parts::prepare_folder, &Parts::make_keys, &Parts::open_store}) {
    const Result<void> done = (parts.*step)();
    if (!done) return done.error();
  }
  parts.loops.start();
  Result<void> done;
  const auto fill = [](Parts& all, Result<void>& result) -> Task<void> {
    result = co_await all.fill_only();
  };
  parts.loops.run_and_wait(fill(parts, done));
  stop();
  if (!done) return done.error();
  return "The store is prepared" + std::string(parts.installation.demo ? ", with demo data" : "") +
         ".\n" + parts.first_admin_text();
}

Task<void> Program::Parts::settled() {
  for (int quiet = 0; quiet < 2;) {
    bool idle = true;
    for (auto& [name, service] : services) idle = co_await service->idle() && idle;
    const auto backlog = co_await bus->backlog();
    idle = idle && backlog && *backlog == 0;
    quiet = idle ? quiet + 1 : 0;
    if (!idle) co_await sleep_for(std::chrono::milliseconds(10));
  }
}

Task<Result<void>> Program::Parts::fill() {
  if (installation.complete || users == nullptr) co_return Result<void>();
  if (installation.demo) {
    std::cout << "Making demo data …" << std::endl;
    auto admin = co_await users->create_first_admin(std::string(demo_logins[0].email),
                                                    std::string(demo_password));
    if (!admin) co_return admin.error();
    Actor actor;
    actor.user = *admin;
    actor.role = Role::Admin;
    DemoServices demo{client("gateway", "user"), client("gateway", "customer"),
                      client("gateway", "event"), client("gateway", "booking"),
                      [this] { return settled(); }};
    const Result<void> loaded = co_await load_demo(loops, std::move(demo), actor, clock.now());
    if (!loaded) co_return loaded;
  } else {
    const Result<void> made = co_await make_first_admin();
    if (!made) co_return made;
  }
  installation.complete = true;
  co_return co_await write_installation(store("app"), installation);
}

Task<Result<void>> Program::Parts::make_first_admin() {
  std::string password = configuration.admin_password;
  if (password.empty()) {
    password = to_base64url(random_bytes(15));
  }
  auto admin = co_await users->create_first_admin(configuration.admin_email, password);
  if (!admin) co_return admin.error();
  if (!configuration.admin_password.empty()) co_return Result<void>();
  if (::isatty(STDOUT_FILENO) == 1) {
    first_password = password;
    co_return Result<void>();
  }
  const std::string path = configuration.data_dir + "/first-admin-password";
  note = "The first administrator's password is in " + path + "\n";
  co_return write_private_file(path, password + "\n");
}

}  // namespace thenorsound::app
