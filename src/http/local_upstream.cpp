#include "http/local_upstream.hpp"

namespace thenorsound::http {

Task<Result<Response>> LocalUpstream::send(Request& request, std::chrono::milliseconds) {
  const Router* router = router_;
  if (router == nullptr) co_return unavailable("not-sent");
  request.from_other_process = false;
  co_return co_await router->handle(request);
}

}  // namespace thenorsound::http
