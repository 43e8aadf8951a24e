#include "demo.hpp"

#include <deque>
#include <set>

#include "base/fields.hpp"
#include "base/log.hpp"
#include "contracts/customer_profile.hpp"
#include "demo_names.hpp"

namespace thenorsound::app {
namespace {

using http::Method;

// The same numbers on every machine.
struct Dice {
  std::uint64_t state = 20'270'601;
  std::uint64_t roll(std::uint64_t below) {
    state = state * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
    return (state >> 33) % below;
  }
  template <class Range>
  const auto& pick(const Range& range) {
    return range[roll(std::size(range))];
  }
};

Dice dice_of(std::string_view word) {
  Dice dice;
  for (const char c : word) dice.state = dice.state * 31 + static_cast<unsigned char>(c);
  return dice;
}

int luhn_digit(std::string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const int product = (digits[i] - '0') * ((digits.size() - i) % 2 == 1 ? 2 : 1);
    sum += product / 10 + product % 10;
  }
  return (10 - sum % 10) % 10;
}
std::string with_check_digit(std::string digits) {
  return digits + std::to_string(luhn_digit(digits));
}

struct Company {
  std::string name, short_name, city, zip, address;
  std::size_t crew = 0;  // > 0: a crew company
  CustomerId id;
  Actor admin;  // its CustomerAdmin or CrewAdmin
  std::string org_number;
};
struct Person {
  std::size_t company = 0;
  std::string first, last, email;
  std::vector<SkillName> skills;
  bool kept_free = false;  // nothing in the calendar from 40 days ahead on
  std::string id;
  std::vector<std::pair<Time, Time>> taken;
  bool free(Time from, Time to) const {
    for (const auto& [start, end] : taken)
      if (start < to && from < end) return false;
    return true;
  }
};
enum class Fate { requested, confirmed, declined, cancelled, completed };
struct PlannedBooking {
  std::string event_id, slot_id, crew_id;
  Time start, end;
  std::size_t organiser = 0, company = 0;
  Fate fate = Fate::requested;
};
struct Slot {
  SkillName what;
  Time start, end;
  std::size_t capacity = 0;
  std::string id;
};
struct PlannedEvent {
  std::size_t organiser = 0;
  std::string name, city;
  Time start, end, crew_from, crew_to;
  std::vector<Slot> slots;
  std::string id;
  bool past = false;
};

std::string lower_ascii(std::string_view name) {
  static const std::map<std::string, std::string> plain = {{"å", "a"}, {"ä", "a"}, {"ö", "o"},
                                                           {"Å", "a"}, {"Ä", "a"}, {"Ö", "o"}};
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto found = plain.find(std::string(name.substr(i, 2)));
    if (found != plain.end()) {
      out += found->second;
      ++i;
    } else {
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
    }
  }
  return out;
}

class Loader {
 public:
  Loader(Loops& loops, DemoServices services, Actor admin, Time now)
      : loops_(loops), services_(std::move(services)), admin_(std::move(admin)), now_(now) {}

  Task<Result<void>> load() {
    plan_companies();
    for (auto step : {&Loader::make_companies, &Loader::make_tariffs, &Loader::make_logins,
                      &Loader::make_crew, &Loader::make_events, &Loader::make_bookings,
                      &Loader::answer_bookings, &Loader::pay_some_invoices}) {
      const Result<void> done = co_await (this->*step)();
      if (!done) co_return done;
    }
    co_return Result<void>();
  }

 private:
  // ---- what there will be ----
  void plan_companies() {
    const auto add = [&](std::string name, std::string short_name, std::string city,
                         std::string zip, std::string address, std::size_t crew) {
      Company company;
      company.name = std::move(name);
      company.short_name = std::move(short_name);
      company.city = std::move(city);
      company.zip = std::move(zip);
      company.address = std::move(address);
      company.crew = crew;
      company.org_number =
          with_check_digit("55920" + std::to_string(1000 + companies_.size() * 37));
      companies_.push_back(std::move(company));
    };
    add("Sommarscenen AB", "sommarscenen", "Stockholm", "111 22", "Strandvägen 7", 0);
    add("Västkustens Festivaler AB", "vastkusten", "Göteborg", "411 05", "Linnégatan 12", 0);
    add("Konferensbolaget Norr AB", "norr", "Umeå", "903 26", "Storgatan 40", 0);
    add("Ljud & Ljus Crew AB", "ljudochljus", "Stockholm", "118 20", "Hornsgatan 88", 42);
    add("Nordic Stage Hands AB", "stagehands", "Malmö", "211 45", "Bergsgatan 3", 30);
    add("Videoteknik i Väst AB", "videovast", "Göteborg", "413 01", "Järntorget 2", 28);
    add("Mälardalens Scenteknik AB", "malardalen", "Västerås", "722 11", "Hamngatan 9", 20);
  }

  static constexpr std::size_t organisers = 3;
  static constexpr std::size_t demo_company = 3;

  json::object customer_body(const Company& company, std::size_t index) const {
    json::object body{{"customerType", company.crew > 0 ? 2 : 1}, {"country", "SE"}};
    body["name"] = company.name;
    body["orgNumber"] = company.org_number.substr(0, 6) + "-" + company.org_number.substr(6);
    body["address"] = company.address;
    body["city"] = company.city;
    body["zipCode"] = company.zip;
    body["email"] = "info@" + company.short_name + ".example";
    body["phone"] = "08-555 10 " + std::to_string(10 + index);
    body["vatNumber"] = "SE" + company.org_number + "01";
    body["seat"] = company.city;
    if (company.crew == 0) {
      body["invoiceEmail"] = "faktura@" + company.short_name + ".example";
      return body;
    }
    body["terms"] =
        json::object{{"issueOn", "Confirmed"}, {"dueFrom", "Work"}, {"paymentDays", 30},
                     {"answerHours", 336},     {"minMinutes", 180}, {"stepMinutes", 30}};
    body["vatStatus"] = "Registered";
    body["fTax"] = true;
    body["instantBooking"] = index == 4;
    body["invoicePrefix"] = "DEMO" + std::to_string(index);
    body["bankgiro"] = with_check_digit("505" + std::to_string(1050 + index));
    return body;
  }

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
    for (std::size_t i = 0; i < companies_.size(); ++i) {
      json::object body = customer_body(companies_[i], i);
      auto made = co_await ask(services_.customers, Method::post, "/api/customers", std::move(body),
                               admin_);
      if (!made) co_return made.error();
      companies_[i].id.value = std::string(std::string_view(made->at("id").as_string()));
    }
    const Trace trace = new_trace();
    auto catalogue = co_await services_.customers.get(trace, "/internal/catalogue");
    if (!catalogue) co_return catalogue.error();
    for (const auto& category : from_document<Catalogue>(catalogue->as_object()).categories)
      for (std::size_t i = 0; i < std::min<std::size_t>(category.skills.size(), 3); ++i)
        skills_.push_back(SkillName{category.name, category.skills[i].name});
    co_return Result<void>();
  }

  Task<Result<void>> make_tariffs() {
    for (std::size_t organiser = 0; organiser < organisers; ++organiser) {
      for (std::size_t i = 0; i < skills_.size(); ++i) {
        const auto hour = static_cast<std::int64_t>(420 + 20 * (i % 8) + 15 * organiser);
        for (const auto& [type, amount] : {std::pair("Hour", hour), std::pair("Day", hour * 8)}) {
          if (std::string_view(type) == "Day" && i % 2 == 1) continue;
          json::object body{{"timeType", type}, {"amount", amount}};
          body["category"] = skills_[i].category;
          body["skill"] = skills_[i].skill;
          auto made = co_await ask(services_.customers, Method::post,
                                   "/api/customers/" + companies_[organiser].id.value + "/tariffs",
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
    body["customerId"] = companies_[company].id.value;
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
    for (std::size_t i = 0; i < companies_.size(); ++i) {
      const bool crew = companies_[i].crew > 0;
      const bool demo = i == 0 || i == demo_company;
      const std::string domain = companies_[i].short_name + ".example";
      std::string first(dice_.pick(first_names)), last(dice_.pick(last_names));
      std::string email = i == 0              ? "organiser@demo.example"
                          : i == demo_company ? "crewadmin@demo.example"
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
      companies_[i].admin.user.value = *admin;
      companies_[i].admin.role = crew ? Role::CrewAdmin : Role::CustomerAdmin;
      companies_[i].admin.customer = companies_[i].id;
      if (crew) continue;
      first = dice_.pick(first_names);
      last = dice_.pick(last_names);
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
    for (std::size_t c = organisers; c < companies_.size(); ++c)
      for (std::size_t i = 0; i < companies_[c].crew; ++i) people_.push_back(plan_person(c, i));
    return in_parallel(people_.size(), [this](std::size_t i) { return make_person(i); });
  }

  Person plan_person(std::size_t company, std::size_t index) {
    Person person;
    person.company = company;
    person.first = dice_.pick(first_names);
    person.last = dice_.pick(last_names);
    person.email = lower_ascii(person.first) + "." + lower_ascii(person.last) +
                   std::to_string(people_.size()) + "@" + companies_[company].short_name +
                   ".example";
    // The first 16 of the demo company share their first skill; 14 of them stay free.
    if (company == demo_company && index < 16) {
      person.skills.push_back(skills_.front());
      person.kept_free = index >= 2;
    } else {
      person.skills.push_back(skills_[(index + company) % skills_.size()]);
    }
    if (company == demo_company && index == 0) person.email = "crew@demo.example";
    const SkillName& more = skills_[dice_.roll(skills_.size())];
    if (more != person.skills.front()) person.skills.push_back(more);
    return person;
  }

  Task<Result<void>> make_person(std::size_t index) {
    const Person& person = people_[index];
    NewUser user{
        person.email,   person.first,
        person.last,    3,
        Role::CrewUser, person.company,
        person.skills,  std::string(person.email == "crew@demo.example" ? demo_password : "")};
    auto made = co_await make_user(std::move(user));
    if (!made) co_return made.error();
    people_[index].id = *made;
    co_return Result<void>();
  }

  // The season: June to August, of this year while June is at least 50 days ahead, else of the
  // next. Six events lie behind us.
  Day season_start() const {
    const Day today = stockholm_day(now_);
    const int year = civil(today).year;
    const Day june = day_of(year, 6, 1);
    return june.days >= today.days + 50 ? june : day_of(year + 1, 6, 1);
  }

  void plan_events() {
    const Day season = season_start(), today = stockholm_day(now_);
    for (std::size_t i = 0; i < 66; ++i) {
      PlannedEvent event;
      event.past = i < 6;
      event.organiser = i % organisers;
      event.name = std::string(event_names[i % event_names.size()]);
      event.city = i < event_names.size() ? companies_[event.organiser].city
                                          : std::string(dice_.pick(cities));
      event.name += " " + event.city;
      const Day day = event.past ? Day{today.days - 50 + static_cast<int>(i) * 7}
                                 : Day{season.days + static_cast<int>((i - 6) * 91 / 60)};
      const int days = 1 + static_cast<int>(dice_.roll(3));
      event.start = stockholm_time(day, 12 * 60);
      event.end = stockholm_time(Day{day.days + days - 1}, 23 * 60);
      event.crew_from = stockholm_time(Day{day.days - 1}, 8 * 60);
      event.crew_to = stockholm_time(Day{day.days + days}, 12 * 60);
      plan_slots(event, day, days);
      events_.push_back(std::move(event));
    }
  }

  void plan_slots(PlannedEvent& event, Day day, int days) {
    const std::size_t kinds = 3 + dice_.roll(3);
    std::set<std::size_t> chosen{0};
    while (chosen.size() < kinds) chosen.insert(dice_.roll(skills_.size()));
    for (const std::size_t skill : chosen)
      for (int d = 0; d < days; ++d) {
        Slot slot;
        slot.what = skills_[skill];
        slot.start = stockholm_time(Day{day.days + d}, 10 * 60);
        slot.end = stockholm_time(Day{day.days + d}, 23 * 60);
        slot.capacity = 1 + dice_.roll(4);
        event.slots.push_back(std::move(slot));
      }
  }

  Task<Result<void>> make_events() {
    plan_events();
    return in_parallel(events_.size(), [this](std::size_t i) { return make_event(i); });
  }

  Task<Result<void>> make_event(std::size_t index) {
    PlannedEvent& event = events_[index];
    static constexpr std::array<std::string_view, 3> kinds = {"Festival", "Concert", "Conference"};
    json::object body;
    body["customerId"] = companies_[event.organiser].id.value;
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
                             event.past ? admin_ : companies_[event.organiser].admin);
    if (!made) co_return made.error();
    event.id = std::string(std::string_view(made->at("id").as_string()));
    const json::array& given = made->at("slots").as_array();
    for (std::size_t i = 0; i < given.size(); ++i)
      event.slots[i].id = std::string(std::string_view(given[i].at("id").as_string()));
    co_return Result<void>();
  }

  // Some places of each slot, with people who have the skill and are free.
  void plan_bookings() {
    const Time kept_from = now_ + 40 * day_ms;
    for (const PlannedEvent& event : events_) {
      for (const Slot& slot : event.slots) {
        std::size_t wanted = slot.capacity > 1 ? slot.capacity - dice_.roll(2) : dice_.roll(2);
        for (std::size_t turn = 0; wanted > 0 && turn < people_.size(); ++turn) {
          Person& person = people_[(turn * 7 + slot.capacity * 13) % people_.size()];
          const bool skilled = std::find(person.skills.begin(), person.skills.end(), slot.what) !=
                               person.skills.end();
          if (!skilled || !person.free(slot.start, slot.end)) continue;
          if (person.kept_free && slot.end > kept_from) continue;
          // The second organiser books with another company than the demo one.
          if (event.organiser == 1 && person.company == demo_company) continue;
          add_booking(event, slot, person);
          --wanted;
        }
      }
    }
  }

  void add_booking(const PlannedEvent& event, const Slot& slot, Person& person) {
    PlannedBooking booking;
    booking.event_id = event.id;
    booking.slot_id = slot.id;
    booking.crew_id = person.id;
    booking.start = slot.start + 2 * hour_ms;
    booking.end = slot.end - hour_ms * static_cast<std::int64_t>(dice_.roll(3));
    booking.organiser = event.organiser;
    booking.company = person.company;
    const auto luck = dice_.roll(10);
    booking.fate = event.past  ? Fate::completed
                   : luck < 4  ? Fate::confirmed
                   : luck == 8 ? Fate::declined
                   : luck == 9 ? Fate::cancelled
                               : Fate::requested;
    // The demo people always have something live to look at.
    if (person.email == "crew@demo.example" && !event.past)
      booking.fate = luck % 2 == 0 ? Fate::confirmed : Fate::requested;
    person.taken.emplace_back(slot.start, slot.end);
    bookings_.push_back(std::move(booking));
  }

  Task<Result<void>> make_bookings() {
    plan_bookings();
    booking_ids_.resize(bookings_.size());
    return in_parallel(bookings_.size(), [this](std::size_t i) { return make_booking(i); });
  }

  Task<Result<void>> make_booking(std::size_t index) {
    const PlannedBooking& booking = bookings_[index];
    json::object body;
    body["eventId"] = booking.event_id;
    body["slotId"] = booking.slot_id;
    body["crewId"] = booking.crew_id;
    body["startTime"] = to_iso(booking.start);
    body["endTime"] = to_iso(booking.end);
    auto made = co_await ask(
        services_.bookings, Method::post, "/api/bookings", std::move(body),
        booking.fate == Fate::completed ? admin_ : companies_[booking.organiser].admin);
    if (!made) co_return made.error();
    booking_ids_[index] = std::string(std::string_view(made->at("id").as_string()));
    co_return Result<void>();
  }

  Task<Result<void>> answer_bookings() {
    return in_parallel(bookings_.size(), [this](std::size_t i) { return answer_booking(i); });
  }

  Task<Result<void>> answer_booking(std::size_t index) {
    const PlannedBooking& booking = bookings_[index];
    const std::string target = "/api/bookings/" + booking_ids_[index];
    const Actor& seller = companies_[booking.company].admin;
    const Actor& buyer = companies_[booking.organiser].admin;
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
      if (!supplied || *supplied > stockholm_day(now_) || ++turn % 3 == 0) continue;
      json::object body{{"method", "Bankgiro"}};
      body["amount"] = invoice.at("balance");
      body["paidDate"] = to_iso(stockholm_day(now_));
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
  Time now_;
  Dice dice_;
  std::vector<Company> companies_;
  std::vector<SkillName> skills_;
  std::vector<Person> people_;
  std::vector<PlannedEvent> events_;
  std::vector<PlannedBooking> bookings_;
  std::vector<std::string> booking_ids_;
};

}  // namespace

Task<Result<void>> load_demo(Loops& loops, DemoServices services, Actor admin, Time now) {
  Loader loader(loops, std::move(services), std::move(admin), now);
  co_return co_await loader.load();
}

}  // namespace thenorsound::app
