#include "services/gateway/token_check.hpp"

namespace thenorsound::gateway {
namespace {

using Verdict = Checked::Verdict;
using Outcome = Renewed::Outcome;

constexpr std::size_t max_token_bytes = 8'192;
constexpr int max_asks = 3;  // where revocations keep overtaking the answer

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(std::string_view(*text));
}

std::string joined_roles(const json::object& object) {
  std::string joined;
  const json::value* value = object.if_contains("roles");
  const json::array* roles = value == nullptr ? nullptr : value->if_array();
  for (std::size_t i = 0; roles != nullptr && i < roles->size(); ++i) {
    if (!joined.empty()) joined += ',';
    if (const json::string* role = (*roles)[i].if_string()) joined += std::string_view(*role);
  }
  return joined;
}

Checked read_verdict(const json::value& answer) {
  const json::object* object = answer.if_object();
  if (object == nullptr) return {};
  const json::value* valid = object->if_contains("isValid");
  if (valid == nullptr || !valid->is_bool()) return {};
  if (!valid->get_bool()) {
    const std::string reason = text_of(*object, "reason");
    if (reason == "EXPIRED") return {Verdict::expired, nullptr};
    return {reason == "REVOKED" ? Verdict::revoked : Verdict::invalid, nullptr};
  }
  Claims claims;
  claims.user_id = text_of(*object, "userId");
  claims.roles = joined_roles(*object);
  claims.customer_id = text_of(*object, "customerId");
  claims.sid = text_of(*object, "sid");
  const json::value* expires = object->if_contains("exp");
  if (expires != nullptr && expires->is_int64())
    claims.expires.ms = expires->get_int64() * second_ms;
  if (claims.user_id.empty() || claims.roles.empty()) return {};
  return {Verdict::valid, std::make_shared<const Claims>(std::move(claims))};
}

}  // namespace

TokenCheck::TokenCheck(http::Upstream& auth, std::string credential,
                       std::chrono::milliseconds timeout, const Clock& clock)
    : auth_(auth, std::move(credential), timeout), clock_(clock) {}

std::shared_ptr<const Claims> TokenCheck::known(std::string_view token) const {
  return cache_.find(token, clock_.now());
}

Task<Checked> TokenCheck::check(const Trace& trace, std::string token) {
  if (auto claims = known(token)) co_return Checked{Verdict::valid, std::move(claims)};
  auto work = [this, &trace, &token] { return ask(trace, token); };
  std::string key = token;
  const std::shared_ptr<const Checked> checked =
      co_await checks_.run(std::move(key), std::move(work));
  if (!checked) co_return Checked{};
  co_return *checked;
}

Task<Checked> TokenCheck::ask(const Trace& trace, const std::string& token) {
  Checked checked;
  for (int asked = 0; asked < max_asks; ++asked) {
    const std::uint64_t epoch = cache_.epoch();
    json::object body;
    body["token"] = token;
    std::string target = "/internal/auth/validate";
    const Result<json::value> answer =
        co_await auth_.send(trace, http::Method::post, std::move(target), std::move(body));
    if (!answer) co_return Checked{};
    checked = read_verdict(*answer);
    if (checked.verdict != Verdict::valid) co_return checked;
    if (cache_.insert(token, checked.claims, epoch, clock_.now())) co_return checked;
  }
  co_return Checked{};
}

Task<Renewed> TokenCheck::renew(const Trace& trace, std::string token, std::string cookie) {
  auto work = [this, &trace, &token, &cookie] { return ask_renewal(trace, token, cookie); };
  std::string key = token + ' ' + cookie;
  const std::shared_ptr<const Renewed> renewed =
      co_await renewals_.run(std::move(key), std::move(work));
  if (!renewed) co_return Renewed{};
  co_return *renewed;
}

Task<Renewed> TokenCheck::ask_renewal(const Trace& trace, const std::string& token,
                                      const std::string& cookie) {
  json::object body;
  body["accessToken"] = token;
  body["refreshToken"] = cookie;
  std::string target = "/internal/auth/refresh";
  const Result<json::value> answer =
      co_await auth_.send(trace, http::Method::post, std::move(target), std::move(body));
  Renewed renewed;
  if (answer) {
    const json::object* object = answer->if_object();
    if (object == nullptr) co_return renewed;
    renewed.access_token = text_of(*object, "accessToken");
    renewed.cookie = text_of(*object, "cookie");
    if (!renewed.access_token.empty()) renewed.outcome = Outcome::done;
    co_return renewed;
  }
  const Code code = answer.error().code;
  if (code == Code::forbidden) renewed.outcome = Outcome::other_session;
  if (code == Code::unauthorized || code == Code::validation_error)
    renewed.outcome = Outcome::refused;
  co_return renewed;
}

std::string_view bearer_text(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (!http::equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return {};
  authorization.remove_prefix(scheme.size());
  while (authorization.starts_with(' ')) authorization.remove_prefix(1);
  return authorization;
}

std::optional<std::string_view> bearer_token(std::string_view authorization) {
  const std::string_view token = bearer_text(authorization);
  const auto is_part_of_token = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  const bool fits = token.size() <= max_token_bytes &&
                    std::all_of(token.begin(), token.end(), is_part_of_token) &&
                    std::count(token.begin(), token.end(), '.') == 2;
  if (!fits) return {};
  return token;
}

}  // namespace thenorsound::gateway
