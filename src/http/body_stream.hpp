// A body that is made while it is sent (text/event-stream), for Response::stream.
#pragma once
#include <string>

#include "base/task.hpp"

namespace thenorsound::http {

// Read by one coroutine, on the loop of the connection. Destroyed when the client is found gone,
// which shows at the next piece sent: a stream sends a sign of life now and then.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // Waits for the next piece; an empty one is the end.
  virtual Task<std::string> next() = 0;
  // A next() that waits returns empty soon, and so do all later ones. The server stops.
  virtual void cancel() = 0;
};

}  // namespace thenorsound::http
