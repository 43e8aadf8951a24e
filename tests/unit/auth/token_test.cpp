#include "services/auth/token.hpp"

#include <gtest/gtest.h>

#include "base/crypto.hpp"
#include "base/json.hpp"

namespace thenorsound::auth {
namespace {

constexpr std::string_view key = "a key of the test";
const TokenSigner signer{std::string(key), "thenorsound", "thenorsound"};

Claims claims() {
  Claims all;
  all.user.value = "usr-1";
  all.email = "a@b.se";
  all.role = Role::CustomerAdmin;
  all.customer.value = "cust-1";
  all.customer_type = 1;
  all.sid = "ses-1";
  all.jti = "j";
  all.iat = 1'000;
  all.exp = 1'900;
  return all;
}

std::string sign(std::string_view header, std::string_view payload, std::string_view with = key) {
  const std::string text = to_base64url(header) + "." + to_base64url(payload);
  return text + "." + to_base64url(hmac_sha256(with, text));
}
constexpr std::string_view our_header = R"({"alg":"HS256","typ":"JWT"})";
constexpr std::string_view good_payload =
    R"({"sub":"usr-1","email":"a@b.se","roles":["Admin"],"sid":"s","jti":"j","iat":1,"exp":2,)"
    R"("iss":"thenorsound","aud":"thenorsound"})";

// The good payload with one piece replaced.
bool reads_with(std::string_view piece, std::string_view by) {
  std::string payload(good_payload);
  payload.replace(payload.find(piece), piece.size(), by);
  return signer.read(sign(our_header, payload)).has_value();
}

TEST(Token, ComesBackAsItWasSigned) {
  const auto read = signer.read(signer.sign(claims()));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->user.value, "usr-1");
  EXPECT_EQ(read->email, "a@b.se");
  EXPECT_EQ(read->role, Role::CustomerAdmin);
  EXPECT_EQ(read->customer.value, "cust-1");
  EXPECT_EQ(read->customer_type, 1);
  EXPECT_EQ(read->sid, "ses-1");
  EXPECT_EQ(read->exp, 1'900);
}

TEST(Token, OneIssuedLaterThanClocksDifferIsOfTheFuture) {
  const std::int64_t issued_ms = claims().iat * second_ms;
  EXPECT_FALSE(claims().is_of_the_future({issued_ms}));
  EXPECT_FALSE(claims().is_of_the_future({issued_ms - minute_ms}));
  EXPECT_TRUE(claims().is_of_the_future({issued_ms - minute_ms - 1}));
}

TEST(Token, AnAdminHasNoCompany) {
  Claims admin = claims();
  admin.customer.value.clear();
  admin.customer_type = 0;
  const std::string token = signer.sign(admin);
  const std::size_t dot = token.find('.');
  const std::string payload = *from_base64url(token.substr(dot + 1, token.rfind('.') - dot - 1));
  EXPECT_EQ(payload.find("customer"), std::string::npos);
  EXPECT_TRUE(signer.read(token)->customer.empty());
}

TEST(Token, ExpiryIsTheCallersToCompare) {
  EXPECT_TRUE(signer.read(signer.sign(claims())).has_value());
  EXPECT_FALSE(claims().is_over(Time{1'899'999}));
  EXPECT_TRUE(claims().is_over(Time{1'900'000}));
}

TEST(Token, OnlyOurAlgorithmIsTaken) {
  EXPECT_TRUE(signer.read(sign(our_header, good_payload)).has_value());
  EXPECT_TRUE(signer.read(sign(R"({"alg":"HS256"})", good_payload)).has_value());
  for (const std::string_view header :
       {R"({"alg":"none","typ":"JWT"})", R"({"alg":"HS512","typ":"JWT"})", R"({"typ":"JWT"})",
        R"({"alg":"hs256"})", R"({"alg":"HS256","typ":"JWE"})", R"({"alg":"HS256","crit":["x"]})",
        R"({"alg":"none","alg":"HS256"})", R"([])", R"({"alg":["HS256"]})"})
    EXPECT_FALSE(signer.read(sign(header, good_payload)).has_value()) << header;
}

TEST(Token, EveryClaimMustBeThereAndOfItsKind) {
  EXPECT_FALSE(reads_with(R"(,"exp":2)", ""));
  EXPECT_FALSE(reads_with(R"("exp":2)", R"("exp":"2")"));
  EXPECT_FALSE(reads_with(R"("exp":2)", R"("exp":2.5)"));
  EXPECT_FALSE(reads_with(R"("exp":2)", R"("exp":-2)"));
  EXPECT_FALSE(reads_with(R"("iat":1,)", ""));
  EXPECT_FALSE(reads_with(R"("sub":"usr-1")", R"("sub":"")"));
  EXPECT_FALSE(reads_with(R"("sid":"s",)", ""));
  EXPECT_FALSE(reads_with(R"("jti":"j",)", ""));
  EXPECT_FALSE(reads_with(R"(["Admin"])", R"(["Root"])"));
  EXPECT_FALSE(reads_with(R"(["Admin"])", R"([])"));
  EXPECT_FALSE(reads_with(R"(["Admin"])", R"("Admin")"));
  EXPECT_FALSE(reads_with(R"("iss":"thenorsound")", R"("iss":"x")"));
  EXPECT_FALSE(reads_with(R"("aud":"thenorsound")", R"("aud":["thenorsound"])"));
  EXPECT_FALSE(reads_with(R"("iat":1)", R"("iat":1,"nbf":1)"));
  EXPECT_FALSE(reads_with(R"("sub":"usr-1")", R"("sub":"usr-1","sub":"usr-2")"));
}

TEST(Token, ForgedAndMalformedOnesAreNone) {
  const std::string good = signer.sign(claims());
  EXPECT_FALSE(signer.read(sign(our_header, good_payload, "another key")).has_value());
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(signer.read(bad).has_value()) << i;
  }
  const std::string unsigned_one = good.substr(0, good.rfind('.') + 1);
  for (const std::string& bad :
       {std::string(), std::string("a"), std::string("a.b"), std::string(".."), good + ".",
        good + "=", " " + good, unsigned_one, good + "." + good, std::string(5'000, 'a')})
    EXPECT_FALSE(signer.read(bad).has_value());
}

TEST(BearerToken, TheSchemeIsInAnyCase) {
  EXPECT_EQ(bearer_token("Bearer abc"), "abc");
  EXPECT_EQ(bearer_token("bEARER  abc"), "abc");
  EXPECT_FALSE(bearer_token("Basic abc") || bearer_token("Bearer") || bearer_token("Bearer "));
}

}  // namespace
}  // namespace thenorsound::auth
