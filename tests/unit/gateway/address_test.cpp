#include "services/gateway/address.hpp"

#include <gtest/gtest.h>

#include "asking.hpp"

namespace thenorsound::gateway {
namespace {

Networks networks(std::vector<std::string> texts) { return *Networks::parse(texts); }

std::string address_of(std::string_view socket, std::initializer_list<http::Field> fields,
                       const Networks& trusted) {
  http::Request asked = request(http::Method::get, "/", fields);
  asked.remote_address = socket;
  return std::string(client_address(asked, trusted));
}

TEST(Networks, HoldAddressesByPrefix) {
  const Networks trusted = networks({"10.0.0.0/8", "192.0.2.7", "2001:db8::/33", "172.16.0.0/12"});
  const auto holds = [&](std::string_view text) { return trusted.contain(*parse_address(text)); };
  EXPECT_TRUE(holds("10.255.1.2"));
  EXPECT_TRUE(holds("::ffff:10.1.1.1"));
  EXPECT_FALSE(holds("11.0.0.1"));
  EXPECT_TRUE(holds("192.0.2.7"));
  EXPECT_FALSE(holds("192.0.2.8"));
  EXPECT_TRUE(holds("2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8:8000::1"));
  EXPECT_TRUE(holds("172.31.255.255"));
  EXPECT_FALSE(holds("172.32.0.0"));
  EXPECT_TRUE(networks({"0.0.0.0/0"}).contain(*parse_address("8.8.8.8")));
  EXPECT_FALSE(networks({"0.0.0.0/0"}).contain(*parse_address("2001:db8::1")));
}

TEST(Networks, NameWhatIsNone) {
  const auto parsed =
      Networks::parse({"10.0.0.0/33", "10.0.0.0/8", "proxy", "10.0.0.0/", "1.2.3/8"});
  ASSERT_TRUE(parsed.has_error());
  EXPECT_EQ(parsed.error().details.size(), 4U);
}

TEST(ClientAddress, IsTheSocketsWithoutTrustedProxies) {
  EXPECT_EQ(address_of("192.0.2.1", {{"X-Forwarded-For", "1.1.1.1"}}, {}), "192.0.2.1");
  EXPECT_EQ(address_of("192.0.2.1", {{"X-Forwarded-For", "1.1.1.1"}}, networks({"10.0.0.0/8"})),
            "192.0.2.1");
}

TEST(ClientAddress, IsTheRightmostThatIsNoTrustedProxy) {
  const Networks trusted = networks({"10.0.0.0/8"});
  EXPECT_EQ(address_of("10.0.0.1", {{"X-Forwarded-For", "6.6.6.6, 1.1.1.1, 10.9.9.9"}}, trusted),
            "1.1.1.1");
  EXPECT_EQ(address_of("10.0.0.1", {{"X-Forwarded-For", "6.6.6.6"}, {"x-forwarded-for", "2.2.2.2"}},
                       trusted),
            "2.2.2.2");
  EXPECT_EQ(address_of("10.0.0.1", {}, trusted), "10.0.0.1");
  EXPECT_EQ(address_of("10.0.0.1", {{"X-Forwarded-For", "10.0.0.5"}}, trusted), "10.0.0.5");
}

TEST(ClientAddress, LeavesPortsAndStopsAtWhatCantBeRead) {
  const Networks trusted = networks({"10.0.0.0/8"});
  EXPECT_EQ(address_of("10.0.0.1", {{"X-Forwarded-For", "1.1.1.1:4711"}}, trusted), "1.1.1.1");
  EXPECT_EQ(address_of("10.0.0.1", {{"X-Forwarded-For", "[2001:db8::9]:4711"}}, trusted),
            "2001:db8::9");
  EXPECT_EQ(address_of("10.0.0.1", {{"X-Forwarded-For", "1.1.1.1, unknown, 10.0.0.7"}}, trusted),
            "10.0.0.7");
  EXPECT_EQ(address_of("10.0.0.1", {{"X-Forwarded-For", "["}}, trusted), "10.0.0.1");
}

TEST(LimitKey, IsTheAddressOrTheSubscribersNetwork) {
  EXPECT_EQ(limit_key("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(limit_key("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(limit_key("2001:db8:1:2:3::4"), limit_key("2001:db8:1:2:ffff::1"));
  EXPECT_NE(limit_key("2001:db8:1:2::1"), limit_key("2001:db8:1:3::1"));
}

}  // namespace
}  // namespace thenorsound::gateway
