#include "services/notification/templates.hpp"

#include <array>
#include <cstdlib>
#include <optional>

namespace thenorsound::notification {
namespace {

struct Words {
  std::string_view subject;
  std::string_view body;
};
struct Template {
  Letter letter;
  Words sv;
  Words en;
};

constexpr std::string_view booking_lines_sv =
    "Evenemang: {event}\n"
    "Plats: {location}\n"
    "Adress: {address}\n"
    "Tid: {when}\n"
    "Person: {crew}\n"
    "Uppdrag: {skill}\n"
    "Beställare: {organiser}\n"
    "Crewbolag: {company}\n"
    "Pris exkl. moms: {amount}\n";
constexpr std::string_view booking_lines_en =
    "Event: {event}\n"
    "Place: {location}\n"
    "Address: {address}\n"
    "Time: {when}\n"
    "Person: {crew}\n"
    "Work: {skill}\n"
    "Organiser: {organiser}\n"
    "Crew company: {company}\n"
    "Price excl. VAT: {amount}\n";
constexpr std::string_view invoice_lines_sv =
    "Faktura: {number}\n"
    "Belopp inkl. moms: {amount}\n"
    "Förfallodag: {due}\n"
    "Säljare: {company}\n"
    "Köpare: {organiser}\n";
constexpr std::string_view invoice_lines_en =
    "Invoice: {number}\n"
    "Amount incl. VAT: {amount}\n"
    "Due: {due}\n"
    "Seller: {company}\n"
    "Buyer: {organiser}\n";

constexpr std::array<Template, 18> letters{{
    {Letter::invitation,
     {"Välkommen till ThenorSound",
      "Du har fått ett konto i ThenorSound. Välj ditt lösenord här:\n\n{url}\n\n"
      "Länken gäller i tre dygn och kan användas en gång.\n"},
     {"Welcome to ThenorSound",
      "You have been given an account in ThenorSound. Choose your password here:\n\n{url}\n\n"
      "The link is good for three days and can be used once.\n"}},
    {Letter::password_reset,
     {"Nytt lösenord till ThenorSound",
      "Någon, troligen du, vill välja ett nytt lösenord till ditt konto. Gör det här:\n\n{url}\n\n"
      "Länken gäller i en timme och kan användas en gång. Har du inte bett om den behöver du inte "
      "göra något.\n"},
     {"A new password for ThenorSound",
      "Somebody, probably you, wants to choose a new password for your account. Do it here:\n\n"
      "{url}\n\n"
      "The link is good for an hour and can be used once. If you did not ask for it, there is "
      "nothing you need to do.\n"}},
    {Letter::requested_organiser,
     {"Förfrågan skickad: {crew}, {event}",
      "Er förfrågan har skickats till {company}. Ni får besked när den har besvarats.\n"},
     {"Request sent: {crew}, {event}",
      "Your request has been sent to {company}. You will hear when it has been answered.\n"}},
    {Letter::requested_seller,
     {"Ny förfrågan: {crew}, {event}",
      "{organiser} vill boka {crew}. Svara på förfrågan i ThenorSound.\n"},
     {"New request: {crew}, {event}",
      "{organiser} wants to book {crew}. Please answer the request in ThenorSound.\n"}},
    {Letter::requested_crew,
     {"Förfrågan om dig: {event}", "Du har fått en bokningsförfrågan. Ditt bolag svarar på den.\n"},
     {"You are asked for: {event}",
      "There is a request to book you. Your company will answer it.\n"}},
    {Letter::confirmed_organiser,
     {"Bekräftad: {crew}, {event}", "Bokningen är bekräftad.\n"},
     {"Confirmed: {crew}, {event}", "The booking is confirmed.\n"}},
    {Letter::confirmed_seller,
     {"Bekräftad: {crew}, {event}", "Bokningen är bekräftad.\n"},
     {"Confirmed: {crew}, {event}", "The booking is confirmed.\n"}},
    {Letter::confirmed_crew,
     {"Du är bokad: {event}", "Du är bokad.\n"},
     {"You are booked: {event}", "You are booked.\n"}},
    {Letter::cancelled_organiser,
     {"Avbokad: {crew}, {event}", "Bokningen är avbokad.\n{cause}\n"},
     {"Cancelled: {crew}, {event}", "The booking is cancelled.\n{cause}\n"}},
    {Letter::cancelled_seller,
     {"Avbokad: {crew}, {event}", "Bokningen är avbokad.\n{cause}\n"},
     {"Cancelled: {crew}, {event}", "The booking is cancelled.\n{cause}\n"}},
    {Letter::cancelled_crew,
     {"Avbokad: {event}", "Din bokning är avbokad.\n{cause}\n"},
     {"Cancelled: {event}", "Your booking is cancelled.\n{cause}\n"}},
    {Letter::event_changed_seller,
     {"Ändrat: {event}", "Ett evenemang som {crew} är bokad på har ändrats. Bokningen gäller.\n"},
     {"Changed: {event}",
      "An event that {crew} is booked for has changed. The booking still stands.\n"}},
    {Letter::event_changed_crew,
     {"Ändrat: {event}", "Ett evenemang som du är bokad på har ändrats. Din bokning gäller.\n"},
     {"Changed: {event}",
      "An event that you are booked for has changed. Your booking still stands.\n"}},
    {Letter::invoice_issued,
     {"Faktura {number} från {company}", "{company} har ställt ut en faktura till er.\n"},
     {"Invoice {number} from {company}", "{company} has issued an invoice to you.\n"}},
    {Letter::invoice_overdue,
     {"Förfallen faktura {number}", "Fakturan är förfallen och inte till fullo betald.\n"},
     {"Invoice {number} is overdue", "The invoice is past its due day and not fully paid.\n"}},
    {Letter::invoice_paid,
     {"Faktura {number} är betald", "Fakturan är betald.\n"},
     {"Invoice {number} is paid", "The invoice is paid.\n"}},
    {Letter::invoice_credited,
     {"Faktura {number} är krediterad", "Fakturan är krediterad.\n"},
     {"Invoice {number} is credited", "The invoice has been credited.\n"}},
    {Letter::invoice_missing,
     {"En faktura kan inte ställas ut",
      "Det saknas uppgifter för att ställa ut en faktura. Fakturan visar vilka; den ställs ut av "
      "sig själv när de finns.\n"},
     {"An invoice can't be issued",
      "Something is missing that an invoice must have. The invoice shows what; it is issued by "
      "itself once that is there.\n"}},
}};

bool is_about_booking(Letter letter) {
  return letter >= Letter::requested_organiser && letter <= Letter::event_changed_crew;
}
bool is_about_invoice(Letter letter) { return letter >= Letter::invoice_issued; }

// Nothing where a placeholder has no value.
std::optional<std::string> fill(std::string_view line, const Values& values) {
  std::string out;
  while (!line.empty()) {
    const std::size_t open = line.find('{');
    out += line.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = line.find('}', open);
    const auto found = values.find(line.substr(open + 1, close - open - 1));
    if (found == values.end() || found->second.empty()) return {};
    out += found->second;
    line.remove_prefix(close + 1);
  }
  return out;
}

std::string fill_lines(std::string_view text, const Values& values) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    if (const auto line = fill(text.substr(0, end), values)) out += *line + '\n';
    text.remove_prefix(end + 1);
  }
  return out;
}

// A subject is never left out: what has no value is left empty.
std::string fill_subject(std::string_view text, Values values) {
  for (const char* name : {"crew", "event", "company", "number"})
    if (values[name].empty()) values[name] = "-";
  return fill(text, values).value_or("ThenorSound");
}

std::string clock_text(Time time) {
  const Time local = time + stockholm_offset_ms(time);
  return to_iso(local).substr(11, 5);
}

constexpr std::array<const char*, 12> months_sv{"januari",   "februari", "mars",     "april",
                                                "maj",       "juni",     "juli",     "augusti",
                                                "september", "oktober",  "november", "december"};
constexpr std::array<const char*, 12> months_en{"January",   "February", "March",    "April",
                                                "May",       "June",     "July",     "August",
                                                "September", "October",  "November", "December"};

}  // namespace

Text write_letter(Letter letter, std::string_view language, const Values& values) {
  const auto found = std::find_if(letters.begin(), letters.end(),
                                  [&](const Template& one) { return one.letter == letter; });
  const bool swedish = language == "sv";
  const Words& words = swedish ? found->sv : found->en;
  Text text;
  text.subject = fill_subject(words.subject, values);
  const std::string greeting = fill_lines(swedish ? "Hej {name}!\n" : "Hello {name},\n", values);
  text.body = (greeting.empty() ? std::string(swedish ? "Hej!\n" : "Hello,\n") : greeting) + "\n";
  text.body += fill_lines(words.body, values);
  std::string facts;
  if (is_about_booking(letter))
    facts = fill_lines(swedish ? booking_lines_sv : booking_lines_en, values);
  if (is_about_invoice(letter))
    facts = fill_lines(swedish ? invoice_lines_sv : invoice_lines_en, values);
  if (!facts.empty()) text.body += "\n" + facts;
  const std::string link = fill_lines("{link}\n", values);
  if (!link.empty()) text.body += "\n" + link;
  text.body += swedish ? "\nVänliga hälsningar\nThenorSound\n" : "\nKind regards\nThenorSound\n";
  return text;
}

std::string day_text(Day day, std::string_view language) {
  const YearMonthDay date = civil(day);
  const auto month = static_cast<std::size_t>(date.month - 1);
  return std::to_string(date.day) + " " + (language == "sv" ? months_sv : months_en)[month] + " " +
         std::to_string(date.year);
}

std::string span_text(Time from, Time to, std::string_view language) {
  const Day first = stockholm_day(from);
  const Day last = stockholm_day(to);
  std::string out = day_text(first, language) + " " + clock_text(from);
  if (first == last) return out + "–" + clock_text(to);
  return out + " – " + day_text(last, language) + " " + clock_text(to);
}

std::string money_text(Money money, std::string_view language) {
  const bool swedish = language == "sv";
  const std::string digits = std::to_string(std::abs(money.ore) / 100);
  std::string grouped;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped += swedish ? "\u00A0" : ",";
    grouped += digits[i];
  }
  const std::int64_t ore = std::abs(money.ore) % 100;
  const std::string amount = (money.ore < 0 ? "-" : "") + grouped + (swedish ? "," : ".") +
                             (ore < 10 ? "0" : "") + std::to_string(ore);
  return swedish ? amount + "\u00A0kr" : "SEK\u00A0" + amount;
}

std::string cancellation_text(std::string_view code, std::string_view language) {
  struct Cause {
    std::string_view code, sv, en;
  };
  static constexpr std::array<Cause, 6> causes{{
      {"Declined", "Förfrågan avböjdes.", "The request was declined."},
      {"Expired", "Förfrågan besvarades inte i tid.", "The request was not answered in time."},
      {"Organiser", "Beställaren har avbokat.", "The organiser has cancelled."},
      {"CrewCompany", "Crewbolaget har avbokat.", "The crew company has cancelled."},
      {"Unable", "Bokningen kan inte genomföras.", "The booking can't be carried out."},
      {"EventCancelled", "Evenemanget är inställt.", "The event is cancelled."},
  }};
  for (const Cause& cause : causes)
    if (cause.code == code) return std::string(language == "sv" ? cause.sv : cause.en);
  return {};
}

}  // namespace thenorsound::notification
