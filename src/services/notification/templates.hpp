// What is written to people, in Swedish and English. Pure.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "base/money.hpp"
#include "base/time.hpp"

namespace thenorsound::notification {

enum class Letter {
  invitation,
  password_reset,
  requested_organiser,
  requested_seller,
  requested_crew,
  confirmed_organiser,
  confirmed_seller,
  confirmed_crew,
  cancelled_organiser,
  cancelled_seller,
  cancelled_crew,
  event_changed_seller,
  event_changed_crew,
  invoice_issued,
  invoice_overdue,
  invoice_paid,
  invoice_credited,
  invoice_missing,
};

// Fills {placeholders}; a line that has an unknown or empty one is left out.
using Values = std::map<std::string, std::string, std::less<>>;
struct Text {
  std::string subject;
  std::string body;
};
// `language`: "sv"; anything else is English.
Text write_letter(Letter letter, std::string_view language, const Values& values);

// "1 februari 2027 18:00–22:00", "1 February 2027 18:00–22:00", in Stockholm's time.
std::string span_text(Time from, Time to, std::string_view language);
std::string day_text(Day day, std::string_view language);
std::string money_text(Money money, std::string_view language);  // "2 000,00 kr", "SEK 2,000.00"
// Why a booking was cancelled, from the code in its message; "" for an unknown one.
std::string cancellation_text(std::string_view code, std::string_view language);

}  // namespace thenorsound::notification
