// The pages that the gateway has of its own: its state and the description of the API.
#pragma once
#include <optional>
#include <string>

#include "http/message.hpp"

namespace thenorsound::gateway {

class Pages {
 public:
  explicit Pages(bool demo);

  // Nothing: there is no page at this address.
  std::optional<http::Response> at(std::string_view path) const;

 private:
  std::string health_;
};

}  // namespace thenorsound::gateway
