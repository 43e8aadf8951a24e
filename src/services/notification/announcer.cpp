#include "services/notification/announcer.hpp"

#include "base/log.hpp"

namespace thenorsound::notification {
namespace {

constexpr std::int64_t sent_kept_ms = 30 * day_ms;
constexpr std::size_t most_booked = 5'000;  // reservations of an event

bool is_crew_letter(Letter letter) {
  return letter == Letter::requested_crew || letter == Letter::confirmed_crew ||
         letter == Letter::cancelled_crew || letter == Letter::event_changed_crew;
}

std::string name_of(const std::optional<CustomerProfile>& company) {
  return company ? company->name : std::string();
}

Result<store::Change> take_latest(KnownBooking& known, const Message& message) {
  if (message.sequence <= known.sequence) return store::Change::no;
  known.sequence = message.sequence;
  known.event_id = text_of(message.data, "eventId");
  known.crew_id = text_of(message.data, "crewId");
  known.crew_customer_id = text_of(message.data, "crewCustomerId");
  known.data = message.data;
  return store::Change::yes;
}

void put_event(Values& values, const std::optional<EventProfile>& event) {
  if (!event) return;
  values["event"] = event->name;
  values["location"] = event->location;
  values["address"] = event->address.value_or("");
}

void put_invoice(Values& values, const json::object& data, std::string_view language) {
  values["number"] = text_of(data, "invoiceNumber");
  if (const auto due = day_from_iso(text_of(data, "dueDate")))
    values["due"] = day_text(*due, language);
}

}  // namespace

Announcer::Announcer(store::DocumentStore& store, const Clock& clock, Neighbours neighbours,
                     Post& post, Mailbox from, std::string public_url)
    : clock_(clock),
      neighbours_(neighbours),
      post_(post),
      from_(std::move(from)),
      public_url_(std::move(public_url)),
      bookings_(store, clock, "notification_bookings", "notification"),
      sent_(store, clock, "notification_sent", "notification") {}

std::vector<store::CollectionSchema> Announcer::schemas() {
  store::CollectionSchema bookings;
  bookings.name = "notification_bookings";
  bookings.fields = {"eventId"};
  bookings.indexes = {store::Index{{"eventId"}}};
  store::CollectionSchema sent;
  sent.name = "notification_sent";
  sent.fields = {"expiresAt"};
  sent.indexes = {store::Index{{"expiresAt"}}};
  sent.expires_field = "expiresAt";
  return {bookings, sent};
}

Task<Result<void>> Announcer::note_booking(Message message) {
  if (!message.type.starts_with("booking.")) co_return Result<void>{};
  const Trace trace = new_trace(message.traceparent);
  KnownBooking known;
  known.id = message.subject;
  take_latest(known, message);
  const auto inserted = co_await bookings_.insert(trace, std::move(known));
  if (inserted) co_return Result<void>{};
  if (inserted.error().reason != "exists") co_return inserted.error();
  std::string id = message.subject;
  auto change = [message](KnownBooking& there, store::Outgoing&) {
    return take_latest(there, message);
  };
  const auto updated = co_await bookings_.modify(trace, std::move(id), std::move(change));
  if (!updated) co_return updated.error();
  co_return Result<void>{};
}

Task<Result<Booked>> Announcer::booked_on(std::string event_id) {
  store::Query query;
  query.where.push_back(
      store::Condition{"eventId", store::Op::eq, json::value(json::string(event_id))});
  query.limit = most_booked;
  const auto found = co_await bookings_.find(std::move(query));
  if (!found) co_return found.error();
  Booked booked;
  for (const KnownBooking& booking : *found) {
    if (text_of(booking.data, "status") == "CANCELLED") continue;
    booked.crew.insert(booking.crew_id);
    booked.companies.insert(booking.crew_customer_id);
  }
  co_return booked;
}

Task<Result<void>> Announcer::announce(Message message) {
  const std::string link = text_of(message.data, "linkId");
  std::string user = text_of(message.data, "userId");
  if (message.type == "user.created" || message.type == "user.reset") {
    if (link.empty()) co_return Result<void>{};
    const Letter letter =
        message.type == "user.reset" ? Letter::password_reset : Letter::invitation;
    co_return co_await announce_link(std::move(message), letter, link, std::move(user));
  }
  if (message.type == "event.updated") co_return co_await announce_event(std::move(message));
  json::object data = message.data;
  std::string about = message.subject;
  co_return co_await announce_about(std::move(message), std::move(about), std::move(data));
}

Task<Result<void>> Announcer::announce_link(Message message, Letter letter, std::string link_id,
                                            std::string user_id) {
  const Trace trace = new_trace(message.traceparent);
  const auto link = co_await neighbours_.link(trace, std::move(link_id));
  if (!link) co_return link.error();
  const auto user = co_await neighbours_.user(trace, std::move(user_id));
  if (!user) co_return user.error();
  // Used, too old, or its person is gone: there is nothing to send any more.
  if (!*link || !*user) co_return Result<void>{};
  Reader reader;
  reader.box = Mailbox{(*user)->name, (*user)->email};
  reader.language = (*user)->language;
  Values values;
  values["name"] = (*user)->first_name;
  values["url"] = (*link)->url;
  std::string about = message.subject;
  co_return co_await send(std::move(message), std::move(about), letter, std::move(reader),
                          std::move(values));
}

// Those booked, where the change touches them.
Task<Result<void>> Announcer::announce_event(Message message) {
  const json::value* affected = message.data.if_contains("affectedBookings");
  if (affected == nullptr || !affected->is_array()) co_return Result<void>{};
  for (const json::value& item : affected->get_array()) {
    const json::string* id = item.if_string();
    if (id == nullptr) continue;
    std::string booking_id{std::string_view(*id)};
    const auto booking = co_await bookings_.get(booking_id);
    if (!booking) co_return booking.error();
    if (!*booking || text_of((*booking)->data, "status") == "CANCELLED") continue;
    Message copy = message;
    json::object data = (*booking)->data;
    const Result<void> done =
        co_await announce_about(std::move(copy), std::move(booking_id), std::move(data));
    if (!done) co_return done;
  }
  co_return Result<void>{};
}

// `about`: the booking or invoice that `data` describes.
Task<Result<void>> Announcer::announce_about(Message message, std::string about,
                                             json::object data) {
  const std::vector<Announcement> announcements =
      announcements_of(message.type, flag_of(data, "inHouse"));
  if (announcements.empty()) co_return Result<void>{};
  const Trace trace = new_trace(message.traceparent);
  auto found = co_await facts_of(trace, data);
  if (!found) co_return found.error();
  const auto facts = std::make_shared<const Facts>(std::move(*found));
  std::set<std::string> written_to;
  Result<void> outcome;
  for (const Announcement& announcement : announcements) {
    auto list = co_await readers(trace, announcement.whom, data, facts);
    if (!list) co_return list.error();
    for (Reader& reader : *list) {
      if (!written_to.insert(reader.box.address).second) continue;
      Values values = values_of(data, about, *facts, announcement.letter, reader);
      Message copy = message;
      std::string of = about;
      std::optional<Attachment> file;
      if (reader.wants_file) {
        auto printed = co_await file_for(trace, announcement.letter, about, data);
        if (!printed) co_return printed.error();
        file = std::move(*printed);
      }
      const Result<void> sent =
          co_await send(std::move(copy), std::move(of), announcement.letter, std::move(reader),
                        std::move(values), std::move(file));
      if (!sent) outcome = sent;  // the others get theirs all the same
    }
  }
  co_return outcome;
}

Task<Result<Announcer::Facts>> Announcer::facts_of(Trace trace, json::object data) {
  Facts facts;
  const std::string event = text_of(data, "eventId");
  const std::string crew = text_of(data, "crewId");
  const std::string organiser = text_of(data, "customerId");
  const std::string company = text_of(data, "crewCustomerId");
  if (!event.empty()) {
    auto found = co_await neighbours_.event(trace, event);
    if (!found) co_return found.error();
    facts.event = std::move(*found);
  }
  if (!crew.empty()) {
    auto found = co_await neighbours_.user(trace, crew);
    if (!found) co_return found.error();
    facts.crew = std::move(*found);
  }
  if (!organiser.empty()) {
    auto found = co_await neighbours_.customer(trace, organiser);
    if (!found) co_return found.error();
    facts.organiser = std::move(*found);
  }
  if (!company.empty()) {
    auto found = co_await neighbours_.customer(trace, company);
    if (!found) co_return found.error();
    facts.company = std::move(*found);
  }
  co_return facts;
}

Task<Result<std::vector<Announcer::Reader>>> Announcer::readers(
    Trace trace, Whom whom, json::object data, std::shared_ptr<const Facts> facts) {
  std::vector<UserProfile> people;
  std::vector<Reader> found;
  const std::string organiser = text_of(data, "customerId");
  if (whom == Whom::accounts_payable) {
    if (!facts->organiser) co_return found;
    const CustomerProfile& company = *facts->organiser;
    Reader reader;
    reader.box = Mailbox{company.name, company.invoice_email.value_or(company.email)};
    reader.language = company.country == "SE" ? "sv" : "en";
    reader.wants_file = true;
    found.push_back(std::move(reader));
    co_return found;
  }
  if (whom == Whom::crew_member) {
    if (facts->crew) people.push_back(*facts->crew);
  } else {
    const bool in_house = flag_of(data, "inHouse");
    const bool of_seller = whom == Whom::seller_admins && !in_house;
    const Role role = whom == Whom::administrators ? Role::Admin
                      : of_seller                  ? Role::CrewAdmin
                                                   : Role::CustomerAdmin;
    std::string company = whom == Whom::administrators ? std::string()
                          : of_seller                  ? text_of(data, "crewCustomerId")
                                                       : organiser;
    auto list = co_await neighbours_.people(trace, std::move(company), role);
    if (!list) co_return list.error();
    people = std::move(*list);
  }
  for (UserProfile& person : people) {
    const auto& channels = person.channels;
    const bool by_mail = std::find(channels.begin(), channels.end(), "email") != channels.end();
    if (!person.is_active || !by_mail) continue;
    found.push_back(Reader{Mailbox{person.name, person.email}, person.language, person.first_name});
  }
  co_return found;
}

Values Announcer::values_of(const json::object& data, std::string_view about, const Facts& facts,
                            Letter letter, const Reader& reader) const {
  Values values;
  values["name"] = reader.name;
  put_event(values, facts.event);
  values["crew"] = facts.crew ? facts.crew->name : std::string();
  values["organiser"] = name_of(facts.organiser);
  values["company"] = name_of(facts.company);
  values["skill"] = text_of(data, "skill");
  const auto from = time_from_iso(text_of(data, "startTime"));
  const auto to = time_from_iso(text_of(data, "endTime"));
  if (from && to) values["when"] = span_text(*from, *to, reader.language);
  values["cause"] = cancellation_text(text_of(data, "cancellationCode"), reader.language);
  const json::value* total = data.if_contains("totalAmount");
  const auto amount = total == nullptr ? std::nullopt : money_from_json(*total);
  // Crew see no prices.
  if (amount && !is_crew_letter(letter)) values["amount"] = money_text(*amount, reader.language);
  put_invoice(values, data, reader.language);
  const bool invoice = letter >= Letter::invoice_issued;
  values["link"] = public_url_ + (invoice ? "/invoices/" : "/bookings/") + std::string(about);
  return values;
}

Task<Result<std::optional<Attachment>>> Announcer::file_for(Trace trace, Letter letter,
                                                            std::string about, json::object data) {
  if (letter == Letter::invoice_credited) about = text_of(data, "creditNoteId");
  const bool has_file = letter == Letter::invoice_issued || letter == Letter::invoice_credited;
  if (!has_file || about.empty()) co_return std::optional<Attachment>();
  co_return co_await neighbours_.invoice_file(std::move(trace), std::move(about));
}

Task<Result<void>> Announcer::send(Message message, std::string about, Letter letter, Reader reader,
                                   Values values, std::optional<Attachment> file) {
  if (!is_sendable(reader.box.address)) {
    log_warning("a mail has no address it can go to", {{"type", message.type}, {"about", about}});
    co_return Result<void>{};
  }
  const std::string domain = from_.address.substr(from_.address.find('@') + 1);
  Mail mail;
  mail.message_id = message_id_of(message.id + "\n" + about, reader.box.address, domain);
  const Trace trace = new_trace(message.traceparent);
  const std::string id = mail.message_id;
  const Result<Claim> claimed = co_await claim(trace, id);
  if (!claimed) co_return claimed.error();
  if (*claimed == Claim::sent) co_return Result<void>{};
  if (*claimed == Claim::others) co_return unavailable(std::string(sent_by_another));
  Text text = write_letter(letter, reader.language, values);
  mail.from = from_;
  mail.to = std::move(reader.box);
  mail.subject = std::move(text.subject);
  mail.body = std::move(text.body);
  mail.language = reader.language == "sv" ? "sv" : "en";
  mail.date = message.time;
  mail.attachment = std::move(file);
  const Result<void> posted = co_await post_.send(std::move(mail));
  if (posted)
    log_info("mail sent",
             {{"type", message.type}, {"about", about}, {"traceId", trace.trace_id()}});
  const Result<void> noted = co_await end_claim(trace, id, posted.has_value());
  co_return posted ? noted : posted;
}

// A message may come twice, to two processes at once.
Task<Result<Announcer::Claim>> Announcer::claim(Trace trace, std::string mail_id) {
  const Time now = clock_.now();
  SentMail mine;
  mine.id = mail_id;
  mine.expires_at = now + sent_kept_ms;
  mine.sending_until = now + post_.longest_ms();
  const auto found = co_await sent_.get(mail_id);
  if (!found) co_return found.error();
  if (!*found) {
    const auto inserted = co_await sent_.insert(trace, std::move(mine));
    if (inserted) co_return Claim::mine;
    if (inserted.error().reason != "exists") co_return inserted.error();
    co_return Claim::others;
  }
  if (!(*found)->sending_until) co_return Claim::sent;
  const auto taken = std::make_shared<bool>(false);
  auto take = [taken, now, until = mine.sending_until](SentMail& there,
                                                       store::Outgoing&) -> Result<store::Change> {
    *taken = there.sending_until && *there.sending_until <= now;
    if (!*taken) return store::Change::no;
    there.sending_until = until;
    return store::Change::yes;
  };
  const auto after = co_await sent_.modify(std::move(trace), std::move(mail_id), std::move(take));
  if (!after) co_return after.error();
  if (*taken) co_return Claim::mine;
  co_return after->sending_until ? Claim::others : Claim::sent;
}

Task<Result<void>> Announcer::end_claim(Trace trace, std::string mail_id, bool sent) {
  auto end = [sent, now = clock_.now()](SentMail& there,
                                        store::Outgoing&) -> Result<store::Change> {
    if (!there.sending_until) return store::Change::no;
    there.sending_until = sent ? std::nullopt : std::optional(now);
    return store::Change::yes;
  };
  const auto ended = co_await sent_.modify(std::move(trace), std::move(mail_id), std::move(end));
  if (!ended) co_return ended.error();
  co_return Result<void>{};
}

}  // namespace thenorsound::notification
