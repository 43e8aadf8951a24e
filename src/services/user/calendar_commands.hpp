// What changes calendars, and what is asked of them.
#pragma once
#include "http/service_client.hpp"
#include "services/user/repository.hpp"

namespace thenorsound::user {

struct Marked {
  std::vector<Mark> ahead;
  std::vector<BookingId> clashes;
  std::int64_t version = 1;
};

class CalendarCommands {
 public:
  CalendarCommands(Repository& repository, const Clock& clock)
      : repository_(repository), clock_(clock) {}

  // Idempotent by booking. Errors: not_found (no active crew member), crew_unavailable.
  Task<Result<void>> reserve(Trace trace, UserId crew, BookingId booking, Span span);
  // No error where nothing was reserved; a later `reserve` of the booking is refused.
  Task<Result<void>> release(Trace trace, UserId crew, BookingId booking);
  Task<Result<bool>> is_busy(UserId crew, Span span);

  // Errors: precondition_failed, conflict (too many).
  enum class Notes { as_given, kept };  // kept: by who doesn't see them
  Task<Result<Marked>> mark(Trace trace, User crew, std::vector<Mark> marks,
                            std::optional<std::int64_t> expected, Notes notes);

  struct Seen {
    std::vector<Busy> busy;
    std::vector<Mark> ahead;  // all of them
    std::int64_t version = 1;
  };
  // With what is long over, where `within` reaches back that far.
  Task<Result<Seen>> busy(UserId crew, Span within);
  Task<Result<std::vector<Mark>>> marks_between(UserId crew, Day from, Day to);

 private:
  // What the archive holds within the span.
  Task<Result<std::vector<PastItem>>> archived(UserId crew, Span span);
  Repository& repository_;
  const Clock& clock_;
};

std::string archive_id(const UserId& user, const BookingId& booking);

// {spans: [{startDate, endDate, note?}]}: 400 naming every fault.
Result<std::vector<Mark>> read_marks(const json::object& body, Time now);

}  // namespace thenorsound::user
