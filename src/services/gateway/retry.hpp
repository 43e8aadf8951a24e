// Which calls may be repeated, when, and how many (spec: gateway, retries).
#pragma once
#include <array>
#include <chrono>

#include "base/error.hpp"
#include "http/message.hpp"

namespace thenorsound::gateway {

inline constexpr std::array<std::chrono::milliseconds, 3> retry_waits{
    std::chrono::milliseconds(100), std::chrono::milliseconds(200), std::chrono::milliseconds(400)};

enum class Repeat { never, where_nothing_was_sent, yes };

// A POST only with an Idempotency-Key, which /api/auth doesn't know; a write with If-Match only
// where nothing was sent, since its own success would look like somebody else's.
Repeat repeat_of(const http::Request& request);

// 408, 429, 5xx, timeouts, refused connections. Not where the circuit breaker answered.
bool is_worth_repeating(Repeat repeat, const Result<http::Response>& answer);

}  // namespace thenorsound::gateway
