#include "services/gateway/access_log.hpp"

#include <gtest/gtest.h>

#include "base/json.hpp"

namespace thenorsound::gateway {
namespace {

TEST(AccessLog, IsOneJsonObject) {
  AccessLine line;
  line.time = {1'700'000'000'123};
  line.method = "GET";
  line.path = "/api/events/\"x\"\n";
  line.status = 200;
  line.microseconds = 12'056;
  line.bytes = 99;
  line.user_id = "usr-1";
  line.request_id = "req-1";
  line.trace_id = "abc";
  EXPECT_EQ(to_json(line),
            R"({"time":"2023-11-14T22:13:20.123Z","level":"info","message":"request",)"
            R"("method":"GET","path":"/api/events/\"x\"\n","status":200,"ms":12.05,"bytes":99,)"
            R"("userId":"usr-1","requestId":"req-1","traceId":"abc"})");
  line.user_id = {};
  EXPECT_FALSE(read_own_json(to_json(line)).as_object().contains("userId"));
}

}  // namespace
}  // namespace thenorsound::gateway
