// The configuration file: what is accepted is within its limits, and printed it is accepted again.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "app/configuration.hpp"
#include "fuzz/fuzz.hpp"

namespace thenorsound::app {
namespace {

using fuzz::demand;

Result<Configuration> load(std::string_view text) {
  const int file = ::memfd_create("configuration", 0);
  demand(file >= 0, "no file in memory");
  const auto written = ::write(file, text.data(), text.size());
  demand(written == static_cast<ssize_t>(text.size()), "the file takes too little");
  auto loaded = load_configuration("/proc/self/fd/" + std::to_string(file));
  ::close(file);
  return loaded;
}

void check(std::string_view input) {
  const auto loaded = load(input);
  if (loaded.has_error()) {
    demand(!loaded.error().details.empty(), "a refusal that names nothing");
    return;
  }
  demand(loaded->gateway_port >= 0 && loaded->gateway_port <= 65'535, "a port that is none");
  demand(loaded->threads >= 0 && loaded->threads <= 256, "too many threads");
  demand(loaded->bcrypt_cost >= 4 && loaded->bcrypt_cost <= 16, "a cost that nobody can pay");
  const bool fine = verify(*loaded).has_value();
  const std::string printed = print(*loaded);
  const auto again = load(printed);
  demand(again.has_value(), "what is printed can't be read");
  demand(print(*again) == printed, "read and printed again it is another configuration");
  demand(verify(*again).has_value() == fine, "printed and read it is no longer as good");
}

}  // namespace
}  // namespace thenorsound::app

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // toml++ 3.3 itself steps on an `unreachable` for letters beyond ASCII where a key should begin.
  if (std::any_of(data, data + size, [](std::uint8_t byte) { return byte >= 0x80; })) return 0;
  thenorsound::app::check(thenorsound::fuzz::text_of(data, size));
  return 0;
}
