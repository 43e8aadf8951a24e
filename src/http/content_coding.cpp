#include "http/content_coding.hpp"

#define ZLIB_CONST  // Its input is only read.
#include <zlib.h>

#include <optional>

#include "http/accept.hpp"

namespace thenorsound::http {
namespace {

constexpr int level = 6;
constexpr int gzip_window = 15 + 16;  // the largest; 16: gzip's frame
constexpr int memory_level = 8;
constexpr int best = 1'000;

// What Accept-Encoding says, in thousandths.
struct Liking {
  std::optional<int> named;    // by its own name
  std::optional<int> by_star;  // "*"
};

Liking liking(const Request& request, std::string_view coding) {
  Liking found;
  for (const Field& field : request.fields) {
    if (!equal_ignoring_case(field.name, "Accept-Encoding")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      std::string_view item = next_part(rest, ',');
      std::string_view name = next_part(item, ';');
      if (equal_ignoring_case(name, "x-gzip")) name = "gzip";  // RFC 9110, 8.4.1.3
      if (name == "*") found.by_star = quality(item);
      if (equal_ignoring_case(name, coding)) found.named = quality(item);
    }
  }
  return found;
}

int quality_of(const Request& request, std::string_view coding) {
  const Liking found = liking(request, coding);
  return found.named.value_or(found.by_star.value_or(0));
}

// Acceptable unless excluded; where nothing is said of it, anything named is better.
int quality_of_identity(const Request& request) {
  const Liking found = liking(request, "identity");
  if (found.named) return *found.named;
  return found.by_star == 0 ? 0 : 1;
}

// Kept by each thread: making one anew takes longer than packing a small answer.
class Deflater {
 public:
  Deflater() {
    usable_ = deflateInit2(&stream_, level, Z_DEFLATED, gzip_window, memory_level,
                           Z_DEFAULT_STRATEGY) == Z_OK;
  }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  std::string pack(std::string_view text) {
    if (!usable_ || text.size() > UINT32_MAX || deflateReset(&stream_) != Z_OK) return {};
    std::string packed(deflateBound(&stream_, text.size()), '\0');
    stream_.next_in = reinterpret_cast<const Bytef*>(text.data());
    stream_.avail_in = static_cast<uInt>(text.size());
    stream_.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream_.avail_out = static_cast<uInt>(packed.size());
    if (deflate(&stream_, Z_FINISH) != Z_STREAM_END) return {};
    packed.resize(packed.size() - stream_.avail_out);
    packed.shrink_to_fit();
    return packed;
  }

 private:
  z_stream stream_{};
  bool usable_ = false;
};

}  // namespace

std::string_view best_coding(const Request& request, std::string_view first,
                             std::string_view second) {
  if (!request.field("Accept-Encoding")) return {};
  std::string_view chosen;
  int most = quality_of_identity(request) - 1;
  for (const std::string_view coding : {first, second}) {
    const int liked = coding.empty() ? 0 : quality_of(request, coding);
    if (liked == 0 || liked <= most) continue;
    chosen = coding;
    most = liked;
  }
  return chosen;
}

bool accepts_identity(const Request& request) { return quality_of_identity(request) > 0; }

bool is_compressible(std::string_view content_type) {
  const std::string_view type = next_part(content_type, ';');
  const auto is = [type](std::string_view other) { return equal_ignoring_case(type, other); };
  if (is("text/event-stream")) return false;
  return is("application/json") || equal_ignoring_case(type.substr(0, 5), "text/") ||
         is("image/svg+xml") || is("application/manifest+json") || is("application/problem+json") ||
         is("application/javascript");
}

std::string gzip(std::string_view text) {
  thread_local Deflater deflater;
  return deflater.pack(text);
}

}  // namespace thenorsound::http
