// Targets, queries, and the fields Accept and Content-Type.
#include "fuzz/fuzz.hpp"
#include "http/accept.hpp"
#include "http/url.hpp"

namespace thenorsound::http {
namespace {

using fuzz::demand;

void check_path(std::string_view raw) {
  const auto path = decode_path(raw);
  if (path.has_error()) {
    demand(!is_plain_path(raw), "a plain path that can't be decoded");
    return;
  }
  demand(!is_plain_path(raw) || *path == raw, "a plain path that is decoded to another");
  demand(is_valid_utf8(*path), "a path that is no UTF-8");
  demand(path->find("//") == std::string::npos && path->find('\0') == std::string::npos,
         "a path that is not clean");
  std::string encoded;
  for (std::size_t from = 1; from <= path->size();) {
    const std::size_t end = std::min(path->find('/', from), path->size());
    encoded += "/" + encode_component(std::string_view(*path).substr(from, end - from));
    from = end + 1;
  }
  const auto again = decode_path(encoded);
  demand(again && *again == *path, "encoded and decoded it is another path");
}

void check_query(std::string_view raw) {
  const auto pairs = decode_query(raw);
  if (pairs.has_error()) return;
  std::string encoded;
  for (const auto& [name, value] : *pairs) {
    demand(is_valid_utf8(name) && is_valid_utf8(value), "a parameter that is no UTF-8");
    encoded +=
        (encoded.empty() ? "" : "&") + encode_component(name) + "=" + encode_component(value);
  }
  const auto again = decode_query(encoded);
  demand(again && *again == *pairs, "encoded and decoded it is another query");
}

// A range that says nothing of JSON takes nothing away from one that does.
void check_accept(std::string_view field) {
  accepts(field, "application/pdf");
  if (is_json_content_type(field)) demand(field.size() >= 16, "too short for application/json");
  if (field.find_first_of("jJ\"") != std::string_view::npos) return;
  demand(accepts(std::string(field) + ", application/json", "application/json"),
         "JSON is asked for in vain");
}

}  // namespace
}  // namespace thenorsound::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace thenorsound;
  const std::string_view input = fuzz::text_of(data, size);
  if (input.starts_with('/')) http::check_path(input);
  http::check_path("/" + std::string(input));
  http::check_query(input);
  http::check_accept(input);
  const std::string encoded = http::encode_component(input);
  for (const char c : encoded)
    fuzz::demand(c > ' ' && c < 0x7F && c != '/' && c != '&', "a character left as it was");
  return 0;
}
