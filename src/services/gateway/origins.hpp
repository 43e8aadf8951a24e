// Cross-origin rules: who may read answers (CORS), and whose cookies count.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace thenorsound::gateway {

class Origins {
 public:
  // `public_url`: how users reach the gateway; `listed`: further origins that may call.
  Origins(std::string_view public_url, const std::vector<std::string>& listed);

  // The Origin is absent, ours or listed, and Sec-Fetch-Site isn't cross-site.
  bool cookie_counts(const http::Request& request) const;

  // OPTIONS with an Origin: may a page from there call us? 204 or nothing (refuse it).
  std::optional<http::Response> preflight(const http::Request& request) const;
  // On every answer, errors too: lets a listed origin's page read it.
  void add_fields(const http::Request& request, http::Response& response) const;

 private:
  enum class Kind { absent, ours, listed, foreign };
  Kind kind(const http::Request& request) const;

  std::string ours_;
  std::vector<std::string> listed_;
};

// "HTTPS://App.Example:443/x" -> "https://app.example".
std::string origin_of(std::string_view url);

}  // namespace thenorsound::gateway
