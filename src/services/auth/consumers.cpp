#include "services/auth/consumers.hpp"

namespace thenorsound::auth {
namespace {

struct UserMessage {
  UserId user_id;
  bool access_changed = false;
  std::int64_t access_version = 0;
};
BOOST_DESCRIBE_STRUCT(UserMessage, (), (user_id, access_changed, access_version))

}  // namespace

bus::QueueSpec queue() {
  bus::QueueSpec spec;
  spec.name = queue_name;
  spec.patterns = {"user.updated", "user.deleted"};
  return spec;
}

Task<Result<bus::Delivery>> consume(AuthCommands& commands, const Message& message) {
  const auto told = from_document<UserMessage>(message.data);
  const Trace trace = new_trace(message.traceparent);
  Result<void> done;
  if (message.type == "user.deleted")
    done = co_await commands.delete_credential(trace, told.user_id);
  else if (told.access_changed)
    done = co_await commands.outdate(trace, told.user_id, told.access_version);
  if (!done) co_return done.error();
  co_return bus::Delivery::done;
}

}  // namespace thenorsound::auth
