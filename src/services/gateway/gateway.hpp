// The only door for the outside. What it does with a request, in order: request id and trace ·
// misdirected (demo) · CORS · limit per address · authentication · limit per user · route · call
// with timeout, retries and circuit breaker · answer · access log. Size and time limits are the
// server's.
#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/task.hpp"
#include "http/upstream.hpp"
#include "services/gateway/address.hpp"
#include "services/gateway/gateway_metrics.hpp"
#include "services/gateway/open_streams.hpp"
#include "services/gateway/origins.hpp"
#include "services/gateway/pages.hpp"
#include "services/gateway/protected_upstream.hpp"
#include "services/gateway/rate_limit.hpp"
#include "services/gateway/route_table.hpp"
#include "services/gateway/static_files.hpp"
#include "services/gateway/token_check.hpp"
#include "services/gateway/zipping.hpp"

namespace thenorsound::gateway {

struct GatewaySettings {
  bool demo = false;  // demo logins are in the store: answers localhost only
  std::string public_url = "http://localhost:5000";
  std::vector<std::string> cors_origins;
  std::vector<std::string> trusted_proxies;       // networks
  std::int64_t address_limit_per_minute = 6'000;  // 0: none
  std::int64_t rate_limit_per_minute = 1'200;     // 0: none
  std::chrono::milliseconds upstream_timeout{25'000};
  std::chrono::milliseconds auth_timeout{5'000};  // for asking about a token
  std::string credential;  // X-Internal-Credential of the gateway, InternalCredentials::of
  std::string web_root;    // folder of the built web app; may be empty or missing
  BreakerSettings breaker;
};

struct GatewayUpstreams {
  http::Upstream& auth;
  http::Upstream& user;
  http::Upstream& customer;
  http::Upstream& event;
  http::Upstream& booking;
  http::Upstream& notification;
  http::Upstream& analytics;
};

// Thread-safe. Owns no thread; the upstreams and the clock must outlive it, and it every request.
class Gateway {
 public:
  // Throws UnexpectedFailure for a trusted proxy that is no network.
  Gateway(GatewaySettings settings, GatewayUpstreams upstreams, const Clock& clock);
  ~Gateway();

  // The handler of the http::Server.
  Task<http::Response> handle(http::Request& request);

  // The same for every answer, for the server to send: whole lines.
  std::string fixed_fields() const;

  // The answer to a request that the server refuses before it is handled.
  http::Response refuse_early(const http::Request& request, const Error& error);

  // A session.revoked message: its tokens are asked about anew, from now on, its streams end.
  void on_session_revoked(std::string_view sid);

 private:
  struct Exchange;  // what is known of a request on its way

  Task<http::Response> answer(http::Request& request, Exchange& exchange);
  // True where that was possible without waiting.
  bool authenticate_at_once(const http::Request& request, Exchange& exchange) const;
  Task<Result<void>> authenticate(const http::Request& request, Exchange& exchange);
  Task<Result<void>> renew(const http::Request& request, Exchange& exchange, std::string token);
  Task<Result<http::Response>> forward(const http::Request& request, Exchange& exchange);
  http::Response answer_page(const http::Request& request, Exchange& exchange);

  bool is_misdirected(const http::Request& request) const;
  Result<void> check_cookie_use(const http::Request& request) const;
  std::optional<http::Response> limit(RateLimit& counts, std::string_view key, std::int64_t most,
                                      const Exchange& exchange);
  http::Response refuse(const Error& error, const Exchange& exchange) const;
  void forget_changed_sessions(const http::Request& request, const Exchange& exchange,
                               const http::Response& response);
  void finish(const http::Request& request, const Exchange& exchange, http::Response& response);

  const GatewaySettings settings_;
  const Clock& clock_;
  const Networks trusted_proxies_;
  const Origins origins_;
  const Pages pages_;
  const StaticFiles files_;
  RateLimit address_counts_;
  RateLimit user_counts_;  // and addresses on public routes
  std::array<std::unique_ptr<ProtectedUpstream>, service_names.size()> upstreams_;
  TokenCheck tokens_;
  OpenStreams streams_;
  GatewayMetrics metrics_;
  Zipping zipping_;
};

}  // namespace thenorsound::gateway
