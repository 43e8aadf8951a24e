// The routes of bookings: decode, ask whose it is, call, encode.
#pragma once
#include "services/booking/commands.hpp"
#include "services/booking/queries.hpp"
#include "workflow/idempotency.hpp"

namespace thenorsound::booking {

class BookingRoutes {
 public:
  // Both outlive this.
  BookingRoutes(BookingContext& context, workflow::Idempotency& idempotency);
  void add_to(http::Router& router);

 private:
  using Answer = Task<Result<http::Response>>;
  using Transition = Task<Result<Booking>> (*)(BookingContext&, Trace, BookingId, Actor, Expected);
  using Refusal = Task<Result<Booking>> (*)(BookingContext&, Trace, BookingId, Actor, std::string,
                                            Expected);
  using Whose = bool (*)(const Actor&, const Booking&);

  Answer post(http::Call& call);
  Answer place(http::Call& call, std::string id);
  Answer price(http::Call& call);
  Answer get(http::Call& call);
  Answer history(http::Call& call);
  Answer list(http::Call& call);
  Answer list_of_event(http::Call& call);
  Answer list_of_crew(http::Call& call);
  Answer list_of_company(http::Call& call);
  Answer act(http::Call& call, Whose whose, Transition transition);
  Answer refuse(http::Call& call, Whose whose, Refusal refusal);
  Answer states(http::Call& call);
  Answer live(http::Call& call);

  // Conditions for a filter that names an event, a person, a company. Error forbidden: it names
  // somebody else('s).
  Task<Result<void>> narrow_to_event(http::Call& call, std::string id, Scope& scope);
  Task<Result<void>> narrow_to_crew(http::Call& call, std::string id, Scope& scope);
  Task<Result<void>> narrow_to_company(http::Call& call, std::string id, Scope& scope);
  // The page of `scope` that the query's other parameters ask for.
  Answer answer_page(http::Call& call, json::object query, Scope scope);

  BookingContext& context_;
  workflow::Idempotency& idempotency_;
};

}  // namespace thenorsound::booking
