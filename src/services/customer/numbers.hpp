// Numbers with check digits that companies have. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace thenorsound::customer {

// Modulus 10 (Luhn) over the digits; false for anything but digits.
bool has_check_digit(std::string_view digits);

// "556036-0793" for a Swedish organisation number, or a sole trader's personal number, with or
// without hyphen. Nothing for others.
std::optional<std::string> swedish_org_number(std::string_view text);

bool is_swedish_vat_number(std::string_view text);                   // SE + ten digits + 01
std::optional<std::string> swedish_zip_code(std::string_view text);  // "903 26"
bool is_bankgiro(std::string_view text);  // 7-8 digits, NNN-NNNN or NNNN-NNNN
bool is_plusgiro(std::string_view text);  // 2-8 digits, spaces, hyphen before the last
bool is_iban(std::string_view text);      // ISO 13616, modulus 97; spaces allowed
bool is_bic(std::string_view text);       // ISO 9362
bool is_country(std::string_view text);   // ISO 3166-1 alpha-2, assigned

}  // namespace thenorsound::customer
