#include "demo.hpp"

#include "contracts/customer_profile.hpp"
#include "demo_names.hpp"
#include "demo_plan.hpp"

namespace thenorsound::app {
namespace {

using http::Method;

class Loader {
 public:
  Loader(Loops& loops, DemoServices services, Actor admin, Time now)
      : loops_(loops), services_(std::move(services)), admin_(std::move(admin)), plan_(now) {}

  Task<Result<void>> load() {
    for (auto step : {&Loader::make_companies, &Loader::make_tariffs, &Loader::make_logins,
                      &Loader::make_crew, &Loader::make_events, &Loader::make_bookings,
                      &Loader::answer_bookings, &Loader::pay_some_invoices}) {
      const Result<void> done = co_await (this->*step)();
      if (!done) co_return done;
    }
    co_return Result<void>();
  }

 private:
  // ---- the commands, each as the person who would give it ----
  Task<Result<json::value>> ask(http::ServiceClient& service, Method method, std::string target,
                                json::object body, const Actor& actor) {
    const Trace trace = new_trace();
    Actor who = actor;
    auto answer = co_await service.send(trace, method, target, std::move(body), &who);
    if (!answer) {
      std::string fields;
      for (const FieldError& detail : answer.error().details)
        fields += " " + detail.field + ": " + detail.message + ";";
      Error error = answer.error();
      error.message = "demo data: " + target + ": " + error.message + fields;
      co_return error;
    }
    co_return answer;
  }

  Task<Result<void>> make_companies() {
    for (std::size_t i = 0; i < plan_.companies.size(); ++i) {
      json::object body = plan_.customer_body(i);
      auto made = co_await ask(services_.customers, Method::post, "/api/customers", std::move(body),
                               admin_);
      if (!made) co_return made.error();
      plan_.companies[i].id.value = std::string(std::string_view(made->at("id").as_string()));
    }
    const Trace trace = new_trace();
    auto catalogue = co_await services_.customers.get(trace, "/internal/catalogue");
    if (!catalogue) co_return catalogue.error();
    for (const auto& category : from_document<Catalogue>(catalogue->as_object()).categories)
      for (std::size_t i = 0; i < std::min<std::size_t>(category.skills.size(), 3); ++i)
        plan_.skills.push_back(SkillName{category.name, category.skills[i].name});
    co_return Result<void>();
  }

  Task<Result<void>> make_tariffs() {
    for (std::size_t organiser = 0; organiser < DemoPlan::organisers; ++organiser) {
      for (std::size_t i = 0; i < plan_.skills.size(); ++i) {
        const auto hour = static_cast<std::int64_t>(420 + 20 * (i % 8) + 15 * organiser);
        for (const auto& [type, amount] : {std::pair("Hour", hour), std::pair("Day", hour * 8)}) {
          if (std::string_view(type) == "Day" && i % 2 == 1) continue;
          json::object body{{"timeType", type}, {"amount", amount}};
          body["category"] = plan_.skills[i].category;
          body["skill"] = plan_.skills[i].skill;
          auto made =
              co_await ask(services_.customers, Method::post,
                           "/api/customers/" + plan_.companies[organiser].id.value + "/tariffs",
                           std::move(body), admin_);
          if (!made) co_return made.error();
        }
      }
    }
    co_return Result<void>();
  }

  struct NewUser {
    std::string email, first, last;
    int type = 2;
    Role role = Role::CustomerUser;
    std::size_t company = 0;
    std::vector<SkillName> skills;
    std::string password;
  };

  Task<Result<std::string>> make_user(NewUser user) {
    auto& [email, first, last, type, role, company, skills, password] = user;
    Dice own = dice_of(email);  // people are made side by side: each has numbers of its own
    json::object body{{"userType", type}, {"role", static_cast<int>(role)}, {"invite", false}};
    body["email"] = email;
    body["firstName"] = first;
    body["lastName"] = last;
    body["phone"] = "070-" + std::to_string(1'000'000 + own.roll(8'999'999));
    body["customerId"] = plan_.companies[company].id.value;
    body["language"] = "sv";
    if (!skills.empty()) {
      json::array list;
      for (const SkillName& skill : skills) {
        json::object item{{"yearsOfExperience", 1 + own.roll(20)}};
        item["category"] = skill.category;
        item["skill"] = skill.skill;
        list.push_back(std::move(item));
      }
      body["skills"] = std::move(list);
    }
    if (!password.empty()) body["password"] = password;
    const Trace trace = new_trace();
    auto made =
        co_await services_.users.send(trace, Method::post, "/internal/users", std::move(body));
    if (!made) {
      Error error = made.error();
      error.message = "demo data: user " + email + ": " + error.message;
      for (const FieldError& detail : error.details)
        error.message += " " + detail.field + ": " + detail.message + ";";
      co_return error;
    }
    co_return std::string(std::string_view(made->at("id").as_string()));
  }

  Task<Result<void>> make_logins() {
    for (std::size_t i = 0; i < plan_.companies.size(); ++i) {
      const bool crew = plan_.companies[i].crew > 0;
      const bool demo = i == 0 || i == DemoPlan::demo_company;
      const std::string domain = plan_.companies[i].short_name + ".example";
      std::string first(plan_.dice.pick(first_names)), last(plan_.dice.pick(last_names));
      std::string email = i == 0                        ? "organiser@demo.example"
                          : i == DemoPlan::demo_company ? "crewadmin@demo.example"
                                                        : "chef@" + domain;
      NewUser chief{email,
                    first,
                    last,
                    crew ? 3 : 2,
                    crew ? Role::CrewAdmin : Role::CustomerAdmin,
                    i,
                    {},
                    std::string(demo ? demo_password : "")};
      auto admin = co_await make_user(std::move(chief));
      if (!admin) co_return admin.error();
      plan_.companies[i].admin.user.value = *admin;
      plan_.companies[i].admin.role = crew ? Role::CrewAdmin : Role::CustomerAdmin;
      plan_.companies[i].admin.customer = plan_.companies[i].id;
      if (crew) continue;
      first = plan_.dice.pick(first_names);
      last = plan_.dice.pick(last_names);
      email = i == 0 ? "organiser-user@demo.example" : "projekt@" + domain;
      NewUser reader{email,
                     first,
                     last,
                     2,
                     Role::CustomerUser,
                     i,
                     {},
                     std::string(i == 0 ? demo_password : "")};
      auto user = co_await make_user(std::move(reader));
      if (!user) co_return user.error();
    }
    co_return Result<void>();
  }

  Task<Result<void>> make_crew() {
    plan_.plan_people();
    return in_parallel(plan_.people.size(), [this](std::size_t i) { return make_person(i); });
  }

  Task<Result<void>> make_person(std::size_t index) {
    const Person& person = plan_.people[index];
    NewUser user{
        person.email,   person.first,
        person.last,    3,
        Role::CrewUser, person.company,
        person.skills,  std::string(person.email == "crew@demo.example" ? demo_password : "")};
    auto made = co_await make_user(std::move(user));
    if (!made) co_return made.error();
    plan_.people[index].id = *made;
    co_return Result<void>();
  }

  Task<Result<void>> make_events() {
    plan_.plan_events();
    return in_parallel(plan_.events.size(), [this](std::size_t i) { return make_event(i); });
  }

  Task<Result<void>> make_event(std::size_t index) {
    PlannedEvent& event = plan_.events[index];
    static constexpr std::array<std::string_view, 3> kinds = {"Festival", "Concert", "Conference"};
    json::object body;
    body["customerId"] = plan_.companies[event.organiser].id.value;
    body["name"] = event.name;
    body["startDate"] = to_iso(event.start);
    body["endDate"] = to_iso(event.end);
    body["crewFrom"] = to_iso(event.crew_from);
    body["crewTo"] = to_iso(event.crew_to);
    body["location"] = event.city;
    body["eventType"] = kinds[event.organiser];
    json::array slots;
    for (const Slot& slot : event.slots) {
      json::object item{{"capacity", slot.capacity}};
      item["category"] = slot.what.category;
      item["skill"] = slot.what.skill;
      item["startTime"] = to_iso(slot.start);
      item["endTime"] = to_iso(slot.end);
      slots.push_back(std::move(item));
    }
    body["slots"] = std::move(slots);
    auto made = co_await ask(services_.events, Method::post, "/api/events", std::move(body),
                             event.past ? admin_ : plan_.companies[event.organiser].admin);
    if (!made) co_return made.error();
    event.id = std::string(std::string_view(made->at("id").as_string()));
    const json::array& given = made->at("slots").as_array();
    for (std::size_t i = 0; i < given.size(); ++i)
      event.slots[i].id = std::string(std::string_view(given[i].at("id").as_string()));
    co_return Result<void>();
  }

  Task<Result<void>> make_bookings() {
    plan_.plan_bookings();
    booking_ids_.resize(plan_.bookings.size());
    return in_parallel(plan_.bookings.size(), [this](std::size_t i) { return make_booking(i); });
  }

  Task<Result<void>> make_booking(std::size_t index) {
    const PlannedBooking& booking = plan_.bookings[index];
    json::object body;
    body["eventId"] = booking.event_id;
    body["slotId"] = booking.slot_id;
    body["crewId"] = booking.crew_id;
    body["startTime"] = to_iso(booking.start);
    body["endTime"] = to_iso(booking.end);
    auto made = co_await ask(
        services_.bookings, Method::post, "/api/bookings", std::move(body),
        booking.fate == Fate::completed ? admin_ : plan_.companies[booking.organiser].admin);
    if (!made) co_return made.error();
    booking_ids_[index] = std::string(std::string_view(made->at("id").as_string()));
    co_return Result<void>();
  }

  Task<Result<void>> answer_bookings() {
    return in_parallel(plan_.bookings.size(), [this](std::size_t i) { return answer_booking(i); });
  }

  Task<Result<void>> answer_booking(std::size_t index) {
    const PlannedBooking& booking = plan_.bookings[index];
    const std::string target = "/api/bookings/" + booking_ids_[index];
    const Actor& seller = plan_.companies[booking.company].admin;
    const Actor& buyer = plan_.companies[booking.organiser].admin;
    json::object reason{{"reason", "Ändrade planer"}}, nothing;
    if (booking.fate == Fate::confirmed || booking.fate == Fate::completed) {
      auto done =
          co_await ask(services_.bookings, Method::put, target + "/confirm", nothing, seller);
      if (!done) co_return done.error();
    }
    if (booking.fate == Fate::completed) {
      auto done =
          co_await ask(services_.bookings, Method::put, target + "/complete", nothing, buyer);
      if (!done) co_return done.error();
    }
    if (booking.fate == Fate::declined) {
      auto done =
          co_await ask(services_.bookings, Method::put, target + "/decline", reason, seller);
      if (!done) co_return done.error();
    }
    if (booking.fate == Fate::cancelled) {
      auto done = co_await ask(services_.bookings, Method::put, target + "/cancel", reason, buyer);
      if (!done) co_return done.error();
    }
    co_return Result<void>();
  }

  // Two of three invoices for work that is done are paid.
  Task<Result<void>> pay_some_invoices() {
    co_await services_.settled();
    const Trace trace = new_trace();
    json::object nothing;
    auto page = co_await services_.bookings.send(
        trace, Method::get, "/api/invoices?status=Issued&pageSize=200", nothing, &admin_);
    if (!page) co_return page.error();
    std::size_t turn = 0;
    for (const json::value& invoice : page->at("items").as_array()) {
      const auto supplied = day_from_iso(std::string_view(invoice.at("supplyTo").as_string()));
      if (!supplied || *supplied > stockholm_day(plan_.now) || ++turn % 3 == 0) continue;
      json::object body{{"method", "Bankgiro"}};
      body["amount"] = invoice.at("balance");
      body["paidDate"] = to_iso(stockholm_day(plan_.now));
      auto paid = co_await ask(services_.bookings, Method::post,
                               "/api/invoices/" +
                                   std::string(std::string_view(invoice.at("id").as_string())) +
                                   "/payments",
                               std::move(body), admin_);
      if (!paid) co_return paid.error();
    }
    co_await services_.settled();
    co_return Result<void>();
  }

  // ---- many commands at a time, spread over the loops ----
  static constexpr std::size_t lanes = 16;
  struct Work {
    std::size_t count = 0;
    std::function<Task<Result<void>>(std::size_t)> act;
    std::atomic<std::size_t> next{0}, running{0};
    std::mutex mutex;
    std::optional<Error> failure;
    Resume<bool> done;
  };

  static Task<void> lane(std::shared_ptr<Work> work) {
    for (;;) {
      const std::size_t index = work->next.fetch_add(1);
      if (index >= work->count) break;
      const Result<void> done = co_await work->act(index);
      if (done) continue;
      std::lock_guard lock(work->mutex);
      if (!work->failure) work->failure = done.error();
      work->next = work->count;
    }
    if (work->running.fetch_sub(1) == 1) work->done(true);
  }

  Task<Result<void>> in_parallel(std::size_t count,
                                 std::function<Task<Result<void>>(std::size_t)> act) {
    auto work = std::make_shared<Work>();
    work->count = count;
    work->act = std::move(act);
    work->running = lanes;
    auto start = [this, work](Resume<bool> resume) {
      work->done = std::move(resume);
      for (std::size_t i = 0; i < lanes; ++i) loops_.spawn("demo data", lane(work));
    };
    co_await suspend<bool>(std::move(start));
    if (work->failure) co_return *work->failure;
    co_return Result<void>();
  }

  Loops& loops_;
  DemoServices services_;
  Actor admin_;
  DemoPlan plan_;
  std::vector<std::string> booking_ids_;
};

}  // namespace

Task<Result<void>> load_demo(Loops& loops, DemoServices services, Actor admin, Time now) {
  Loader loader(loops, std::move(services), std::move(admin), now);
  co_return co_await loader.load();
}

}  // namespace thenorsound::app
