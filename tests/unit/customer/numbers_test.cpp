#include "services/customer/numbers.hpp"

#include <gtest/gtest.h>

#include "contracts/personal_number.hpp"

namespace thenorsound::customer {
namespace {

TEST(OrgNumber, IsTakenWithOrWithoutHyphen) {
  EXPECT_EQ(swedish_org_number("556016-0680"), "556016-0680");
  EXPECT_EQ(swedish_org_number("5560160680"), "556016-0680");
}

TEST(OrgNumber, NeedsItsCheckDigitAndForm) {
  for (const char* wrong : {"556016-0681", "556016-068", "55601606800", "556016 0680",
                            "55601-60680", "165560160680", "", "abcdef-ghij", "5560160680-"})
    EXPECT_FALSE(swedish_org_number(wrong)) << wrong;
}

TEST(OrgNumber, OfASoleTraderIsAPersonalNumber) {
  EXPECT_EQ(swedish_org_number("811218-9876"), "811218-9876");
  // A check digit is not enough where there is no such month.
  EXPECT_FALSE(swedish_org_number("001318-9870"));
  EXPECT_FALSE(swedish_org_number("000000-0000"));
}

TEST(PersonalNumber, IsFoundWhereACompanyIsNumberedByIt) {
  for (const char* person :
       {"811218-9876", "8112189876", "SE811218987601", "SE811278987601", "FI:811218-9876"})
    EXPECT_TRUE(holds_personal_number(std::string_view(person))) << person;
  for (const char* company :
       {"556016-0680", "5560160680", "SE556016068001", "NO:974760673", "DE123456789",
        "deleted:cust-1", "hmac:8112189876", "", "S", "811218-987", "81121898760", "SE8112189876"})
    EXPECT_FALSE(holds_personal_number(std::string_view(company))) << company;
}

TEST(VatNumber, IsSeTenDigitsAndOne) {
  EXPECT_TRUE(is_swedish_vat_number("SE556016068001"));
  for (const char* wrong : {"SE556016068002", "SE55601606801", "DE556016068001", "se556016068001",
                            "SE55601606800101", "SE5560160X8001"})
    EXPECT_FALSE(is_swedish_vat_number(wrong)) << wrong;
}

TEST(ZipCode, IsFiveDigits) {
  EXPECT_EQ(swedish_zip_code("90326"), "903 26");
  EXPECT_EQ(swedish_zip_code("903 26"), "903 26");
  for (const char* wrong : {"9032", "903-26", "90 326", "9032a", "903 266", ""})
    EXPECT_FALSE(swedish_zip_code(wrong)) << wrong;
}

TEST(Bankgiro, HasACheckDigit) {
  for (const char* right : {"5050-1055", "50501055", "991-2346", "9912346"})
    EXPECT_TRUE(is_bankgiro(right)) << right;
  for (const char* wrong : {"5050-1056", "505-01055", "5050 1055", "123456", "", "5050-10-55"})
    EXPECT_FALSE(is_bankgiro(wrong)) << wrong;
}

TEST(Plusgiro, HasACheckDigit) {
  for (const char* right : {"12345-5", "1 23 45-5", "123455", "1-8", "18"})
    EXPECT_TRUE(is_plusgiro(right)) << right;
  for (const char* wrong : {"12345-6", "1234-55", "8", "", "123456789", "-18", "1a-8"})
    EXPECT_FALSE(is_plusgiro(wrong)) << wrong;
}

TEST(Iban, IsCheckedModulo97) {
  for (const char* right : {"SE4550000000058398257466", "SE45 5000 0000 0583 9825 7466",
                            "GB82WEST12345698765432", "DE89370400440532013000"})
    EXPECT_TRUE(is_iban(right)) << right;
  for (const char* wrong : {"SE4550000000058398257467", "SE455000000005839825746",
                            "se4550000000058398257466", "", "SE45", "GB82WEST1234569876543!"})
    EXPECT_FALSE(is_iban(wrong)) << wrong;
}

TEST(Bic, HasEightOrElevenCharacters) {
  for (const char* right : {"ESSESESS", "ESSESESSXXX", "DEUTDEFF500"})
    EXPECT_TRUE(is_bic(right)) << right;
  for (const char* wrong : {"ESSESES", "essesess", "ESS1SESS", "ESSESESSXX"})
    EXPECT_FALSE(is_bic(wrong)) << wrong;
}

TEST(Country, IsOneOfIso3166) {
  for (const char* right : {"SE", "NO", "DE", "AD", "ZW"}) EXPECT_TRUE(is_country(right)) << right;
  for (const char* wrong : {"XX", "se", "SWE", "S", "", "E ", "D "})
    EXPECT_FALSE(is_country(wrong)) << wrong;
}

}  // namespace
}  // namespace thenorsound::customer
