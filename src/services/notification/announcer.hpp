// Turns messages into mails: who is concerned, what is said, and that each is sent once.
#pragma once
#include "services/notification/announcements.hpp"
#include "services/notification/neighbours.hpp"
#include "services/notification/post.hpp"
#include "store/collection.hpp"

namespace thenorsound::notification {

// A booking as its latest message has it: ids, times and codes.
struct KnownBooking {
  std::string id;
  std::int64_t sequence = 0;
  std::string event_id;
  std::string crew_id;
  std::string crew_customer_id;
  json::object data;
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(KnownBooking, (), (id, sequence, event_id, crew_id, crew_customer_id, data))

struct SentMail {
  std::string id;  // the Message-ID
  Time expires_at;
  std::optional<Time> sending_until;  // somebody is sending it; nothing: it is sent
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(SentMail, (), (id, expires_at, sending_until))

// The `reason` of an Error: a repeat of the message is being handled by another process.
inline constexpr std::string_view sent_by_another = "sent-by-another";

class Announcer {
 public:
  Announcer(store::DocumentStore& store, const Clock& clock, Neighbours neighbours, Post& post,
            Mailbox from, std::string public_url);
  static std::vector<store::CollectionSchema> schemas();

  // Notes a booking's latest state. Not a booking's message: nothing to do.
  Task<Result<void>> note_booking(Message message);
  Task<Result<Booked>> booked_on(std::string event_id);
  // Sends what is to be said of a message. Error: something could not be asked or sent; what was
  // sent is not sent again when the message is.
  Task<Result<void>> announce(Message message);

 private:
  struct Reader {
    Mailbox box;
    std::string language;
    std::string name;
    bool wants_file = false;  // accounts payable get the invoice itself
  };
  // What is said, before it is put in words.
  struct Facts {
    std::optional<EventProfile> event;
    std::optional<CustomerProfile> organiser, company;
    std::optional<UserProfile> crew;
  };
  Task<Result<void>> announce_link(Message message, Letter letter, std::string link_id,
                                   std::string user_id);
  Task<Result<void>> announce_event(Message message);
  Task<Result<void>> announce_about(Message message, std::string about, json::object data);
  Task<Result<Facts>> facts_of(Trace trace, json::object data);
  Task<Result<std::vector<Reader>>> readers(Trace trace, Whom whom, json::object data,
                                            std::shared_ptr<const Facts> facts);
  Values values_of(const json::object& data, std::string_view about, const Facts& facts,
                   Letter letter, const Reader& reader) const;
  // The PDF that `letter` is about; nothing where it is about none.
  Task<Result<std::optional<Attachment>>> file_for(Trace trace, Letter letter, std::string about,
                                                   json::object data);
  enum class Claim { mine, others, sent };
  Task<Result<Claim>> claim(Trace trace, std::string mail_id);
  Task<Result<void>> end_claim(Trace trace, std::string mail_id, bool sent);
  // Once per `about` and reader.
  Task<Result<void>> send(Message message, std::string about, Letter letter, Reader reader,
                          Values values, std::optional<Attachment> file = {});

  const Clock& clock_;
  Neighbours neighbours_;
  Post& post_;
  const Mailbox from_;
  const std::string public_url_;
  store::Collection<KnownBooking> bookings_;
  store::Collection<SentMail> sent_;
};

}  // namespace thenorsound::notification
