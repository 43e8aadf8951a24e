#include "services/analytics/service.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "bus/embedded/embedded_bus.hpp"
#include "contracts/user_profile.hpp"
#include "http/local_upstream.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "support/until.hpp"

namespace thenorsound::analytics {
namespace {

using Answer = Result<http::Response>;

Task<Result<std::optional<Actor>>> by_header(const http::Request& request) {
  Actor actor;
  const auto user = request.field("X-User-Id");
  actor.is_service = !user;
  actor.service = "analytics";
  if (user) {
    actor.user.value = *user;
    actor.role = *role_from_name(*request.field("X-User-Roles"));
    actor.customer.value = request.field("X-User-CustomerId").value_or("");
  }
  co_return std::optional<Actor>(actor);
}

bus::RetrySettings quick() {
  bus::RetrySettings retry;
  retry.delays_ms = {1};
  return retry;
}

struct Analysing : testing::Test {
  std::string folder = [] {
    char name[] = "/tmp/thenor-analytics-XXXXXX";
    return std::string(mkdtemp(name));
  }();
  Loops loops{2};
  SettableClock clock{*time_from_iso("2027-03-01T10:00:00Z")};
  std::unique_ptr<store::SqliteDatabase> database =
      store::SqliteDatabase::open(folder + "/test.db").value();
  std::unique_ptr<store::DocumentStore> store = database->store("analytics");
  std::unique_ptr<store::DocumentStore> bus_store = database->store("bus");
  SystemClock real_clock;
  bus::EmbeddedBus bus{loops, *bus_store, real_clock, quick()};
  http::Router neighbours{by_header, clock};
  http::LocalUpstream upstream{neighbours};
  http::ServiceClient client{upstream, "analytics:key", std::chrono::milliseconds{1'000}};
  std::unique_ptr<AnalyticsService> service;
  json::array readings;
  json::array events;
  std::string events_asked_by;

  void SetUp() override {
    loops.start();
    answer("/internal/user-audit", http::Access::internal(),
           [this](http::Call&) { return Answer(http::ok(readings)); });
    answer("/internal/users", http::Access::internal(), [](http::Call&) {
      UserProfile kim;
      kim.id.value = "usr-kim";
      kim.name = "Kim Berg";
      json::array list;
      list.push_back(to_document(kim));
      return Answer(http::ok(list));
    });
    answer("/internal/users/{id}/marks", http::Access::internal(), [](http::Call&) {
      json::array list;
      list.push_back(json::object{{"startDate", "2027-02-01"}, {"endDate", "2027-02-05"}});
      return Answer(http::ok(list));
    });
    answer("/api/events", http::Access::logged_in(), [this](http::Call& call) {
      events_asked_by = call.actor.user.value;
      json::object page;
      page["items"] = events;
      return Answer(http::ok(page));
    });
    service = std::make_unique<AnalyticsService>(
        workflow::ServiceParts{loops, clock, *store, bus, by_header}, AnalyticsSettings{}, client,
        client);
    ASSERT_TRUE(wait_for(loops, service->start()).has_value());
  }
  void TearDown() override {
    wait_for(loops, bus.stop());
    wait_for(loops, service->stop());
    loops.stop();
    service.reset();
    std::filesystem::remove_all(folder);
  }
  void answer(std::string path, http::Access access, std::function<Answer(http::Call&)> make) {
    neighbours.add(http::Method::get, std::move(path), access,
                   [make](http::Call& call) { return respond(make, call); });
  }
  static Task<Answer> respond(std::function<Answer(http::Call&)> make, http::Call& call) {
    co_return make(call);
  }

  http::Response ask(http::Method method, std::string target, std::string role = "Admin",
                     std::string company = "") {
    http::Request request;
    request.method = method;
    request.method_text = http::method_name(method);
    request.target = target;
    const std::string path = target.substr(0, target.find('?'));
    request.path = path;
    if (path.size() < target.size())
      request.query = std::string_view(target).substr(path.size() + 1);
    request.fields.push_back({"X-User-Id", "usr-reader"});
    request.fields.push_back({"X-User-Roles", role});
    if (!company.empty()) request.fields.push_back({"X-User-CustomerId", company});
    return wait_for(loops, service->router().handle(request));
  }
  json::object get(std::string target, std::string role = "Admin", std::string company = "") {
    const http::Response response =
        ask(http::Method::get, target, std::move(role), std::move(company));
    EXPECT_EQ(response.status, 200) << target << " " << response.body;
    return read_own_json(response.body).as_object();
  }

  Message message(std::string type, std::string subject, json::object data,
                  std::int64_t sequence = 1) {
    Message made;
    made.id = subject + type;
    made.source = "test";
    made.type = std::move(type);
    made.subject = std::move(subject);
    made.sequence = sequence;
    made.time = clock.now() + sequence;
    made.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    made.data = std::move(data);
    return made;
  }
  Message booking(std::string id, std::string type, const char* status, const char* organiser,
                  const char* company, std::int64_t sequence = 1) {
    return message(std::move(type), std::move(id),
                   {{"crewId", "usr-kim"},
                    {"customerId", organiser},
                    {"crewCustomerId", company},
                    {"startTime", "2027-02-08T08:00:00Z"},
                    {"endTime", "2027-02-08T12:00:00Z"},
                    {"status", status},
                    {"totalAmount", 2000},
                    {"inHouse", false}},
                   sequence);
  }
  void hear(Message what) {
    ASSERT_TRUE(wait_for(loops, service->consume(std::move(what))).has_value());
  }
};

const std::string february = "from=2027-02-01&to=2027-02-28";

TEST_F(Analysing, TheAuditListsMessagesNewestFirst) {
  hear(booking("book-1", "booking.created", "REQUESTED", "org", "crew", 2));
  hear(booking("book-1", "booking.confirmed", "CONFIRMED", "org", "crew", 3));
  hear(message("event.created", "evt-1", {{"customerId", "org"}}, 1));
  const json::object all = get("/api/admin/audit");
  EXPECT_EQ(all.at("total"), 3);
  EXPECT_EQ(all.at("items").at(0).at("type"), "booking.confirmed");
  EXPECT_EQ(all.at("items").at(0).at("traceId"), "0af7651916cd43dd8448eb211c80319c");
  const json::object one = get("/api/admin/audit?subject=book-1&pageSize=1&pageNumber=2");
  EXPECT_EQ(one.at("total"), 2);
  EXPECT_EQ(one.at("items").at(0).at("type"), "booking.created");
  EXPECT_EQ(get("/api/admin/audit?userId=usr-kim").at("total"), 2);
  EXPECT_EQ(get("/api/admin/audit?userId=nobody").at("total"), 0);
  EXPECT_EQ(get("/api/admin/audit?from=2028-01-01T00:00:00Z").at("total"), 0);
  EXPECT_EQ(get("/api/admin/audit?to=2027-03-01T10:00:00.003Z").at("total"), 2);
}

TEST_F(Analysing, AMessageHeardTwiceIsThereOnce) {
  hear(booking("book-1", "booking.created", "REQUESTED", "org", "crew"));
  hear(booking("book-1", "booking.created", "REQUESTED", "org", "crew"));
  EXPECT_EQ(get("/api/admin/audit").at("total"), 1);
  EXPECT_EQ(get("/api/reports/bookings?" + february).at("totals").at("bookings"), 1);
}

TEST_F(Analysing, ReadingsOfSensitiveDataAreInTheAuditAtOnce) {
  json::object reading{{"id", "aud-1"},
                       {"at", clock.now().ms},
                       {"userId", "usr-ca"},
                       {"subject", "usr-kim"},
                       {"action", "sensitive.read"}};
  readings.push_back(std::move(reading));
  for (int i = 0; i < 2; ++i) {
    const json::object audit = get("/api/admin/audit?userId=usr-ca");
    ASSERT_EQ(audit.at("total"), 1);
    EXPECT_EQ(audit.at("items").at(0).at("type"), "sensitive.read");
    EXPECT_EQ(audit.at("items").at(0).at("subject"), "usr-kim");
  }
}

TEST_F(Analysing, TheAuditRefusesBadQueries) {
  for (const char* query : {"?from=yesterday", "?from=2027-01-01", "?pageSize=201", "?nonsense=1"})
    EXPECT_EQ(ask(http::Method::get, std::string("/api/admin/audit") + query).status, 400) << query;
}

TEST_F(Analysing, OnlyAdminSeesAuditAndDeadLetters) {
  for (const char* role : {"CustomerAdmin", "CustomerUser", "CrewAdmin", "CrewUser"})
    for (const char* path : {"/api/admin/audit", "/api/admin/dead-letters"})
      EXPECT_EQ(ask(http::Method::get, path, role, "org").status, 403);
}

TEST_F(Analysing, OnlyAdminsReadReports) {
  for (const char* path :
       {"/api/reports/bookings", "/api/reports/trends", "/api/reports/utilisation"}) {
    for (const char* role : {"Admin", "CustomerAdmin", "CrewAdmin"})
      EXPECT_EQ(ask(http::Method::get, path, role, "org").status, 200) << path;
    for (const char* role : {"CustomerUser", "CrewUser"})
      EXPECT_EQ(ask(http::Method::get, path, role, "org").status, 403) << path;
  }
}

TEST_F(Analysing, DeadLettersCanBeSeenAndReplayed) {
  std::atomic<bool> broken{true};
  std::vector<bus::QueueSpec> queues(1);
  queues[0].name = "broken";
  queues[0].patterns = {"x.y"};
  ASSERT_TRUE(wait_for(loops, bus.declare(std::move(queues))).has_value());
  struct Consumer {
    static Task<Result<bus::Delivery>> handle(std::atomic<bool>& is_broken) {
      if (is_broken) co_return unavailable("mail-server-away");
      co_return bus::Delivery::done;
    }
  };
  bus.consume("broken", [&](const Message&) { return Consumer::handle(broken); });
  std::vector<Message> messages;
  messages.push_back(message("x.y", "s-1", {{"amount", 1}}));
  wait_for(loops, bus.publish(std::move(messages)));
  ASSERT_TRUE(until([&] { return get("/api/admin/dead-letters").at("total") == 1; }));
  const json::object list = get("/api/admin/dead-letters?pageSize=10");
  const json::object letter = list.at("items").at(0).as_object();
  EXPECT_EQ(letter.at("queue"), "broken");
  EXPECT_EQ(letter.at("type"), "x.y");
  EXPECT_NE(std::string_view(letter.at("reason").as_string()).find("mail-server-away"),
            std::string_view::npos);
  broken = false;
  const std::string id(std::string_view(letter.at("id").as_string()));
  const std::string target = "/api/admin/dead-letters/" + id + "/replay";
  EXPECT_EQ(ask(http::Method::post, target).status, 200);
  EXPECT_TRUE(until([&] { return *wait_for(loops, bus.backlog()) == 0; }));
  EXPECT_EQ(get("/api/admin/dead-letters").at("total"), 0);
  EXPECT_EQ(ask(http::Method::post, target).status, 404);
}

TEST_F(Analysing, ReportsShowACompanyItsOwnFigures) {
  hear(booking("book-1", "booking.created", "CONFIRMED", "org", "crew"));
  hear(booking("book-2", "booking.created", "CONFIRMED", "org", "other"));
  const auto count = [&](const char* role, std::string company) {
    const json::object report = get("/api/reports/bookings?" + february, role, std::move(company));
    return report.at("totals").at("bookings").to_number<int>();
  };
  EXPECT_EQ(count("Admin", ""), 2);
  EXPECT_EQ(count("CustomerAdmin", "org"), 2);
  EXPECT_EQ(count("CrewAdmin", "crew"), 1);
  EXPECT_EQ(count("CrewAdmin", "nobody"), 0);
}

json::object event_of(const char* status, int capacity, int booked) {
  json::array slots;
  slots.push_back(json::object{
      {"startTime", "2027-02-08T08:00:00Z"}, {"capacity", capacity}, {"booked", booked}});
  json::object event;
  event["status"] = status;
  event["slots"] = std::move(slots);
  return event;
}

TEST_F(Analysing, FillRateIsAskedForAsTheReader) {
  events.push_back(event_of("Scheduled", 4, 1));
  events.push_back(event_of("Cancelled", 9, 0));
  const json::object report = get("/api/reports/bookings?" + february, "CustomerAdmin", "org");
  EXPECT_EQ(report.at("totals").at("fillRate"), 0.25);
  EXPECT_EQ(events_asked_by, "usr-reader");
  const json::object sellers = get("/api/reports/bookings?" + february, "CrewAdmin", "crew");
  EXPECT_TRUE(sellers.at("totals").at("fillRate").is_null());
}

TEST_F(Analysing, IssuedRevenueComesFromInvoices) {
  hear(booking("book-1", "booking.created", "CONFIRMED", "org", "crew"));
  hear(message("invoice.generated", "inv-1",
               {{"customerId", "org"},
                {"crewCustomerId", "crew"},
                {"bookingId", "book-1"},
                {"totalAmount", 2500}}));
  const std::string march = "from=2027-03-01&to=2027-03-31&by=month";
  EXPECT_EQ(get("/api/reports/bookings?" + march).at("totals").at("revenueIssued"), 2000);
  EXPECT_EQ(get("/api/reports/trends?" + march).at("items").at(0).at("revenueIssued"), 2000);
}

TEST_F(Analysing, UtilisationCoversTheCompanysCrew) {
  hear(message(
      "crew.created", "usr-kim",
      {{"userId", "usr-kim"}, {"customerId", "crew"}, {"userType", 3}, {"isActive", true}}));
  hear(booking("book-1", "booking.created", "CONFIRMED", "org", "crew"));
  const std::string path = "/api/reports/utilisation?" + february + "&by=month";
  for (const auto& [role, company] : {std::pair("CrewAdmin", "crew"), std::pair("Admin", "")}) {
    const json::object report = get(path, role, company);
    ASSERT_EQ(report.at("items").as_array().size(), 1U) << role;
    const json::object item = report.at("items").at(0).as_object();
    EXPECT_EQ(item.at("crewName"), "Kim Berg");
    EXPECT_EQ(item.at("bookedHours").to_number<double>(), 4);
    EXPECT_EQ(item.at("availableHours").to_number<double>(), 15 * 8);  // 20 weekdays, 5 marked
  }
  EXPECT_TRUE(get(path, "CustomerAdmin", "org").at("items").as_array().empty());
}

TEST_F(Analysing, ReportsComeAsCsvToo) {
  hear(booking("book-1", "booking.created", "CONFIRMED", "org", "crew"));
  const http::Response csv =
      ask(http::Method::get, "/api/reports/bookings?" + february + "&by=month&format=csv");
  EXPECT_EQ(csv.status, 200);
  EXPECT_TRUE(csv.content_type.starts_with("text/csv"));
  EXPECT_NE(csv.body.find("\r\n2027-02,2027-02-01,2027-02-28,1,"), std::string::npos) << csv.body;
}

TEST_F(Analysing, ReportsRefuseBadQueries) {
  for (const char* query : {"?from=2027-02-01T00:00:00Z", "?from=2027-02-30", "?by=year",
                            "?format=xml", "?customerId=x", "?from=2027-02-02&to=2027-02-01",
                            "?from=2020-01-01&to=2027-01-01", "?by=day&by=week"})
    for (const char* report : {"bookings", "trends", "utilisation"})
      EXPECT_EQ(ask(http::Method::get, std::string("/api/reports/") + report + query).status, 400)
          << report << query;
}

}  // namespace
}  // namespace thenorsound::analytics
