// The user service's endpoints. Each handler: load, whose (403), fields (400), act, encode.
#pragma once
#include "http/router.hpp"
#include "services/user/calendar_commands.hpp"
#include "services/user/commands.hpp"
#include "services/user/companies.hpp"
#include "workflow/idempotency.hpp"

namespace thenorsound::user {

class Routes {
 public:
  Routes(Repository& repository, Companies& companies, UserCommands& commands,
         CalendarCommands& calendars, workflow::Idempotency& idempotency, const Clock& clock)
      : repository_(repository),
        companies_(companies),
        commands_(commands),
        calendars_(calendars),
        idempotency_(idempotency),
        clock_(clock) {}

  void add_to(http::Router& router);

 private:
  using Answer = Task<Result<http::Response>>;
  using Handler = Answer (Routes::*)(http::Call&);
  http::RouteHandler bind(Handler handler) {
    return [this, handler](http::Call& call) { return (this->*handler)(call); };
  }
  void add_user_routes(http::Router& router);
  void add_crew_routes(http::Router& router);
  void add_internal_routes(http::Router& router);

  // routes.cpp
  Answer list_users(http::Call& call);
  Answer list_company_users(http::Call& call);
  Answer get_user(http::Call& call);
  Answer post_user(http::Call& call);
  Answer create_user(http::Call& call, std::string id);
  Answer put_user(http::Call& call);
  Answer delete_user(http::Call& call);

  // personal_routes.cpp
  Answer get_sensitive(http::Call& call);
  Answer put_sensitive(http::Call& call);
  Answer post_subscription(http::Call& call);
  Answer create_subscription(http::Call& call);
  Answer delete_subscription(http::Call& call);

  // crew_routes.cpp
  Answer list_crew(http::Call& call);
  Answer list_crew_availability(http::Call& call);
  Answer get_availability(http::Call& call);
  Answer put_availability(http::Call& call);
  // Reads the filters of crew lists and narrows them to whom the actor may book.
  Task<Result<CrewFilter>> crew_filter(http::Call& call, Fields& in);

  // internal_routes.cpp
  Answer internal_user(http::Call& call);
  Answer internal_users(http::Call& call);
  Answer internal_create(http::Call& call);
  Answer internal_uses(http::Call& call);
  Answer internal_reserve(http::Call& call);
  Answer internal_release(http::Call& call);
  Answer internal_conflicts(http::Call& call);
  Answer internal_marks(http::Call& call);
  Answer internal_subscriptions(http::Call& call);
  Answer internal_drop_subscription(http::Call& call);
  Answer internal_audit(http::Call& call);

  Repository& repository_;
  Companies& companies_;
  UserCommands& commands_;
  CalendarCommands& calendars_;
  workflow::Idempotency& idempotency_;
  const Clock& clock_;
};

// The ids in a path, as functions because of what g++ 12 makes of braces beside co_await.
inline UserId path_user(const http::Call& call) { return UserId{call.id()}; }
inline BookingId path_booking(const http::Call& call) { return BookingId{call.path.at(1)}; }
// If-Match's version; one that nothing has where the field names none, so that 400 comes first.
std::optional<std::int64_t> expected_version(const http::Call& call);
constexpr std::int64_t max_query_ms = 92 * day_ms;
// Two times, both or none; faults are noted.
std::optional<Span> read_span(Fields& in, std::string_view from, std::string_view to, bool required,
                              std::int64_t max_ms);

}  // namespace thenorsound::user
