// One process of ThenorSound: its targets, wired by hand, on the configured store and bus.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "configuration.hpp"

namespace thenorsound::app {

class Program {
 public:
  // `targets`: names from targets.hpp; empty: all.
  Program(Configuration configuration, std::vector<std::string> targets);
  ~Program();

  // Opens the storage, starts the services, fills in demo data or the first admin, then opens the
  // ports. Errors say what to do.
  Result<void> start();
  // What to tell the person at the terminal once started.
  std::string greeting() const;
  // Takes over what may change while running: the certificate.
  void reload();
  // Unready first; requests in flight finish within the grace; then everything else, in reverse.
  void stop();

  // Instead of start(): fills a new store, and ends. Returns what to tell the person at the
  // terminal.
  Result<std::string> prepare();

  // Instead of start(): makes a new key where keys are kept in DATA/secrets, and encrypts
  // everything with the current one. Cut off at any point, it goes on when it is called again.
  // Returns what was done, for the terminal. Error: the program runs on this data; a key is
  // missing; nothing is lost then.
  Result<std::string> rotate_keys();

  // Instead of start(): asks the process that runs these targets on this machine whether it is
  // ready. Error: it isn't, or nothing answers.
  Result<std::string> healthcheck() const;

  // Instead of start(): all data into a file, and from one into an empty store, checked by counts
  // and hashes. An import that was cut off goes on when it is called again with the same file.
  // They return what was done, for the terminal. Errors say what to do; an import that is refused
  // has written nothing.
  Result<std::string> export_to(const std::string& path);
  Result<std::string> import_from(const std::string& path);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace thenorsound::app
