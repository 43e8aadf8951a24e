// What stands on an issued invoice, in words: everything that Mervärdesskattelagen (2023:200)
// 17 kap., Aktiebolagslagen 28 kap. 5 § and the rules on F-tax ask for. Pure; where it is put on
// the page is invoice_pdf.hpp's.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "services/booking/invoice.hpp"

namespace thenorsound::booking {

// "sv" for a buyer in Sweden, else "en".
std::string_view language_of(const Invoice& invoice);

struct PaperRow {
  std::string text;
  std::string quantity;
  std::string unit_price;
  std::string vat;
  std::string amount;
};
using Labelled = std::pair<std::string, std::string>;

struct InvoicePaper {
  std::string title;                 // "FAKTURA"
  std::string seller;                // its name
  std::string buyer_heading;         // "Köpare"
  std::vector<std::string> buyer;    // lines of its address
  std::vector<Labelled> facts;       // number, days, references
  PaperRow columns;                  // headings
  std::vector<PaperRow> rows;        // what was done
  std::vector<Labelled> sums;        // without VAT, VAT by rate
  Labelled total;                    // to pay, or credited
  std::vector<Labelled> payment;     // account, reference, due day; none on a credit note
  std::vector<std::string> remarks;  // why no VAT, F-tax, interest
  std::vector<std::vector<std::string>> footer;  // columns: the seller
  std::string page;                              // "Sida"
  std::string language;
  std::string file_name;  // safe in a header: letters, digits, hyphens
};

// `original_number`: of the invoice that a credit note takes back.
InvoicePaper paper_of(const Invoice& invoice, const std::string& original_number);

// "12 345,50" or "12,345.50"; no line breaks within.
std::string amount_text(Money money, std::string_view language);

}  // namespace thenorsound::booking
