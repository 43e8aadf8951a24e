// A broker of the test's own, to be killed, frozen and started again (tools/rabbitmq.sh).
#pragma once
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace thenorsound {

class RabbitBroker {
 public:
  RabbitBroker() {
    char name[] = "/tmp/thenor-broker-XXXXXX";
    folder_ = mkdtemp(name);
  }
  ~RabbitBroker() {
    command("kill");
    std::filesystem::remove_all(folder_);
  }
  // `extra` is added to its configuration.
  void start(const std::string& extra = {}) {
    if (!extra.empty()) std::ofstream(folder_ / "extra.conf") << extra;
    command("start");
    command("wait");
  }
  void kill() { command("kill"); }
  void stop() { command("stop"); }
  void freeze(bool frozen) { ::kill(std::stoi(output_of("pid")), frozen ? SIGSTOP : SIGCONT); }
  void close_connections() { command("ctl close_all_connections maintenance"); }
  void limit_memory(const std::string& bytes) {
    command("ctl set_vm_memory_high_watermark absolute " + bytes);
  }
  std::string url() { return output_of("url"); }
  const std::filesystem::path& folder() const { return folder_; }

  static void run(const std::string& shell_command) {
    if (std::system(shell_command.c_str()) != 0)
      throw std::runtime_error("failed: " + shell_command);
  }

 private:
  std::string tool(const std::string& what) const {
    return std::string("THENORSOUND_TEST_VHOSTS=0 ") + RABBITMQ_TOOL + " " + folder_.string() +
           " " + what;
  }
  void command(const std::string& what) { run(tool(what) + " >/dev/null"); }
  std::string output_of(const std::string& what) {
    FILE* pipe = ::popen(tool(what).c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("no pipe");
    std::array<char, 256> buffer{};
    const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe);
    if (::pclose(pipe) != 0) throw std::runtime_error("failed: " + what);
    std::string text(buffer.data(), size);
    text.erase(text.find_last_not_of('\n') + 1);
    return text;
  }
  std::filesystem::path folder_;
};

}  // namespace thenorsound
