// Keys, the installation record, demo data or the first administrator.
#include <unistd.h>

#include <iostream>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "demo.hpp"
#include "encryption.hpp"
#include "parts.hpp"

namespace thenorsound::app {

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
  std::map<std::string, std::vector<std::string>, std::less<>> keys;
  for (const Target& target : targets) {
    auto key = secrets.key("internal-" + std::string(target.name));
    if (!key) return key.error();
    keys[std::string(target.name)].push_back(*key);
  }
  credentials = http::InternalCredentials(std::move(keys));
  auto ring = keyring_of(configuration, secrets);
  if (!ring) return ring.error();
  keyring = std::move(*ring);
  return {};
}

Task<Result<void>> Program::Parts::open_installation() {
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Result<void> declared = co_await declare_installation(store("app"));
    if (!declared) co_return declared;
    auto found = co_await read_installation(store("app"));
    if (!found) co_return found.error();
    if (*found && (*found)->complete) {
      installation = **found;
      co_return Result<void>();
    }
    if (!*found) {
      installation = Installation{};
      installation.created_at = clock.now();
      installation.demo = configuration.demo;
      co_return co_await write_installation(store("app"), installation);
    }
    log_warning("the first start was cut off; beginning again");
    sealed_stores.clear();
    stores.clear();
    database.reset();
    store::SqliteDatabase::remove(configuration.data_dir + database_file);
    const Result<void> opened = open_store();
    if (!opened) co_return opened;
  }
  co_return unavailable("the store could not be prepared");
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
