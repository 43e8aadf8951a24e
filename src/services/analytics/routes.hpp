// The routes of analytics: /api/reports, /api/admin/audit, /api/admin/dead-letters.
#pragma once
#include "bus/message_bus.hpp"
#include "http/router.hpp"
#include "services/analytics/queries.hpp"

namespace thenorsound::analytics {

class Routes {
 public:
  Routes(Repository& rows, Neighbours neighbours, bus::MessageBus& bus, const Clock& clock);
  void add_to(http::Router& router);

 private:
  Task<Result<http::Response>> dead_letters(http::Call& call);
  Task<Result<http::Response>> replay(http::Call& call);
  Task<Result<http::Response>> audit_entries(http::Call& call);
  Task<Result<http::Response>> bookings(http::Call& call);
  Task<Result<http::Response>> trends(http::Call& call);
  Task<Result<http::Response>> utilisation(http::Call& call);

  Repository& rows_;
  Neighbours neighbours_;
  bus::MessageBus& bus_;
  const Clock& clock_;
};

}  // namespace thenorsound::analytics
