#include "program.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>

#include "base/log.hpp"
#include "demo.hpp"
#include "ops.hpp"
#include "parts.hpp"

namespace thenorsound::app {
namespace {

LogLevel level_of(const std::string& word) {
  if (word == "debug") return LogLevel::debug;
  if (word == "warning") return LogLevel::warning;
  if (word == "error") return LogLevel::error;
  return LogLevel::info;
}

constexpr std::chrono::milliseconds certificate_check{2'000};

Task<Background::Pause> look_at(std::shared_ptr<http::TlsCertificate> certificate) {
  certificate->refresh();
  const Background::Pause pause{certificate_check};
  co_return pause;
}

// Each connection is one: the system's usual 1,024 would be the limit.
void raise_limit_of_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) log_warning("the limit of open files stays low");
}

}  // namespace

unsigned threads_of(const Configuration& configuration) {
  if (configuration.threads > 0) return static_cast<unsigned>(configuration.threads);
  return std::max(1U, std::thread::hardware_concurrency());
}

Result<void> Program::Parts::prepare_folder() {
  std::error_code failure;
  std::filesystem::create_directories(configuration.data_dir, failure);
  if (failure)
    return make_error(Code::service_error, "cannot make the folder " + configuration.data_dir +
                                               ": " + failure.message());
  if (configuration.log_path.empty() && ::isatty(STDERR_FILENO) == 1)
    configuration.log_path = configuration.data_dir + "/thenorsound.log";
  open_log(configuration.log_path, level_of(configuration.log_level));
  return {};
}

// Without the bus requests go on, and messages wait.
Task<Readiness> Program::Parts::readiness() {
  Readiness now;
  if (!ready) now.missing.emplace_back(stopping ? "stopping" : "starting");
  const auto installed = co_await read_installation(store("app"));
  if (!installed) now.missing.emplace_back("store");
  now.ready = now.missing.empty();
  if (!bus->ready()) now.missing.emplace_back("bus");
  co_return now;
}

http::ServerSettings Program::Parts::server_settings(std::uint16_t port) const {
  http::ServerSettings settings;
  settings.port = port;
  settings.head_timeout = std::chrono::milliseconds(configuration.head_timeout_ms);
  settings.body_timeout = std::chrono::milliseconds(configuration.body_timeout_ms);
  settings.idle_timeout = std::chrono::milliseconds(configuration.idle_timeout_ms);
  settings.max_connections = static_cast<std::size_t>(configuration.max_connections);
  settings.max_body_bytes_in_flight =
      static_cast<std::size_t>(configuration.max_body_bytes_in_flight);
  return settings;
}

Result<void> Program::Parts::listen(http::ServerSettings settings, http::Handler handler) {
  const std::string where = settings.address + ":" + std::to_string(settings.port);
  auto server = std::make_unique<http::Server>(loops, std::move(settings), std::move(handler));
  Result<void> started = server->start();
  // A predecessor that is just ending may still hold the port.
  for (int attempt = 0; !started && attempt < 10; ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    started = server->start();
  }
  if (!started) {
    Error error = started.error();
    error.message =
        "cannot listen on " + where + ": " + (error.reason.empty() ? error.message : error.reason);
    error.reason.clear();
    return error;
  }
  servers.push_back(std::move(server));
  return {};
}

Result<void> Program::Parts::load_certificate() {
  if (configuration.tls_certificate.empty() || !runs("gateway")) return {};
  auto loaded = http::TlsCertificate::load(configuration.tls_certificate, configuration.tls_key);
  if (!loaded) return loaded.error();
  certificate = std::move(*loaded);
  return {};
}

// Every few seconds: who renews certificates often can't send a signal.
void Program::Parts::watch_certificate() {
  if (!certificate) return;
  certificate_watch = std::make_unique<Background>(loops, "certificate watch",
                                                   [held = certificate] { return look_at(held); });
  certificate_watch->start(certificate_check);
}

Result<void> Program::Parts::open_gateway() {
  watch_certificate();
  http::ServerSettings settings =
      server_settings(static_cast<std::uint16_t>(configuration.gateway_port));
  settings.address = configuration.gateway_host;
  settings.tls = certificate;
  settings.fixed_fields = gateway->fixed_fields();
  settings.refuse = [this](const http::Request& request, const Error& error) {
    return gateway->refuse_early(request, error);
  };
  return listen(std::move(settings),
                [this](http::Request& request) { return gateway->handle(request); });
}

Result<void> Program::Parts::open_ports() {
  for (const std::string& host : {configuration.gateway_host, configuration.services_host})
    if (installation.demo && !is_loopback(host))
      return make_error(Code::validation_error,
                        "the store holds demo logins: only a loopback address may be listened on");
  if (!runs_all())
    for (const auto& [name, service] : services) {
      const auto target = std::find_if(targets.begin(), targets.end(),
                                       [&](const Target& entry) { return entry.name == name; });
      const http::Router* router = &service->router();
      http::ServerSettings settings = server_settings(port_of(*target));
      settings.address = configuration.services_host;
      const Result<void> opened = listen(std::move(settings), [router](http::Request& request) {
        return router->handle(request);
      });
      if (!opened) return opened;
    }
  if (gateway) {
    const Result<void> opened = open_gateway();
    if (!opened) return opened;
  }
  http::ServerSettings settings = server_settings(ops_port());
  settings.address = configuration.ops_host;
  return listen(std::move(settings), [this](http::Request& request) {
    OpsPages pages;
    pages.readiness = [this] { return readiness(); };
    pages.routers = [this] {
      std::vector<const http::Router*> routers;
      for (const auto& [name, service] : services) routers.push_back(&service->router());
      return routers;
    };
    return answer_ops(request, std::move(pages));
  });
}

Task<Result<void>> Program::Parts::begin() {
  const Result<void> declared = co_await declare_queues();
  if (!declared) co_return declared;
  const Result<void> started = co_await start_services();
  if (!started) co_return started;
  if (gateway) {
    const Result<void> listening = co_await listen_for_revoked_sessions();
    if (!listening) co_return listening;
  }
  co_return co_await fill();
}

void Program::Parts::end() {
  stopping = true;
  ready = false;
  if (certificate_watch) loops.run_and_wait(certificate_watch->stop());
  for (auto& server : servers) server->stop(std::chrono::milliseconds(configuration.stop_grace_ms));
  if (bus) loops.run_and_wait(end_background());
  loops.stop();
}

// In reverse: consumers first, so that nothing new begins.
Task<void> Program::Parts::end_background() {
  co_await bus->stop();
  for (auto service = services.rbegin(); service != services.rend(); ++service)
    co_await service->second->stop();
}

Program::Program(Configuration configuration, std::vector<std::string> wanted)
    : parts_(std::make_unique<Parts>(std::move(configuration), std::move(wanted))) {}

Program::~Program() = default;

Result<void> Program::start() {
  Parts& parts = *parts_;
  raise_limit_of_open_files();
  for (auto step : {&Parts::check_targets, &Parts::load_certificate, &Parts::prepare_folder,
                    &Parts::make_keys, &Parts::open_store}) {
    const Result<void> done = (parts.*step)();
    if (!done) return done;
  }
  parts.loops.start();
  Result<void> done;
  const auto open_and_wire = [](Parts& all, Result<void>& result) -> Task<void> {
    if (all.waits_for_others())
      result = co_await all.wait_for_installation();
    else
      result = co_await all.open_installation();
    if (result) result = all.wire();
    if (result) result = co_await all.begin();
  };
  parts.loops.run_and_wait(open_and_wire(parts, done));
  if (done) done = parts.open_ports();
  if (!done) {
    stop();
    return done;
  }
  parts.ready = true;
  log_info("ready",
           {{"port", parts.configuration.gateway_port}, {"demo", parts.installation.demo}});
  flush_log();
  return {};
}

void Program::reload() {
  if (parts_->certificate) parts_->certificate->refresh();
}

void Program::stop() {
  parts_->end();
  log_info("stopped");
  flush_log();
}

std::string Program::Parts::first_admin_text() const {
  std::string text;
  if (!first_password.empty())
    text = "\nThe first administrator: " + configuration.admin_email + ", password " +
           first_password + "\nIt is shown this once: change it after logging in.\n";
  return text + note;
}

std::string Program::Parts::where_data_is() const {
  return mongo ? "MongoDB, database " + configuration.store_database : configuration.data_dir;
}

std::string Program::greeting() const {
  const Parts& parts = *parts_;
  std::string text;
  if (parts.gateway) {
    text = "\nThenorSound is ready: " + parts.public_url() + "\n";
  } else {
    text = "\nReady:";
    for (const auto& [name, service] : parts.services) text += " " + name;
    text += "\n";
  }
  if (parts.gateway && parts.installation.demo) {
    text += "\nDemo logins, all with the password " + std::string(demo_password) + ":\n";
    for (const DemoLogin& login : demo_logins) {
      std::string line = "  " + std::string(login.email);
      line.resize(32, ' ');
      text += line + std::string(login.who) + "\n";
    }
  } else if (parts.gateway && parts.configuration.demo) {
    text += "The store already has data of its own: no demo data was loaded.\n";
  }
  text += parts.first_admin_text();
  text += "\nData: " + parts.where_data_is();
  if (!parts.configuration.log_path.empty()) text += "   log: " + parts.configuration.log_path;
  return text + "\nCtrl-C stops it.\n";
}

}  // namespace thenorsound::app
