// What analytics answers: the audit, and the data of the reports.
#pragma once
#include "http/service_client.hpp"
#include "services/analytics/reports.hpp"

namespace thenorsound::analytics {

struct Neighbours {
  http::ServiceClient& users;
  http::ServiceClient& events;
};

struct AuditFilter {
  std::optional<Time> from, to;
  std::optional<std::string> user_id, subject;
};
struct AuditPage {
  std::vector<RawMessage> entries;  // newest first
  std::int64_t total = 0;
};

// Whose figures a reader may see: everybody's, or a company's as organiser or as crew company.
struct Scope {
  enum class Kind { all, organiser, crew_company } kind = Kind::all;
  std::string company;
};

// Fetches what has been read of sensitive data since the last time.
Task<Result<void>> fetch_readings(Repository& rows, Neighbours& neighbours, Trace trace);
Task<Result<AuditPage>> audit(Repository& rows, AuditFilter filter, std::size_t skip,
                              std::size_t limit);

// Bookings whose work starts in the span (`by_request`: that were requested in it), invoices, and
// the amounts of their bookings. Error validation_error on `to`: too much to count at once.
Task<Result<Rows>> report_rows(Repository& rows, Scope scope, Span span, bool by_request);
// Slots of the events that the actor may see.
Task<Result<std::vector<SlotFill>>> slots(Neighbours& neighbours, Trace trace, Actor actor,
                                          Span span);
Task<Result<std::vector<CrewFacts>>> crew_facts(Repository& rows, Neighbours& neighbours,
                                                Trace trace, Scope scope, Span span);

}  // namespace thenorsound::analytics
