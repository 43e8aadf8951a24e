#include "services/user/sensitive.hpp"

#include <gtest/gtest.h>

#include "contracts/password_rule.hpp"
#include "services/user/input.hpp"

namespace thenorsound::user {
namespace {

TEST(PersonalNumber, AcceptsTheFormsInUse) {
  for (const std::string_view good : {"811218-9876", "8112189876", "19811218-9876", "198112189876",
                                      "811218+9876", "18811218-9876"})
    EXPECT_TRUE(is_personal_number(good)) << good;
  EXPECT_TRUE(is_personal_number("701063-2391"));  // a coordination number: day 3 + 60
}

TEST(PersonalNumber, RefusesWrongCheckDigitsDatesAndForms) {
  for (const std::string_view bad :
       {"811218-9875", "811318-9876", "811218", "", "8112-189876", "811218 9876", "81121898761",
        "x11218-9876", "19811218--9876", "21981218-9876"})
    EXPECT_FALSE(is_personal_number(bad)) << bad;
}

TEST(BankAccount, ChecksTheNumbers) {
  EXPECT_TRUE(is_clearing_number("5000"));
  EXPECT_TRUE(is_clearing_number("8327-9"));
  EXPECT_FALSE(is_clearing_number("500"));
  EXPECT_FALSE(is_clearing_number("50a0"));
  EXPECT_TRUE(is_account_number("123 456 789-0"));
  EXPECT_FALSE(is_account_number("1234"));
  EXPECT_FALSE(is_account_number("1234567890123"));
}

TEST(BankAccount, EveryWrongPartIsNamed) {
  const json::object body =
      read_own_json(R"({"bankAccount":{"clearingNumber":"x","accountNumber":7,"extra":1}})")
          .as_object();
  Problems problems;
  Fields in(body, problems, Fields::Mode::merge);
  std::optional<BankAccount> account;
  read_bank_account(in, account);
  for (const char* name : {"bankAccount.clearingNumber", "bankAccount.accountNumber",
                           "bankAccount.holderName", "bankAccount.extra"})
    EXPECT_TRUE(problems.has(name)) << name;
}

TEST(BankAccount, NullRemovesIt) {
  const json::object body = read_own_json(R"({"bankAccount":null})").as_object();
  Problems problems;
  Fields in(body, problems, Fields::Mode::merge);
  std::optional<BankAccount> account = BankAccount{"5000", "1234567", "A"};
  read_bank_account(in, account);
  EXPECT_FALSE(account || problems.any());
}

TEST(Password, HasBounds) {
  EXPECT_FALSE(password_fault("12345678"));
  EXPECT_TRUE(password_fault("1234567"));
  EXPECT_FALSE(password_fault(std::string(72, 'x')));
  EXPECT_TRUE(password_fault(std::string(73, 'x')));
  EXPECT_TRUE(password_fault(std::string("123456\0789", 10)));
  EXPECT_FALSE(password_fault("åäöåäöåä"));
}

TEST(PushAddress, IsHttpsWithAPublicName) {
  for (const std::string_view good : {"https://fcm.googleapis.com/fcm/send/abc:def",
                                      "https://updates.push.services.mozilla.com/wpush/v2/x"})
    EXPECT_TRUE(is_public_https(good)) << good;
  for (const std::string_view bad :
       {"http://push.example.com/x", "https://localhost/x", "https://127.0.0.1/x",
        "https://10.0.0.1/x", "https://[::1]/x", "https://printer.local/x", "https://a.internal/x",
        "https://user@push.example.com/x", "https://push.example.com:8443/x", "https:///x",
        "https://0x7f000001/x", "https://intranet/x", "https://pu sh.example.com/"})
    EXPECT_FALSE(is_public_https(bad)) << bad;
}

}  // namespace
}  // namespace thenorsound::user
