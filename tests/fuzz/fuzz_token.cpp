// Access tokens, refresh tokens, cookies and Authorization as auth reads them. The input is signed
// too, so that what lies behind the signature is reached.
#include "base/crypto.hpp"
#include "fuzz/fuzz.hpp"
#include "http/url.hpp"
#include "services/auth/cookie.hpp"
#include "services/auth/session.hpp"
#include "services/auth/token.hpp"

namespace thenorsound::auth {
namespace {

using fuzz::demand;
const std::string key = "a key that nobody knows";

const TokenSigner& signer() {
  static const TokenSigner made(key, "thenorsound", "thenorsound");
  return made;
}

std::string with_signature(const std::string& token) {
  return token + "." + to_base64url(hmac_sha256(key, token));
}

void check_claims(const Claims& claims) {
  demand(!claims.user.value.empty() && !claims.sid.empty(), "a token of nobody");
  for (const std::string* text :
       {&claims.user.value, &claims.email, &claims.customer.value, &claims.sid, &claims.jti})
    demand(http::is_valid_utf8(*text), "a claim that is no UTF-8");
  const auto again = signer().read(signer().sign(claims));
  if (claims.exp > 0 && claims.iat >= 0 && again) {
    demand(again->user.value == claims.user.value && again->sid == claims.sid &&
               again->role == claims.role,
           "signed and read it is another token");
    demand(again->exp == claims.exp && again->customer.value == claims.customer.value,
           "another end or company");
  }
}

void check_access_token(std::string_view input) {
  if (const auto forged = signer().read(input)) {
    const std::string_view signed_part = input.substr(0, input.rfind('.'));
    demand(input == with_signature(std::string(signed_part)), "a token that we did not sign");
  }
  // Head and payload as text, one line each; then each encoded.
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string_view payload = input.substr(std::min(line + 1, input.size()));
  for (const std::string& head :
       {std::string(input.substr(0, line)), std::string(R"({"alg":"HS256","typ":"JWT"})")}) {
    const std::string token = with_signature(to_base64url(head) + "." + to_base64url(payload));
    const auto claims = signer().read(token);
    if (!claims) continue;
    check_claims(*claims);
    std::string broken = token;
    broken.back() = broken.back() == 'A' ? 'E' : 'A';
    demand(!signer().read(broken), "a broken signature is good");
    demand(!TokenSigner("another key", "thenorsound", "thenorsound").read(token),
           "another key is good");
    demand(!TokenSigner(key, "thenorsound", "another").read(token), "another audience is good");
  }
}

void check_fields(std::string_view input) {
  http::Request request;
  request.fields.push_back(http::Field{"Cookie", input});
  if (const auto token = cookie_of(request))
    demand(input.find(*token) != std::string_view::npos, "a cookie that was not sent");
  if (const auto token = bearer_token(input))
    demand(input.ends_with(*token), "a token that was not sent");
  if (const auto token = read_refresh_token(key, input))
    demand(make_refresh_token(key, token->sid, token->secret).text == input,
           "a refresh token that is not ours");
}

}  // namespace
}  // namespace thenorsound::auth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = thenorsound::fuzz::text_of(data, size);
  thenorsound::auth::check_access_token(input);
  thenorsound::auth::check_fields(input);
  return 0;
}
