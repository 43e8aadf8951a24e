// One process of ThenorSound: its targets, wired by hand, on embedded storage.
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
  // Unready first; requests in flight finish within the grace; then everything else, in reverse.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace thenorsound::app
