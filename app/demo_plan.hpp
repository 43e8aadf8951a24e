// What demo data there will be: the same for the same day. Plans only; demo.cpp carries it out.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/context.hpp"
#include "base/json.hpp"
#include "contracts/skill.hpp"

namespace thenorsound::app {

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

Dice dice_of(std::string_view word);

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

class DemoPlan {
 public:
  static constexpr std::size_t organisers = 3;    // the first companies
  static constexpr std::size_t demo_company = 3;  // the crew company of the demo logins

  explicit DemoPlan(Time now);
  // Each needs what the ones before it planned, with the ids that the services gave.
  void plan_people();
  void plan_events();
  void plan_bookings();
  json::object customer_body(std::size_t index) const;

  Time now;
  Dice dice;
  std::vector<Company> companies;
  std::vector<SkillName> skills;  // from the catalogue
  std::vector<Person> people;
  std::vector<PlannedEvent> events;
  std::vector<PlannedBooking> bookings;

 private:
  Person plan_person(std::size_t company, std::size_t index);
  Day season_start() const;
  void plan_slots(PlannedEvent& event, Day day, int days);
  void add_booking(const PlannedEvent& event, const Slot& slot, Person& person);
};

}  // namespace thenorsound::app
