// How one service asks another: JSON over an Upstream, with the caller's internal credential and
// the trace. Refusals come back as the same Error that the other service made.
#pragma once
#include <chrono>
#include <string>

#include "base/context.hpp"
#include "base/json.hpp"
#include "http/retry_budget.hpp"
#include "http/upstream.hpp"

namespace thenorsound::http {

class ServiceClient {
 public:
  // `credential`: what goes into X-Internal-Credential ("<calling service>:<key>").
  ServiceClient(Upstream& upstream, std::string credential, std::chrono::milliseconds timeout);

  // As the service itself (for /internal), or, with `actor`, on behalf of a user. The answer's
  // body (null for 204). Errors: the other side's refusal; service_unavailable; gateway_timeout.
  Task<Result<json::value>> get(const Trace& trace, std::string target);
  Task<Result<json::value>> send(const Trace& trace, Method method, std::string target,
                                 json::object body, const Actor* actor = nullptr);
  // `get` and `send` repeat up to 3 times, after 100, 200, 400 ms, where nothing answered and the
  // call is idempotent (all /internal calls are); all within the timeout, and a try gets half.

 private:
  Upstream& upstream_;
  std::string credential_;
  std::chrono::milliseconds timeout_;  // over all tries
  RetryBudget budget_;
};

}  // namespace thenorsound::http
