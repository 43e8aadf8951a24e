// The pages that the gateway has of its own: its state and the description of the API.
#pragma once
#include <optional>
#include <string>

#include "http/message.hpp"

namespace thenorsound::gateway {

class Pages {
 public:
  // `openapi`: the text of /openapi.json; empty: neither it nor /docs is there.
  Pages(bool demo, std::string openapi);

  // Nothing: there is no page at this address.
  std::optional<http::Response> at(std::string_view path) const;

 private:
  std::string health_;
  std::string openapi_;
};

}  // namespace thenorsound::gateway
