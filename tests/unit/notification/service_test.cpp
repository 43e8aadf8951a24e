#include "services/notification/service.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "base/crypto.hpp"
#include "bus/embedded/embedded_bus.hpp"
#include "contracts/customer_profile.hpp"
#include "contracts/event_profile.hpp"
#include "contracts/user_profile.hpp"
#include "http/local_upstream.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "support/until.hpp"

namespace thenorsound::notification {
namespace {

Task<Result<std::optional<Actor>>> as_service(const http::Request&) {
  Actor actor;
  actor.is_service = true;
  actor.service = "notification";
  co_return std::optional<Actor>(actor);
}

// The four services that notification asks, with one organiser, one crew company and their people.
class Town {
 public:
  explicit Town(const Clock& clock) : router(as_service, clock) {
    person("usr-oa", "Olle", "olle@org.example", 2, "cust-org", "sv");
    person("usr-ca", "Cecilia", "cecilia@crew.example", 4, "cust-crew", "en");
    person("usr-kim", "Kim", "kim@crew.example", 5, "cust-crew", "en");
    person("usr-adm", "Ada", "ada@thenorsound.example", 1, "", "en");
    company("cust-org", "Scen AB", "faktura@org.example");
    company("cust-crew", "Crew AB", "");
    answer("/internal/users/{id}", [this](http::Call& call) { return user(call.id()); });
    answer("/internal/users", [this](http::Call& call) { return list(call); });
    answer("/internal/customers/{id}",
           [this](http::Call& call) { return found(companies, call.id()); });
    answer("/internal/events/{id}", [this](http::Call& call) { return found(events, call.id()); });
    answer("/internal/links/{id}", [this](http::Call& call) { return found(links, call.id()); });
    answer("/internal/invoices/{id}/pdf",
           [this](http::Call& call) { return found(files, call.id()); });
    EventProfile event;
    event.id.value = "evt-1";
    event.name = "Malmö Live";
    event.location = "Stortorget";
    events["evt-1"] = to_document(event);
  }

  http::Router router;
  std::map<std::string, UserProfile> people;
  std::map<std::string, json::object> companies, events, links, files;
  std::atomic<int> broken{0};  // this many requests fail

 private:
  using Answer = Result<http::Response>;
  void answer(std::string path, std::function<Answer(http::Call&)> make) {
    router.add(http::Method::get, std::move(path), http::Access::internal(),
               [this, make](http::Call& call) { return respond(make, call); });
  }
  Task<Answer> respond(std::function<Answer(http::Call&)> make, http::Call& call) {
    if (broken > 0 && broken-- > 0) co_return make_error(Code::validation_error, "Broken.");
    co_return make(call);
  }
  Answer user(const std::string& id) {
    if (!people.contains(id)) return not_found("user");
    return http::ok(to_document(people[id]));
  }
  static Answer found(const std::map<std::string, json::object>& things, const std::string& id) {
    const auto place = things.find(id);
    if (place == things.end()) return not_found("thing");
    return http::ok(place->second);
  }
  Answer list(http::Call& call) {
    const json::object query = *call.query();
    json::array out;
    for (const auto& [id, one] : people) {
      const json::value* of = query.if_contains("customerId");
      if (of != nullptr && *of != json::value(json::string(one.customer_id.value))) continue;
      if (query.at("role") != json::value(json::string(std::to_string(one.role)))) continue;
      out.push_back(to_document(one));
    }
    return http::ok(out);
  }
  void person(std::string id, std::string first, std::string email, int role, std::string of,
              std::string language) {
    UserProfile one;
    one.id.value = id;
    one.email = std::move(email);
    one.first_name = first;
    one.last_name = "Berg";
    one.name = first + " Berg";
    one.role = role;
    one.customer_id.value = std::move(of);
    one.language = std::move(language);
    one.channels = {"email"};
    people[id] = one;
  }
  void company(std::string id, std::string name, std::string invoice_email) {
    CustomerProfile one;
    one.id.value = id;
    one.name = std::move(name);
    one.email = "info@" + id + ".example";
    if (!invoice_email.empty()) one.invoice_email = invoice_email;
    companies[id] = to_document(one);
  }
};

struct Notifying : testing::Test {
  std::string folder = [] {
    char name[] = "/tmp/thenor-notify-XXXXXX";
    return std::string(mkdtemp(name));
  }();
  Loops loops{2};
  SettableClock clock{*time_from_iso("2027-01-10T10:00:00Z")};
  std::unique_ptr<store::SqliteDatabase> database =
      store::SqliteDatabase::open(folder + "/test.db").value();
  std::unique_ptr<store::DocumentStore> store = database->store("notification");
  std::unique_ptr<store::DocumentStore> bus_store = database->store("bus");
  bus::EmbeddedBus bus{loops, *bus_store, clock};
  Town town{clock};
  http::LocalUpstream upstream{town.router};
  http::ServiceClient client{upstream, "notification:key", std::chrono::milliseconds{1'000}};
  std::unique_ptr<NotificationService> service;

  void SetUp() override {
    loops.start();
    NotificationSettings settings;
    settings.outbox_folder = folder + "/outbox";
    settings.public_url = "https://x.example";
    service = std::make_unique<NotificationService>(
        workflow::ServiceParts{loops, clock, *store, bus, as_service}, settings, client, client,
        client, client, client);
    ASSERT_TRUE(wait_for(loops, service->start()).has_value());
  }
  void TearDown() override {
    wait_for(loops, bus.stop());
    wait_for(loops, service->stop());
    loops.stop();
    service.reset();
    std::filesystem::remove_all(folder);
  }

  Message message(std::string type, std::string subject, json::object data,
                  std::int64_t sequence = 1) {
    Message made;
    made.id = subject + type + std::to_string(sequence);
    made.source = "test";
    made.type = std::move(type);
    made.subject = std::move(subject);
    made.sequence = sequence;
    made.time = clock.now();
    made.data = std::move(data);
    return made;
  }
  Message booking(std::string type, std::int64_t sequence = 1) {
    json::object data{{"bookingId", "book-1"},
                      {"eventId", "evt-1"},
                      {"crewId", "usr-kim"},
                      {"customerId", "cust-org"},
                      {"crewCustomerId", "cust-crew"},
                      {"category", "Sound"},
                      {"skill", "FOH"},
                      {"startTime", "2027-02-01T17:00:00Z"},
                      {"endTime", "2027-02-01T21:00:00Z"},
                      {"status", "REQUESTED"},
                      {"totalAmount", 2000},
                      {"currency", "SEK"},
                      {"inHouse", false}};
    return message(std::move(type), "book-1", std::move(data), sequence);
  }
  Result<bus::Delivery> hear(Message what) {
    return wait_for(loops, service->consume(std::move(what)));
  }
  // Recipient -> the mail's text.
  std::map<std::string, std::string> mails() const {
    std::map<std::string, std::string> found;
    if (!std::filesystem::exists(folder + "/outbox")) return found;
    for (const auto& entry : std::filesystem::directory_iterator(folder + "/outbox")) {
      std::ifstream file(entry.path(), std::ios::binary);
      std::string text{std::istreambuf_iterator<char>(file), {}};
      const std::size_t open = text.find('<', text.find("\r\nTo: "));
      found[text.substr(open + 1, text.find('>', open) - open - 1)] = text;
    }
    return found;
  }
  std::set<std::string> readers() const {
    std::set<std::string> found;
    for (const auto& [to, text] : mails()) found.insert(to);
    return found;
  }
};

using Readers = std::set<std::string>;
const Readers both_sides{"olle@org.example", "cecilia@crew.example", "kim@crew.example"};

TEST_F(Notifying, ARequestIsToldToBothSidesAndTheCrewMember) {
  ASSERT_TRUE(hear(booking("booking.created")));
  const auto all = mails();
  EXPECT_EQ(readers(), both_sides);
  EXPECT_NE(all.at("kim@crew.example").find("Subject: =?UTF-8?B?"), std::string::npos);
  EXPECT_NE(all.at("kim@crew.example").find("Hello Kim,"), std::string::npos);
  EXPECT_NE(all.at("olle@org.example").find("Hej Olle!"), std::string::npos);
  EXPECT_NE(all.at("cecilia@crew.example").find("SEK=C2=A02,000.00"), std::string::npos);
  EXPECT_NE(all.at("cecilia@crew.example").find("https://x.example/bookings/book-1"),
            std::string::npos);
}

TEST_F(Notifying, CrewSeeNoPrices) {
  hear(booking("booking.confirmed"));
  const std::string mail = mails().at("kim@crew.example");
  EXPECT_EQ(mail.find("SEK"), std::string::npos);
  EXPECT_EQ(mail.find("2,000"), std::string::npos);
}

TEST_F(Notifying, ARepeatWritesNothingNew) {
  hear(booking("booking.created"));
  const auto before = mails();
  std::filesystem::remove_all(folder + "/outbox");
  hear(booking("booking.created"));
  EXPECT_TRUE(mails().empty());
  EXPECT_EQ(before.size(), 3U);
}

// Messages may come twice, and to two processes at once.
TEST_F(Notifying, AMailThatAnotherProcessIsSendingIsLeftToItUntilItMustHaveDied) {
  ASSERT_TRUE(hear(booking("booking.created")));
  std::filesystem::remove_all(folder + "/outbox");
  store::Query all;
  for (const auto& sent : wait_for(loops, store->find("notification_sent", all)).value()) {
    store::Write under_way;
    under_way.collection = "notification_sent";
    under_way.id = sent->id;
    under_way.expected = sent->revision;
    under_way.body = sent->body;
    under_way.body["sendingUntil"] = clock.now().ms + 5'000;
    const auto written = wait_for(loops, store->commit(std::move(under_way)));
    ASSERT_EQ(written.outcome, store::Outcome::committed);
  }
  const auto left = hear(booking("booking.created"));
  ASSERT_TRUE(left);
  EXPECT_EQ(*left, bus::Delivery::early);
  EXPECT_TRUE(mails().empty());
  clock.advance(5'000);
  const auto done = hear(booking("booking.created"));
  ASSERT_TRUE(done);
  EXPECT_EQ(*done, bus::Delivery::done);
  EXPECT_EQ(readers(), both_sides);
  EXPECT_TRUE(hear(booking("booking.created")));
}

TEST_F(Notifying, AMailThatCouldNotBeSentIsTriedAgainAtOnce) {
  std::ofstream(folder + "/outbox").put('x');  // no folder can be made there
  EXPECT_FALSE(hear(booking("booking.created")));
  std::filesystem::remove(folder + "/outbox");
  EXPECT_TRUE(hear(booking("booking.created")));
  EXPECT_EQ(readers(), both_sides);
}

TEST_F(Notifying, AfterAFailureTheRestIsSentAndNothingTwice) {
  town.broken = 1;
  EXPECT_FALSE(hear(booking("booking.created")));
  EXPECT_TRUE(hear(booking("booking.created")));
  EXPECT_EQ(readers(), both_sides);
}

TEST_F(Notifying, FailedAndCompletedBookingsAreNoNews) {
  EXPECT_TRUE(hear(booking("booking.failed")));
  EXPECT_TRUE(hear(booking("booking.completed", 2)));
  EXPECT_TRUE(mails().empty());
}

TEST_F(Notifying, ACancellationSaysWhy) {
  Message cancelled = booking("booking.cancelled");
  cancelled.data["cancellationCode"] = "Expired";
  hear(cancelled);
  EXPECT_NE(mails().at("kim@crew.example").find("not answered in time"), std::string::npos);
}

TEST_F(Notifying, WhoWantsNoMailOrIsInactiveGetsNone) {
  town.people["usr-kim"].channels = {"sms"};
  town.people["usr-ca"].is_active = false;
  hear(booking("booking.created"));
  EXPECT_EQ(readers(), Readers{"olle@org.example"});
}

TEST_F(Notifying, PeopleAndThingsThatAreGoneAreLeftOut) {
  town.people.erase("usr-kim");
  town.events.clear();
  EXPECT_TRUE(hear(booking("booking.cancelled")));
  EXPECT_EQ(readers(), (Readers{"olle@org.example", "cecilia@crew.example"}));
}

TEST_F(Notifying, InHouseCrewIsAnsweredForByTheOrganiser) {
  Message in_house = booking("booking.created");
  in_house.data["inHouse"] = true;
  in_house.data["crewCustomerId"] = "cust-org";
  hear(in_house);
  EXPECT_EQ(readers(), (Readers{"olle@org.example", "kim@crew.example"}));
}

TEST_F(Notifying, BookedCrewHearsOfAChangedEvent) {
  hear(booking("booking.confirmed"));
  std::filesystem::remove_all(folder + "/outbox");
  json::object data{{"eventId", "evt-1"},
                    {"customerId", "cust-org"},
                    {"affectedBookings", json::array{"book-1", "book-unknown"}}};
  EXPECT_TRUE(hear(message("event.updated", "evt-1", std::move(data))));
  EXPECT_EQ(readers(), (Readers{"cecilia@crew.example", "kim@crew.example"}));
}

TEST_F(Notifying, AnInvoiceGoesToTheOrganisersAccountsPayable) {
  json::object data{{"invoiceId", "inv-1"},     {"invoiceNumber", "CREW-000001"},
                    {"customerId", "cust-org"}, {"crewCustomerId", "cust-crew"},
                    {"totalAmount", 2500},      {"dueDate", "2027-03-03"}};
  hear(message("invoice.generated", "inv-1", std::move(data)));
  EXPECT_EQ(readers(), (Readers{"faktura@org.example", "olle@org.example"}));
  EXPECT_NE(mails().at("faktura@org.example").find("CREW-000001"), std::string::npos);
  EXPECT_NE(mails().at("faktura@org.example").find("3 mars 2027"), std::string::npos);
}

TEST_F(Notifying, AccountsPayableGetTheInvoiceItselfAndOthersALink) {
  town.files["inv-1"] = {{"fileName", "faktura-CREW-000001.pdf"},
                         {"pdf", to_base64url("%PDF-1.5")}};
  json::object data{
      {"invoiceId", "inv-1"}, {"customerId", "cust-org"}, {"crewCustomerId", "cust-crew"}};
  hear(message("invoice.generated", "inv-1", std::move(data)));
  const auto all = mails();
  const std::string& mail = all.at("faktura@org.example");
  EXPECT_NE(mail.find("filename=\"faktura-CREW-000001.pdf\"\r\n\r\nJVBERi0xLjU=\r\n"),
            std::string::npos);
  EXPECT_EQ(all.at("olle@org.example").find("multipart"), std::string::npos);
}

TEST_F(Notifying, ACreditComesWithItsCreditNote) {
  town.files["inv-2"] = {{"fileName", "kreditfaktura-CREW-000002.pdf"}, {"pdf", "JVBERi0"}};
  json::object data{{"invoiceId", "inv-1"},
                    {"customerId", "cust-org"},
                    {"crewCustomerId", "cust-crew"},
                    {"creditNoteId", "inv-2"}};
  hear(message("invoice.credited", "inv-1", std::move(data)));
  EXPECT_NE(mails().at("faktura@org.example").find("kreditfaktura-CREW-000002.pdf"),
            std::string::npos);
}

TEST_F(Notifying, WhatAnInvoiceLacksIsToldToSellerAndAdmin) {
  json::object data{
      {"invoiceId", "inv-1"}, {"customerId", "cust-org"}, {"crewCustomerId", "cust-crew"}};
  hear(message("invoice.missing", "inv-1", std::move(data)));
  EXPECT_EQ(readers(), (Readers{"cecilia@crew.example", "ada@thenorsound.example"}));
}

TEST_F(Notifying, AnInvitationCarriesItsLink) {
  town.links["link-1"] = {{"url", "https://x.example/register#token=secret"},
                          {"userId", "usr-kim"}};
  hear(message("user.created", "usr-kim", {{"userId", "usr-kim"}, {"linkId", "link-1"}}));
  ASSERT_EQ(readers(), Readers{"kim@crew.example"});
  EXPECT_NE(mails().at("kim@crew.example").find("register#token=3Dsecret"), std::string::npos);
}

TEST_F(Notifying, OnlyUserCreatedSendsAnInvitation) {
  town.links["link-1"] = {{"url", "https://x.example/register#token=s"}, {"userId", "usr-kim"}};
  EXPECT_TRUE(hear(message("user.created", "usr-kim", {{"userId", "usr-kim"}})));
  EXPECT_TRUE(
      hear(message("crew.created", "usr-kim", {{"userId", "usr-kim"}, {"linkId", "link-1"}})));
  EXPECT_TRUE(mails().empty());
}

TEST_F(Notifying, ALinkThatIsGoneSendsNothing) {
  EXPECT_TRUE(hear(message("user.reset", "link-9", {{"userId", "usr-kim"}, {"linkId", "link-9"}})));
  EXPECT_TRUE(mails().empty());
}

TEST_F(Notifying, AddressesThatNoMailCanGoToAreLeftOut) {
  town.people["usr-kim"].email = "kim@crew.example>\r\nBcc: <x@y.z";
  EXPECT_TRUE(hear(booking("booking.created")));
  EXPECT_EQ(readers(), (Readers{"olle@org.example", "cecilia@crew.example"}));
}

TEST_F(Notifying, HearsOfItOverTheBus) {
  std::vector<Message> sent;
  sent.push_back(booking("booking.created"));
  wait_for(loops, bus.publish(std::move(sent)));
  EXPECT_TRUE(until([&] { return readers() == both_sides; }));
}

TEST_F(Notifying, ASenderThatIsNoAddressIsRefused) {
  NotificationSettings settings;
  settings.mail_from = "nobody";
  EXPECT_THROW(NotificationService(workflow::ServiceParts{loops, clock, *store, bus, as_service},
                                   settings, client, client, client, client, client),
               UnexpectedFailure);
}

}  // namespace
}  // namespace thenorsound::notification
