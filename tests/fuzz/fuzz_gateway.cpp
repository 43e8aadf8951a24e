// What the gateway reads of a request by itself: whose address it is, whose page it comes from,
// cookies, tokens, where it goes, and what of it is passed on.
#include "fuzz/fuzz.hpp"
#include "http/parser.hpp"
#include "http/request_writer.hpp"
#include "services/gateway/address.hpp"
#include "services/gateway/forwarding.hpp"
#include "services/gateway/origins.hpp"
#include "services/gateway/refresh_cookie.hpp"
#include "services/gateway/route_table.hpp"
#include "services/gateway/token_check.hpp"

namespace thenorsound::gateway {
namespace {

using fuzz::demand;

const Networks& proxies() {
  static const Networks made = *Networks::parse({"10.0.0.0/8", "fd00::/8", "127.0.0.1"});
  return made;
}

void check_address(const http::Request& request) {
  const std::string_view found = client_address(request, proxies());
  demand(parse_address(found).has_value(), "an address that is none");
  demand(
      limit_key(limit_key(found)) == limit_key(found) || found.find(':') != std::string_view::npos,
      "a key that has another key");
  http::Request direct = request;
  direct.remote_address = "192.0.2.7";
  demand(client_address(direct, proxies()) == "192.0.2.7", "a stranger's word for its address");
  demand(client_address(request, Networks()) == request.remote_address,
         "a word that nobody trusts");
}

void check_origin(const http::Request& request) {
  static const Origins origins("https://app.example", {"https://other.example"});
  const bool counts = origins.cookie_counts(request);
  const auto origin = request.field("Origin");
  const auto host = request.field("Host");
  const std::string asked = host ? std::string(*host) : "";
  if (origin && counts) {
    const std::string from = origin_of(*origin);
    demand(from == "https://app.example" || from == "https://other.example" ||
               from == origin_of("http://" + asked) || from == origin_of("https://" + asked),
           "a cookie counts for a stranger's page");
    demand(origin_of(from) == from, "an origin that is none");
  }
  http::Response response;
  origins.add_fields(request, response);
  if (const std::string* allowed = response.field("Access-Control-Allow-Origin"))
    demand(origin_of(*allowed) == "https://other.example", "a stranger's page may read");
  if (origins.preflight(request))
    demand(!origin || counts || request.field("Sec-Fetch-Site"), "a stranger's preflight");
}

void check_forwarding(const http::Request& request) {
  Forwarded with;
  with.credential = "gateway:key";
  with.traceparent = "00-11111111111111111111111111111111-2222222222222222-01";
  with.request_id = "req-1";
  with.address = "192.0.2.7";
  const http::Request sent = forwarded_request(request, with);
  for (const http::Field& field : sent.fields) {
    std::string name;
    for (const char c : field.name)
      name += c == '_' ? '-' : static_cast<char>(c | (c >= 'A' && c <= 'Z' ? 32 : 0));
    if (name == "x-internal-credential")
      demand(field.value == "gateway:key", "a stranger's credential");
    if (name == "x-forwarded-for") demand(field.value == "192.0.2.7", "a stranger's forwarding");
    demand(!name.starts_with("x-user-"), "a stranger's word for who they are");
    demand(name != "cookie" && name != "transfer-encoding" && name != "forwarded",
           "a field that stays here");
  }
  std::string out;
  http::write_request_head(sent, "upstream.example", out);
}

void check(std::string_view input) {
  auto parsed = http::parse_request_head(input, http::HeadLimits{});
  if (!parsed || !*parsed) return;
  http::Request& request = (*parsed)->request;
  request.remote_address = "127.0.0.1";
  check_address(request);
  check_origin(request);
  check_forwarding(request);
  if (const auto cookie = refresh_cookie(request)) demand(!cookie->empty(), "an empty cookie");
  if (const auto field = request.field("Authorization"))
    if (const auto token = bearer_token(*field))
      demand(field->ends_with(*token), "a token that was not sent");
  const Login login = login_of(request);
  demand(login == Login::needed || request.path.starts_with("/api/auth/") ||
             request.method == http::Method::options,
         "a door that stands open");
  if (is_under(request.path, "/internal")) demand(!service_of(request.path), "a way to /internal");
}

}  // namespace
}  // namespace thenorsound::gateway

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  thenorsound::gateway::check(thenorsound::fuzz::text_of(data, size));
  return 0;
}
