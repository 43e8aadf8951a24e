#include "services/notification/templates.hpp"

#include <gtest/gtest.h>

namespace thenorsound::notification {
namespace {

Values booking() {
  return {{"name", "Åsa"},           {"crew", "Kim Berg"},
          {"event", "Malmö Live"},   {"location", "Stortorget"},
          {"when", "i dag"},         {"skill", "FOH"},
          {"organiser", "Scen AB"},  {"company", "Crew AB"},
          {"amount", "2 000,00 kr"}, {"link", "https://x.example/bookings/book-1"}};
}

TEST(Templates, AreWrittenInSwedish) {
  const Text text = write_letter(Letter::requested_seller, "sv", booking());
  EXPECT_EQ(text.subject, "Ny förfrågan: Kim Berg, Malmö Live");
  EXPECT_EQ(text.body,
            "Hej Åsa!\n\n"
            "Scen AB vill boka Kim Berg. Svara på förfrågan i ThenorSound.\n\n"
            "Evenemang: Malmö Live\nPlats: Stortorget\nTid: i dag\nPerson: Kim Berg\n"
            "Uppdrag: FOH\nBeställare: Scen AB\nCrewbolag: Crew AB\n"
            "Pris exkl. moms: 2 000,00 kr\n\n"
            "https://x.example/bookings/book-1\n\n"
            "Vänliga hälsningar\nThenorSound\n");
}

TEST(Templates, AreWrittenInEnglish) {
  const Text text = write_letter(Letter::confirmed_crew, "en", booking());
  EXPECT_EQ(text.subject, "You are booked: Malmö Live");
  EXPECT_TRUE(text.body.starts_with("Hello Åsa,\n\nYou are booked.\n\nEvent: Malmö Live\n"));
  EXPECT_NE(text.body.find("Kind regards"), std::string::npos);
}

TEST(Templates, AnUnknownLanguageIsEnglish) {
  EXPECT_EQ(write_letter(Letter::invitation, "de", {}).subject, "Welcome to ThenorSound");
}

TEST(Templates, LeaveOutLinesThatHaveNoValue) {
  Values few{{"event", "Live"}};
  const Text text = write_letter(Letter::cancelled_crew, "en", few);
  EXPECT_EQ(text.body,
            "Hello,\n\nYour booking is cancelled.\n\nEvent: Live\n\nKind regards\nThenorSound\n");
  few["cause"] = cancellation_text("Expired", "en");
  EXPECT_NE(write_letter(Letter::cancelled_crew, "en", few).body.find("not answered in time"),
            std::string::npos);
}

TEST(Templates, EveryLetterIsCompleteInBothLanguages) {
  Values all = booking();
  all["url"] = "https://x.example/register#token=t";
  all["number"] = "A-000001";
  all["due"] = "1 mars 2027";
  all["cause"] = "Därför.";
  for (int i = 0; i <= static_cast<int>(Letter::invoice_missing); ++i)
    for (const char* language : {"sv", "en"}) {
      const auto letter = static_cast<Letter>(i);
      for (const Values& values : {all, Values{}}) {
        const Text text = write_letter(letter, language, values);
        EXPECT_FALSE(text.subject.empty());
        EXPECT_EQ(text.subject.find_first_of("{}"), std::string::npos) << text.subject;
        EXPECT_EQ(text.body.find_first_of("{}"), std::string::npos) << text.body;
      }
      EXPECT_NE(write_letter(letter, "sv", all).body, write_letter(letter, "en", all).body);
    }
}

TEST(Templates, ValuesAreNotReadAsTemplates) {
  const Values tricky{{"event", "{url} {amount}"}, {"url", "https://secret"}};
  EXPECT_NE(write_letter(Letter::confirmed_crew, "en", tricky).subject.find("{url} {amount}"),
            std::string::npos);
}

TEST(Templates, LinksAreInTheLettersThatOfferThem) {
  const Values values{{"url", "https://x.example/register#token=t"}};
  for (const Letter letter : {Letter::invitation, Letter::password_reset})
    for (const char* language : {"sv", "en"})
      EXPECT_NE(write_letter(letter, language, values)
                    .body.find("\nhttps://x.example/register#token=t\n"),
                std::string::npos);
}

TEST(Templates, TimesAreStockholms) {
  const Time start = *time_from_iso("2027-02-01T17:00:00Z");
  EXPECT_EQ(span_text(start, start + 4 * hour_ms, "sv"), "1 februari 2027 18:00–22:00");
  EXPECT_EQ(span_text(start, start + 8 * hour_ms, "en"),
            "1 February 2027 18:00 – 2 February 2027 02:00");
  const Time summer = *time_from_iso("2027-07-01T17:00:00Z");
  EXPECT_EQ(span_text(summer, summer + hour_ms, "sv"), "1 juli 2027 19:00–20:00");
}

TEST(Templates, MoneyIsWrittenAsTheLanguageDoes) {
  EXPECT_EQ(money_text(Money{123456789}, "sv"), "1\u00A0234\u00A0567,89\u00A0kr");
  EXPECT_EQ(money_text(Money{123456789}, "en"), "SEK\u00A01,234,567.89");
  EXPECT_EQ(money_text(Money{5}, "en"), "SEK\u00A00.05");
  EXPECT_EQ(money_text(Money{-200050}, "en"), "SEK\u00A0-2,000.50");
}

TEST(Templates, EveryCodeOfACancellationHasItsWords) {
  for (const char* code :
       {"Declined", "Expired", "Organiser", "CrewCompany", "Unable", "EventCancelled"})
    for (const char* language : {"sv", "en"})
      EXPECT_FALSE(cancellation_text(code, language).empty()) << code;
  EXPECT_EQ(cancellation_text("Other", "sv"), "");
}

}  // namespace
}  // namespace thenorsound::notification
