// What analytics keeps: each message as it came, and rows made from them: the latest state of each
// booking, invoice and crew member.
#pragma once
#include <optional>
#include <string>

#include "store/collection.hpp"

namespace thenorsound::analytics {

// A message, or a reading of sensitive data (from the user service's audit).
struct RawMessage {
  std::string id;
  Time at;
  std::string type;
  std::string subject;
  std::int64_t sequence = 0;
  std::string source;
  std::string trace_id;
  std::string user_id;  // whom it is about, or who did it; "" for nobody
  json::object data;
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(RawMessage, (),
                      (id, at, type, subject, sequence, source, trace_id, user_id, data))

struct BookingRow {
  std::string id;
  std::int64_t sequence = 0;  // the latest that was applied
  bool requested = false;     // it was more than an attempt
  Time requested_at;
  std::string event_id, crew_id, customer_id, crew_customer_id;
  Time start_time, end_time;
  std::string status;
  Money total;  // without VAT
  bool in_house = false;
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(BookingRow, (),
                      (id, sequence, requested, requested_at, event_id, crew_id, customer_id,
                       crew_customer_id, start_time, end_time, status, total, in_house))

struct InvoiceRow {
  std::string id;
  std::int64_t sequence = 0;
  std::string customer_id, crew_customer_id, booking_id;
  Money total;  // with VAT
  std::optional<Time> issued_at, paid_at, credited_at;
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(InvoiceRow, (),
                      (id, sequence, customer_id, crew_customer_id, booking_id, total, issued_at,
                       paid_at, credited_at))

struct CrewRow {
  std::string id;  // the user's
  std::int64_t sequence = 0;
  std::string customer_id;
  bool active = false;  // not deleted, may log in
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(CrewRow, (), (id, sequence, customer_id, active))

RawMessage raw_of(const Message& message);

// Applies a message to the row it is about, in whatever order they come: facts of a type are
// noted, the state is the latest one's. False: it changes nothing (a repeat).
bool apply(BookingRow& row, const Message& message);
bool apply(InvoiceRow& row, const Message& message);
bool apply(CrewRow& row, const Message& message);

struct Repository {
  Repository(store::DocumentStore& store, const Clock& clock);
  static std::vector<store::CollectionSchema> schemas();

  // Stores the message once; again: no error.
  Task<Result<void>> keep(RawMessage message);
  Task<Result<void>> update_rows(Message message);

  store::Collection<RawMessage> messages;
  store::Collection<BookingRow> bookings;
  store::Collection<InvoiceRow> invoices;
  store::Collection<CrewRow> crew;
};

}  // namespace thenorsound::analytics
