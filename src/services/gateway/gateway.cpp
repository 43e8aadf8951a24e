#include "services/gateway/gateway.hpp"

#include <boost/asio/this_coro.hpp>

#include "base/json.hpp"
#include "base/log.hpp"
#include "http/error_response.hpp"
#include "services/gateway/access_log.hpp"
#include "services/gateway/forwarding.hpp"
#include "services/gateway/refresh_cookie.hpp"

namespace thenorsound::gateway {
namespace {

using http::Method;
using SteadyClock = std::chrono::steady_clock;
using Verdict = Checked::Verdict;
using Outcome = Renewed::Outcome;

// What only the inside may see, whatever a web app's addresses look like.
constexpr std::array<std::string_view, 4> inside_only = {"/internal", "/ready", "/metrics", "/api"};

// One message for no, malformed, expired, forged and revoked tokens.
Error unauthorized() { return make_error(Code::unauthorized, "Log in to do this."); }

Error nothing_here() { return make_error(Code::not_found, "There is nothing at this address."); }

Networks read_networks(const std::vector<std::string>& texts) {
  Result<Networks> networks = Networks::parse(texts);
  if (!networks)
    throw UnexpectedFailure("gateway.trusted_proxies " + networks.error().details.front().message);
  return std::move(*networks);
}

bool is_plain_word(std::string_view text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), is_plain);
}

bool holds_refresh_token(std::string_view body) {
  if (body.empty()) return false;
  const Result<json::value> parsed = read_json(body);
  const json::object* object = parsed ? parsed->if_object() : nullptr;
  return object != nullptr && object->contains("refreshToken");
}

// A failure that no service of ours speaks of comes from something before it, such as a proxy: its
// page is nobody's business.
Result<http::Response> in_our_words(Result<http::Response> answered) {
  const bool is_foreign =
      answered && answered->status >= 500 && answered->content_type != "application/json";
  if (!is_foreign) return answered;
  if (answered->status == 504) return make_error(Code::gateway_timeout, "No answer came in time.");
  if (!http::is_at_work(answered)) return unavailable("not-by-the-service");
  return make_error(Code::service_error, "Something went wrong on our side.", "not-by-the-service");
}

bool takes_cookie(std::string_view path) {
  return path == "/api/auth/login" || path == "/api/auth/refresh" || path == "/api/auth/logout";
}

}  // namespace

struct Gateway::Exchange {
  Exchange(const http::Request& request, const Networks& trusted_proxies, Time at)
      : started(SteadyClock::now()),
        now(at),
        address(client_address(request, trusted_proxies)),
        limit_key(gateway::limit_key(address)) {
    // Two are as good as none: neither can be believed.
    const bool is_clear = request.count("traceparent") == 1;
    const std::string_view incoming = is_clear ? *request.field("traceparent") : "";
    trace = new_trace(incoming);
    continues_trace = incoming.size() > 35 && incoming.substr(3, 32) == trace.trace_id();
    const auto given = request.field("X-Request-Id");
    // The span's id is as unique as an id of its own would be.
    request_id = given && is_plain_word(*given)
                     ? *given
                     : std::string_view(trace.traceparent).substr(36, 16);
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  SteadyClock::time_point started;
  Time now;
  std::string_view address;
  std::string limit_key;
  Trace trace;
  bool continues_trace = false;
  std::string_view request_id;
  std::shared_ptr<const Claims> claims;  // of who is logged in
  std::string new_token;                 // handed to the client
  std::string new_authorization;         // handed to the service in place of the client's
  std::string set_cookie;
  bool is_api = false;
  std::size_t answered_by = own_answers;  // for the metrics
};

Gateway::Gateway(GatewaySettings settings, GatewayUpstreams upstreams, const Clock& clock)
    : settings_(std::move(settings)),
      clock_(clock),
      trusted_proxies_(read_networks(settings_.trusted_proxies)),
      origins_(settings_.public_url, settings_.cors_origins),
      pages_(settings_.demo),
      files_(settings_.web_root),
      upstreams_([&] {
        const std::array<http::Upstream*, service_names.size()> all = {
            &upstreams.auth,    &upstreams.user,         &upstreams.customer, &upstreams.event,
            &upstreams.booking, &upstreams.notification, &upstreams.analytics};
        std::array<std::unique_ptr<ProtectedUpstream>, service_names.size()> made;
        for (std::size_t i = 0; i < all.size(); ++i)
          made[i] = std::make_unique<ProtectedUpstream>(std::string(service_names[i]), *all[i],
                                                        clock, settings_.breaker);
        return made;
      }()),
      tokens_(*upstreams_[static_cast<std::size_t>(Service::auth)], settings_.credential,
              settings_.auth_timeout, clock) {}

Gateway::~Gateway() = default;

void Gateway::on_session_revoked(std::string_view sid) {
  tokens_.forget_session(sid);
  streams_.end(sid);
}

Task<http::Response> Gateway::handle(http::Request& request) {
  Exchange exchange(request, trusted_proxies_, clock_.now());
  std::string surprise;
  http::Response response;
  try {
    response = co_await answer(request, exchange);
  } catch (const std::exception& problem) {
    surprise = problem.what();
  } catch (...) {
    surprise = "an exception of unknown type";
  }
  if (!surprise.empty()) {
    log_error("request failed", {{"what", surprise},
                                 {"requestId", exchange.request_id},
                                 {"traceId", exchange.trace.trace_id()}});
    response =
        refuse(make_error(Code::service_error, "Something went wrong on our side."), exchange);
  }
  if (Zipping::is_wanted(request, response)) co_await zipping_.apply(response);
  finish(request, exchange, response);
  co_return response;
}

std::string Gateway::fixed_fields() const {
  std::string fields =
      "X-Content-Type-Options: nosniff\r\n"
      "X-Frame-Options: DENY\r\n"
      // Links carry a secret behind '#'; nothing of our addresses goes elsewhere.
      "Referrer-Policy: no-referrer\r\n";
  if (origin_of(settings_.public_url).starts_with("https://"))
    fields += "Strict-Transport-Security: max-age=31536000\r\n";
  return fields;
}

http::Response Gateway::refuse_early(const http::Request& request, const Error& error) {
  Exchange exchange(request, trusted_proxies_, clock_.now());
  exchange.is_api = true;
  http::Response response = refuse(error, exchange);
  finish(request, exchange, response);
  return response;
}

Task<http::Response> Gateway::answer(http::Request& request, Exchange& exchange) {
  exchange.is_api = is_under(request.path, "/api");
  if (is_misdirected(request))
    co_return refuse(make_error(Code::misdirected, "This server answers to localhost only."),
                     exchange);
  const bool known_method = request.method != Method::other || request.method_text == "TRACE" ||
                            request.method_text == "CONNECT";
  if (!known_method)
    co_return refuse(make_error(Code::not_implemented, "There is no such method."), exchange);
  if (request.method == Method::options && request.field("Origin")) {
    auto preflight = origins_.preflight(request);
    if (!preflight) co_return refuse(forbidden(), exchange);
    co_return std::move(*preflight);
  }
  auto too_many =
      limit(address_counts_, exchange.limit_key, settings_.address_limit_per_minute, exchange);
  if (too_many) co_return std::move(*too_many);
  if (!exchange.is_api) co_return answer_page(request, exchange);

  // A token we know needs no waiting; only the others cost a coroutine.
  if (!authenticate_at_once(request, exchange)) {
    const Result<void> authenticated = co_await authenticate(request, exchange);
    if (!authenticated) co_return refuse(authenticated.error(), exchange);
  }
  const std::string_view who = exchange.claims ? exchange.claims->user_id : exchange.limit_key;
  too_many = limit(user_counts_, who, settings_.rate_limit_per_minute, exchange);
  if (too_many) co_return std::move(*too_many);

  const std::optional<Service> service = service_of(request.path);
  if (!service) co_return refuse(nothing_here(), exchange);
  exchange.answered_by = static_cast<std::size_t>(*service);

  Result<http::Response> answered = co_await forward(request, exchange);
  if (!answered) co_return refuse(answered.error(), exchange);
  forget_changed_sessions(request, exchange, *answered);
  if (answered->stream && exchange.claims) {
    Executor loop = co_await boost::asio::this_coro::executor;
    streams_.note(exchange.claims->sid, answered->stream, std::move(loop));
  }
  co_return std::move(*answered);
}

Task<Result<http::Response>> Gateway::forward(const http::Request& request, Exchange& exchange) {
  const bool cookie_goes_on = takes_cookie(request.path) && origins_.cookie_counts(request);
  const auto cookie = cookie_goes_on ? refresh_cookie(request) : std::nullopt;
  std::string cookie_field;
  if (cookie) ((cookie_field = refresh_cookie_name) += '=') += *cookie;
  Forwarded with;
  with.credential = settings_.credential;
  with.traceparent = exchange.trace.traceparent;
  with.continues_trace = exchange.continues_trace;
  with.request_id = exchange.request_id;
  with.address = exchange.address;
  with.claims = exchange.claims.get();
  with.authorization = exchange.new_authorization;
  with.cookie = cookie_field;
  http::Request forwarded = forwarded_request(request, with);

  ProtectedUpstream& upstream = *upstreams_[exchange.answered_by];
  Result<http::Response> answered =
      in_our_words(co_await upstream.send_repeatedly(forwarded, settings_.upstream_timeout));
  if (!answered)
    log_warning("no answer", {{"upstream", service_names[exchange.answered_by]},
                              {"code", code_name(answered.error().code)},
                              {"reason", answered.error().reason},
                              {"requestId", exchange.request_id},
                              {"traceId", exchange.trace.trace_id()}});
  co_return answered;
}

bool Gateway::authenticate_at_once(const http::Request& request, Exchange& exchange) const {
  if (login_of(request) != Login::needed || request.count("Authorization") != 1) return false;
  exchange.claims = tokens_.known(bearer_text(*request.field("Authorization")));
  return exchange.claims != nullptr;
}

Task<Result<void>> Gateway::authenticate(const http::Request& request, Exchange& exchange) {
  if (request.count("Authorization") > 1)
    co_return make_error(Code::validation_error, "Authorization must be given once.");
  const Result<void> cookie_use = check_cookie_use(request);
  if (!cookie_use) co_return cookie_use.error();
  const Login login = login_of(request);
  if (login == Login::none) co_return Result<void>();

  const auto authorization = request.field("Authorization");
  const auto token = authorization ? bearer_token(*authorization) : std::nullopt;
  const bool cookie_will_do = login == Login::by_cookie && origins_.cookie_counts(request) &&
                              refresh_cookie(request).has_value();
  Checked checked{Verdict::invalid, nullptr};
  if (token) {
    std::string asked(*token);
    checked = co_await tokens_.check(exchange.trace, std::move(asked));
  }
  exchange.claims = checked.claims;
  if (checked.verdict == Verdict::valid || cookie_will_do) co_return Result<void>();
  if (checked.verdict == Verdict::unknown) co_return unavailable("auth-not-asked");
  if (checked.verdict == Verdict::expired && login == Login::needed) {
    std::string expired(*token);
    co_return co_await renew(request, exchange, std::move(expired));
  }
  if (checked.verdict == Verdict::revoked && origins_.cookie_counts(request))
    exchange.set_cookie = cleared_refresh_cookie(settings_.public_url);
  co_return unauthorized();
}

Task<Result<void>> Gateway::renew(const http::Request& request, Exchange& exchange,
                                  std::string token) {
  const auto cookie = origins_.cookie_counts(request) ? refresh_cookie(request) : std::nullopt;
  if (!cookie) co_return unauthorized();
  std::string refresh_token(*cookie);
  const Renewed renewed =
      co_await tokens_.renew(exchange.trace, std::move(token), std::move(refresh_token));
  if (renewed.outcome == Outcome::unknown) co_return unavailable("auth-not-asked");
  if (renewed.outcome == Outcome::refused)
    exchange.set_cookie = cleared_refresh_cookie(settings_.public_url);
  if (renewed.outcome != Outcome::done) co_return unauthorized();

  std::string fresh = renewed.access_token;
  const Checked checked = co_await tokens_.check(exchange.trace, std::move(fresh));
  if (checked.verdict == Verdict::unknown) co_return unavailable("auth-not-asked");
  if (checked.verdict != Verdict::valid) co_return unauthorized();
  exchange.claims = checked.claims;
  exchange.new_token = renewed.access_token;
  exchange.new_authorization = "Bearer " + renewed.access_token;
  exchange.set_cookie = renewed.cookie;
  co_return Result<void>();
}

// A page from elsewhere must not log anybody in or out, or renew a session, by the browser's
// cookie.
Result<void> Gateway::check_cookie_use(const http::Request& request) const {
  if (request.method != Method::post || !takes_cookie(request.path)) return {};
  if (origins_.cookie_counts(request)) return {};
  if (request.path == "/api/auth/refresh" && holds_refresh_token(request.body)) return {};
  if (request.path == "/api/auth/logout" && request.field("Authorization")) return {};
  return forbidden();
}

http::Response Gateway::answer_page(const http::Request& request, Exchange& exchange) {
  if (request.method == Method::options && request.path == "*") {
    http::Response all;
    all.status = 204;
    all.set("Allow", "GET, HEAD, POST, PUT, DELETE, OPTIONS");
    return all;
  }
  for (const std::string_view prefix : inside_only)
    if (is_under(request.path, prefix)) return refuse(nothing_here(), exchange);
  std::optional<http::Response> page = pages_.at(request.path);
  if (page) {
    auto too_many =
        limit(user_counts_, exchange.limit_key, settings_.rate_limit_per_minute, exchange);
    if (too_many) return std::move(*too_many);
  } else {
    page = files_.answer(request);
    if (page->status == 404) return refuse(nothing_here(), exchange);
  }
  if (request.method == Method::get || request.method == Method::head) return std::move(*page);
  constexpr const char* allowed = "GET, HEAD, OPTIONS";
  http::Response other;
  other.status = 204;
  if (request.method != Method::options)
    other =
        refuse(make_error(Code::method_not_allowed, "This address has no such method."), exchange);
  other.set("Allow", allowed);
  return other;
}

// The demo's passwords are known to all: a page on another host's name must not reach it (DNS
// rebinding).
bool Gateway::is_misdirected(const http::Request& request) const {
  if (!settings_.demo) return false;
  std::string_view host = request.field("Host").value_or("");
  const std::size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && !host.ends_with(']')) host = host.substr(0, colon);
  return host != "127.0.0.1" && host != "[::1]" && !http::equal_ignoring_case(host, "localhost");
}

std::optional<http::Response> Gateway::limit(RateLimit& counts, std::string_view key,
                                             std::int64_t most, const Exchange& exchange) {
  const RateLimit::Verdict verdict = counts.take(key, most, exchange.now);
  if (verdict.allowed) return {};
  Error error = make_error(Code::rate_limited, "Too many requests. Try again later.");
  error.retry_after_s = static_cast<int>(verdict.reset_s);
  http::Response response = refuse(error, exchange);
  response.set("RateLimit-Limit", std::to_string(most));
  response.set("RateLimit-Remaining", std::to_string(verdict.remaining));
  response.set("RateLimit-Reset", std::to_string(verdict.reset_s));
  return response;
}

http::Response Gateway::refuse(const Error& error, const Exchange& exchange) const {
  return http::error_response(error, exchange.trace, exchange.now);
}

// Logging out and changing the password end sessions; the message that says so comes a moment
// later, and the next request must not be faster.
void Gateway::forget_changed_sessions(const http::Request& request, const Exchange& exchange,
                                      const http::Response& response) {
  const bool changed = exchange.answered_by == static_cast<std::size_t>(Service::auth) &&
                       exchange.claims && response.status < 300 &&
                       (request.method == Method::post || request.method == Method::delete_);
  if (changed) tokens_.forget_user(exchange.claims->user_id);
}

void Gateway::finish(const http::Request& request, const Exchange& exchange,
                     http::Response& response) {
  if (exchange.is_api) response.set("Cache-Control", "no-store");
  response.add("X-Request-Id", std::string(exchange.request_id));
  if (!response.field("Content-Security-Policy"))  // Pages have their own.
    response.add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  if (!exchange.new_token.empty()) response.set("X-Access-Token", exchange.new_token);
  if (!exchange.set_cookie.empty()) response.add("Set-Cookie", exchange.set_cookie);
  origins_.add_fields(request, response);

  const auto took = SteadyClock::now() - exchange.started;
  metrics_.count(exchange.answered_by, response.status, took);
  AccessLine line;
  line.time = exchange.now;
  line.method = request.method_text;
  line.path = request.path;
  line.status = response.status;
  line.microseconds = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  line.bytes = response.body.size();
  if (exchange.claims) line.user_id = exchange.claims->user_id;
  line.request_id = exchange.request_id;
  line.trace_id = exchange.trace.trace_id();
  write_access_line(line);
}

}  // namespace thenorsound::gateway
