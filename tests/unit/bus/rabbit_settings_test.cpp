#include "bus/rabbitmq/rabbit_settings.hpp"

#include <gtest/gtest.h>

namespace thenorsound::bus {
namespace {

TEST(RabbitAddress, IsReadWhole) {
  const auto address = rabbit_address("amqps://crew:s%2Fcret@broker.example:5999/vh%2Fost");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->host, "broker.example");
  EXPECT_EQ(address->port, 5999);
  EXPECT_EQ(address->user, "crew");
  EXPECT_EQ(address->password, "s/cret");
  EXPECT_EQ(address->vhost, "vh/ost");
  EXPECT_TRUE(address->tls);
}

TEST(RabbitAddress, HasTheUsualPortsAndVirtualHost) {
  const auto plain = rabbit_address("amqp://a:b@broker.example");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->port, 5672);
  EXPECT_EQ(plain->vhost, "/");
  EXPECT_FALSE(plain->tls);
  const auto tls = rabbit_address("amqps://a:b@broker.example/");
  ASSERT_TRUE(tls);
  EXPECT_EQ(tls->port, 5671);
  EXPECT_EQ(tls->vhost, "/");
}

TEST(RabbitAddress, RefusesWhatIsNoneAndNeverQuotesIt) {
  for (const char* url :
       {"", "broker.example", "http://a:s3cret@broker.example", "amqp://a:s3cret@broker:port",
        "amqp://a:s3cret@broker:0", "amqp://a:s3cret@broker:99999", "amqp://a:s3cret@/vhost",
        "amqp://a:s3cret@broker:5672/v/w", "amqp://a:%zz@broker"}) {
    const auto address = rabbit_address(url);
    ASSERT_FALSE(address) << url;
    EXPECT_EQ(address.error().code, Code::validation_error);
    EXPECT_EQ(address.error().message.find("s3cret"), std::string::npos);
  }
}

TEST(RabbitAddress, OverTlsNeedsAName) {
  EXPECT_FALSE(rabbit_address("amqps://a:b@127.0.0.1:5671"));
  EXPECT_FALSE(rabbit_address("amqps://a:b@[::1]:5671"));
  EXPECT_TRUE(rabbit_address("amqp://a:b@127.0.0.1:5671"));
}

}  // namespace
}  // namespace thenorsound::bus
