// thenorsound [targets] [options]: starts the program, or shows what it would do.
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <iostream>

#include "program.hpp"
#include "targets.hpp"

namespace thenorsound::app {
namespace {

struct Options {
  std::vector<std::string> targets;
  std::string config;
  std::string port, data, log;
  bool demo = false, no_demo = false;
  bool list_targets = false, verify_config = false, print_config = false;
  std::string file;  // of export or import
  bool exports = false, imports = false;
  bool rotate_keys = false;
  bool healthcheck = false;
  bool prepare = false;
};

int complain(const Error& error) {
  std::cerr << "thenorsound: " << error.message << '\n';
  for (const FieldError& detail : error.details)
    std::cerr << "  " << detail.field << ": " << detail.message << '\n';
  if (!error.reason.empty()) std::cerr << "  (" << error.reason << ")\n";
  return 1;
}

Result<Configuration> configure(const Options& options) {
  auto configuration = load_configuration(options.config);
  if (!configuration) return configuration;
  const std::pair<std::pair<std::string_view, std::string_view>, const std::string*> given[] = {
      {{"gateway", "port"}, &options.port},
      {{"data", "dir"}, &options.data},
      {{"log", "path"}, &options.log}};
  for (const auto& [key, value] : given) {
    if (value->empty()) continue;
    const Result<void> done = set(*configuration, key.first, key.second, *value);
    if (!done) return done.error();
  }
  if (options.demo) configuration->demo = true;
  if (options.no_demo) configuration->demo = false;
  const Result<void> sound = verify(*configuration);
  if (!sound) return sound.error();
  return configuration;
}

// Blocks the signals in every thread; main waits for them.
sigset_t waited_for_signals(bool may_reload) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  if (may_reload) sigaddset(&signals, SIGHUP);  // Else it ends us, with the terminal that closes.
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

// A command that does one thing and ends.
int do_once(const Configuration& configuration,
            const std::function<Result<std::string>(Program&)>& what) {
  Program program(configuration, {});
  const Result<std::string> done = what(program);
  if (!done) return complain(done.error());
  std::cout << *done;
  return 0;
}

int healthcheck(const Configuration& configuration, const std::vector<std::string>& targets) {
  const Program program(configuration, targets);
  const Result<std::string> done = program.healthcheck();
  if (!done) return complain(done.error());
  std::cout << *done;
  return 0;
}

int run(const Options& options) {
  const auto configuration = configure(options);
  if (!configuration) return complain(configuration.error());
  if (options.print_config) {
    std::cout << print(*configuration);
    return 0;
  }
  if (options.verify_config) {
    std::cout << "The configuration is sound.\n";
    return 0;
  }
  if (options.healthcheck) return healthcheck(*configuration, options.targets);
  if (options.rotate_keys) return do_once(*configuration, &Program::rotate_keys);
  if (options.prepare) return do_once(*configuration, &Program::prepare);
  const auto from_file = [&](Result<std::string> (Program::*what)(const std::string&)) {
    return do_once(*configuration, [&](Program& program) { return (program.*what)(options.file); });
  };
  if (options.exports) return from_file(&Program::export_to);
  if (options.imports) return from_file(&Program::import_from);
  const sigset_t signals = waited_for_signals(!configuration->tls_certificate.empty());
  Program program(*configuration, options.targets);
  const Result<void> started = program.start();
  if (!started) return complain(started.error());
  std::cout << program.greeting() << std::flush;
  for (int signal_number = SIGHUP; signal_number == SIGHUP;) {
    sigwait(&signals, &signal_number);
    if (signal_number == SIGHUP) program.reload();
  }
  std::cout << "Stopping; once more Ctrl-C ends it at once.\n" << std::flush;
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  program.stop();
  return 0;
}

}  // namespace
}  // namespace thenorsound::app

int main(int count, char** words) {
  using namespace thenorsound::app;
  CLI::App app("ThenorSound: booking of event crew");
  Options options;
  app.add_option("targets", options.targets,
                 "what to run; 'all' (default) or some of --list-targets");
  app.add_option("--config", options.config, "TOML file");
  app.add_option("--port", options.port, "the gateway's port (default 5000)");
  app.add_option("--data", options.data, "folder for all data (default ./data)");
  app.add_option("--log", options.log, "file for the log (default: standard error)");
  app.add_flag("--demo", options.demo, "fill an empty store with demo data");
  app.add_flag("--no-demo", options.no_demo, "no demo data, whatever is configured");
  app.add_flag("--list-targets", options.list_targets, "print the targets and their ports");
  app.add_flag("--verify-config", options.verify_config, "check the configuration and end");
  app.add_flag("--print-config", options.print_config, "print the configuration, secrets masked");
  app.add_flag("--healthcheck", options.healthcheck,
               "ask the running program whether it is ready, and end: 0 if it is, else 1");
  app.add_subcommand("rotate-keys",
                     "Encrypt personal numbers and bank accounts with a new key. Keys in "
                     "DATA/secrets: a new one is made. Configured keys: [encryption] current is "
                     "taken. The key of the hashes stays. With embedded storage the program must "
                     "not run; cut off, it goes on when run again")
      ->fallthrough()
      ->callback([&options] { options.rotate_keys = true; });
  app.add_subcommand("prepare",
                     "Fill a new store, with demo data or the first administrator, and end. Where "
                     "targets run as processes of their own, they wait for it; done already, it "
                     "does nothing")
      ->fallthrough()
      ->callback([&options] { options.prepare = true; });
  const auto add_move = [&](const char* name, bool& wanted, const char* what) {
    CLI::App* command = app.add_subcommand(name, what);
    command->add_option("file", options.file, "JSON lines")->required();
    command->fallthrough()->callback([&wanted] { wanted = true; });
  };
  add_move(
      "export", options.exports,
      "Write all data of the configured store into a new file, to move it to another engine or "
      "layout. Everything on that store must be stopped. What is encrypted stays so: the keys "
      "(DATA/secrets, [encryption]) are not in the file");
  add_move("import", options.imports,
           "Fill the configured store, which must be empty, from a file that export wrote, and "
           "compare counts and hashes. Cut off, it goes on when run again with the same file; "
           "nothing can be started on that store before");
  app.set_version_flag("--version", "thenorsound 0.1.0");
  CLI11_PARSE(app, count, words);
  if (options.list_targets) {
    for (const Target& target : targets)
      std::printf("%-13s port +%d  %s\n", std::string(target.name).c_str(), target.port_offset,
                  std::string(target.what).c_str());
    std::printf("%-13s           every target in one process\n", "all");
    return 0;
  }
  return run(options);
}
