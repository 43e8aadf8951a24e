#include "demo_plan.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "demo_names.hpp"

namespace thenorsound::app {
namespace {

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

}  // namespace

Dice dice_of(std::string_view word) {
  Dice dice;
  for (const char c : word) dice.state = dice.state * 31 + static_cast<unsigned char>(c);
  return dice;
}

DemoPlan::DemoPlan(Time when) : now(when) {
  const auto add = [&](std::string name, std::string short_name, std::string city, std::string zip,
                       std::string address, std::size_t crew) {
    Company company;
    company.name = std::move(name);
    company.short_name = std::move(short_name);
    company.city = std::move(city);
    company.zip = std::move(zip);
    company.address = std::move(address);
    company.crew = crew;
    company.org_number = with_check_digit("55920" + std::to_string(1000 + companies.size() * 37));
    companies.push_back(std::move(company));
  };
  add("Sommarscenen AB", "sommarscenen", "Stockholm", "111 22", "Strandvägen 7", 0);
  add("Västkustens Festivaler AB", "vastkusten", "Göteborg", "411 05", "Linnégatan 12", 0);
  add("Konferensbolaget Norr AB", "norr", "Umeå", "903 26", "Storgatan 40", 0);
  add("Ljud & Ljus Crew AB", "ljudochljus", "Stockholm", "118 20", "Hornsgatan 88", 42);
  add("Nordic Stage Hands AB", "stagehands", "Malmö", "211 45", "Bergsgatan 3", 30);
  add("Videoteknik i Väst AB", "videovast", "Göteborg", "413 01", "Järntorget 2", 28);
  add("Mälardalens Scenteknik AB", "malardalen", "Västerås", "722 11", "Hamngatan 9", 20);
}

json::object DemoPlan::customer_body(std::size_t index) const {
  const Company& company = companies[index];
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
  body["terms"] = json::object{{"issueOn", "Confirmed"}, {"dueFrom", "Work"}, {"paymentDays", 30},
                               {"answerHours", 336},     {"minMinutes", 180}, {"stepMinutes", 30}};
  body["vatStatus"] = "Registered";
  body["fTax"] = true;
  body["instantBooking"] = index == 4;
  body["invoicePrefix"] = "DEMO" + std::to_string(index);
  body["bankgiro"] = with_check_digit("505" + std::to_string(1050 + index));
  return body;
}

void DemoPlan::plan_people() {
  for (std::size_t c = organisers; c < companies.size(); ++c)
    for (std::size_t i = 0; i < companies[c].crew; ++i) people.push_back(plan_person(c, i));
}

Person DemoPlan::plan_person(std::size_t company, std::size_t index) {
  Person person;
  person.company = company;
  person.first = dice.pick(first_names);
  person.last = dice.pick(last_names);
  person.email = lower_ascii(person.first) + "." + lower_ascii(person.last) +
                 std::to_string(people.size()) + "@" + companies[company].short_name + ".example";
  // The first 16 of the demo company share their first skill; 14 of them stay free.
  if (company == demo_company && index < 16) {
    person.skills.push_back(skills.front());
    person.kept_free = index >= 2;
  } else {
    person.skills.push_back(skills[(index + company) % skills.size()]);
  }
  if (company == demo_company && index == 0) person.email = "crew@demo.example";
  const SkillName& more = skills[dice.roll(skills.size())];
  if (more != person.skills.front()) person.skills.push_back(more);
  return person;
}

// The season: June to August, of this year while June is at least 50 days ahead, else of the
// next. Six events lie behind us.
Day DemoPlan::season_start() const {
  const Day today = stockholm_day(now);
  const int year = civil(today).year;
  const Day june = day_of(year, 6, 1);
  return june.days >= today.days + 50 ? june : day_of(year + 1, 6, 1);
}

void DemoPlan::plan_events() {
  const Day season = season_start(), today = stockholm_day(now);
  for (std::size_t i = 0; i < 66; ++i) {
    PlannedEvent event;
    event.past = i < 6;
    event.organiser = i % organisers;
    event.name = std::string(event_names[i % event_names.size()]);
    event.city =
        i < event_names.size() ? companies[event.organiser].city : std::string(dice.pick(cities));
    event.name += " " + event.city;
    const Day day = event.past ? Day{today.days - 50 + static_cast<int>(i) * 7}
                               : Day{season.days + static_cast<int>((i - 6) * 91 / 60)};
    const int days = 1 + static_cast<int>(dice.roll(3));
    event.start = stockholm_time(day, 12 * 60);
    event.end = stockholm_time(Day{day.days + days - 1}, 23 * 60);
    event.crew_from = stockholm_time(Day{day.days - 1}, 8 * 60);
    event.crew_to = stockholm_time(Day{day.days + days}, 12 * 60);
    plan_slots(event, day, days);
    events.push_back(std::move(event));
  }
}

void DemoPlan::plan_slots(PlannedEvent& event, Day day, int days) {
  const std::size_t kinds = 3 + dice.roll(3);
  std::set<std::size_t> chosen{0};
  while (chosen.size() < kinds) chosen.insert(dice.roll(skills.size()));
  for (const std::size_t skill : chosen)
    for (int d = 0; d < days; ++d) {
      Slot slot;
      slot.what = skills[skill];
      slot.start = stockholm_time(Day{day.days + d}, 10 * 60);
      slot.end = stockholm_time(Day{day.days + d}, 23 * 60);
      slot.capacity = 1 + dice.roll(4);
      event.slots.push_back(std::move(slot));
    }
}

// Some places of each slot, with people who have the skill and are free.
void DemoPlan::plan_bookings() {
  const Time kept_from = now + 40 * day_ms;
  for (const PlannedEvent& event : events) {
    for (const Slot& slot : event.slots) {
      std::size_t wanted = slot.capacity > 1 ? slot.capacity - dice.roll(2) : dice.roll(2);
      for (std::size_t turn = 0; wanted > 0 && turn < people.size(); ++turn) {
        Person& person = people[(turn * 7 + slot.capacity * 13) % people.size()];
        const bool skilled =
            std::find(person.skills.begin(), person.skills.end(), slot.what) != person.skills.end();
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

void DemoPlan::add_booking(const PlannedEvent& event, const Slot& slot, Person& person) {
  PlannedBooking booking;
  booking.event_id = event.id;
  booking.slot_id = slot.id;
  booking.crew_id = person.id;
  booking.start = slot.start + 2 * hour_ms;
  booking.end = slot.end - hour_ms * static_cast<std::int64_t>(dice.roll(3));
  booking.organiser = event.organiser;
  booking.company = person.company;
  const auto luck = dice.roll(10);
  booking.fate = event.past  ? Fate::completed
                 : luck < 4  ? Fate::confirmed
                 : luck == 8 ? Fate::declined
                 : luck == 9 ? Fate::cancelled
                             : Fate::requested;
  // The demo people always have something live to look at.
  if (person.email == "crew@demo.example" && !event.past)
    booking.fate = luck % 2 == 0 ? Fate::confirmed : Fate::requested;
  person.taken.emplace_back(slot.start, slot.end);
  bookings.push_back(std::move(booking));
}

}  // namespace thenorsound::app
