#include "services/gateway/zipping.hpp"

#include "http/content_coding.hpp"
#include "services/gateway/route_table.hpp"

namespace thenorsound::gateway {
namespace {

constexpr std::size_t smallest_to_zip = 1024;
constexpr std::size_t largest_to_zip_here = 16 * 1024;  // more would hold up the loop's others
constexpr std::size_t max_waiting = 256;                // more are sent as they are

}  // namespace

Zipping::Zipping() : worker_(1, max_waiting) {}

// Login, refresh and the like hold secrets beside what a caller chose; the two must not share a
// compressed text (the BREACH attack).
bool Zipping::is_wanted(const http::Request& request, http::Response& response) {
  if (response.body.empty() || response.stream || response.field("Content-Encoding")) return false;
  if (response.body.size() < smallest_to_zip && http::accepts_identity(request)) return false;
  if (is_under(request.path, "/api/auth")) return false;
  const std::string* type = response.field("Content-Type");
  if (!http::is_compressible(type ? *type : response.content_type)) return false;
  response.add("Vary", "Accept-Encoding");
  return !http::best_coding(request, "gzip").empty();
}

// The ETag stays: it names the document's version, whatever that is wrapped in.
Task<void> Zipping::apply(http::Response& response) {
  std::string zipped = co_await pack(response.body);
  if (zipped.empty()) co_return;
  response.body = std::move(zipped);
  response.set("Content-Encoding", "gzip");
}

Task<std::string> Zipping::pack(std::string& text) {
  if (text.size() <= largest_to_zip_here) co_return http::gzip(text);
  // Shared, so that nothing dangles where this coroutine is dropped while the thread is at it.
  auto held = std::make_shared<std::string>(std::move(text));
  std::function<std::string()> work = [held] { return http::gzip(*held); };
  Result<std::string> zipped = co_await worker_.run(std::move(work));
  text = std::move(*held);
  co_return zipped ? std::move(*zipped) : std::string();
}

}  // namespace thenorsound::gateway
