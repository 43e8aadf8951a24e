#include "services/booking/invoice_paper.hpp"

#include <cmath>
#include <cstdlib>

#include "services/booking/pricing.hpp"
#include "services/booking/vat.hpp"

namespace thenorsound::booking {
namespace {
constexpr std::string_view no_break_space = "\u00A0";
constexpr std::string_view minus = "\u2212";

struct Words {
  std::string_view sv, en;
};

class Writer {
 public:
  Writer(const Invoice& invoice, const std::string& original_number)
      : invoice_(invoice),
        original_number_(original_number),
        swedish_(language_of(invoice) == "sv"),
        is_credit_(invoice.kind == PaperKind::CreditNote) {}

  InvoicePaper write() {
    InvoicePaper paper;
    paper.language = language_of(invoice_);
    paper.title = is_credit_ ? say({"KREDITFAKTURA", "CREDIT NOTE"}) : say({"FAKTURA", "INVOICE"});
    paper.seller = invoice_.seller.name;
    paper.page = say({"Sida", "Page"});
    paper.file_name = file_name();
    paper.buyer_heading = say({"Köpare", "Buyer"});
    paper.buyer = address_of(invoice_.buyer);
    add_line(paper.buyer, {"Org.nr", "Reg. no."}, invoice_.buyer.org_number);
    add_line(paper.buyer, {"Momsreg.nr", "VAT no."}, invoice_.buyer.vat_number.value_or(""));
    write_facts(paper);
    write_rows(paper);
    write_sums(paper);
    if (!is_credit_) write_payment(paper);
    write_remarks(paper);
    write_footer(paper);
    return paper;
  }

 private:
  std::string say(Words words) const { return std::string(swedish_ ? words.sv : words.en); }
  std::string money(Money amount) const { return amount_text(amount, swedish_ ? "sv" : "en"); }
  std::string kronor(Money amount) const {
    return swedish_ ? money(amount) + std::string(no_break_space) + "kr"
                    : "SEK" + std::string(no_break_space) + money(amount);
  }

  void add(std::vector<Labelled>& to, Words label, const std::string& value) const {
    if (!value.empty()) to.emplace_back(say(label), value);
  }
  void add_line(std::vector<std::string>& to, Words label, const std::string& value) const {
    if (!value.empty()) to.push_back(say(label) + " " + value);
  }

  std::vector<std::string> address_of(const Party& party) const {
    std::vector<std::string> lines{party.name, party.address, party.zip_code + " " + party.city};
    if (party.country != "SE") lines.push_back(party.country);
    return lines;
  }

  std::string period() const {
    const std::string first = to_iso(stockholm_day(invoice_.supply_from));
    const std::string last = to_iso(last_day_of_work(invoice_.supply_to));
    return first == last ? first : first + " \u2013 " + last;
  }

  void write_facts(InvoicePaper& paper) const {
    auto& facts = paper.facts;
    const Words number = is_credit_ ? Words{"Kreditfakturanummer", "Credit note number"}
                                    : Words{"Fakturanummer", "Invoice number"};
    const Words date = is_credit_ ? Words{"Datum", "Date"} : Words{"Fakturadatum", "Invoice date"};
    add(facts, number, invoice_.invoice_number.value_or(""));
    if (is_credit_) add(facts, {"Avser faktura", "Credits invoice"}, original_number_);
    if (invoice_.issued_date) add(facts, date, to_iso(*invoice_.issued_date));
    if (!is_credit_) add(facts, {"Förfallodatum", "Due date"}, to_iso(invoice_.due_date));
    if (!is_credit_) add(facts, {"OCR-nummer", "Payment reference"}, invoice_.ocr.value_or(""));
    add(facts, {"Utfört", "Date of supply"}, period());
    const References& references = invoice_.references;
    add(facts, {"Evenemang", "Event"}, references.event.value_or(""));
    add(facts, {"Er beställning", "Your order"}, references.order.value_or(""));
    add(facts, {"Er referens", "Your reference"}, references.buyer.value_or(""));
    add(facts, {"Projekt", "Project"}, references.project.value_or(""));
  }

  std::string unit_of(const InvoiceLine& line) const {
    if (line.unit == "Hour") return say({"tim", "h"});
    if (line.unit == "HalfDay") return say({"halvdag", "half-day"});
    if (line.unit == "Day") return say({"dag", "day"});
    return say({"st", "pc"});
  }

  // At most two decimals; for reading only, the amount is exact.
  std::string quantity_of(const InvoiceLine& line) const {
    std::string text = money(Money{std::llround(line.quantity * 100)});
    while (text.back() == '0') text.pop_back();
    if (text.back() == ',' || text.back() == '.') text.pop_back();
    return text + std::string(no_break_space) + unit_of(line);
  }

  std::string text_of(const InvoiceLine& line) const {
    std::string_view text = line.text;
    if (line.kind != "Minimum") return std::string(text);
    if (text.ends_with(minimum_suffix)) text.remove_suffix(minimum_suffix.size());
    return std::string(text) + say({", minsta debitering", ", minimum charge"});
  }

  std::string percent(std::int64_t rate) const {
    return std::to_string(rate) + std::string(no_break_space) + "%";
  }

  void write_rows(InvoicePaper& paper) const {
    paper.columns = {say({"Beskrivning", "Description"}), say({"Antal", "Quantity"}),
                     say({"À-pris", "Unit price"}), say({"Moms", "VAT"}),
                     say({"Belopp", "Amount"})};
    for (const InvoiceLine& line : invoice_.lines)
      paper.rows.push_back({text_of(line), quantity_of(line), money(line.unit_price),
                            percent(line.vat_rate), money(line.amount)});
  }

  void write_sums(InvoicePaper& paper) const {
    paper.sums.emplace_back(say({"Summa exkl. moms", "Total excl. VAT"}), kronor(invoice_.amount));
    for (const VatTotal& vat : invoice_.vat)
      paper.sums.emplace_back(
          say({"Moms ", "VAT "}) + percent(vat.rate) + say({" på ", " of "}) + money(vat.base),
          kronor(vat.amount));
    paper.total = {
        is_credit_ ? say({"Att kreditera", "Total credit"}) : say({"Att betala", "Total to pay"}),
        kronor(invoice_.total_amount)};
  }

  // 5805-6201, 123-4567: as Bankgirot writes them.
  static std::string bankgiro_text(std::string number) {
    if (number.size() > 4 && number.find('-') == std::string::npos)
      number.insert(number.size() - 4, 1, '-');
    return number;
  }

  void write_payment(InvoicePaper& paper) const {
    const PaymentAccount& account = invoice_.payment_to;
    add(paper.payment, {"Bankgiro", "Bankgiro"}, bankgiro_text(account.bankgiro.value_or("")));
    add(paper.payment, {"Plusgiro", "Plusgiro"}, account.plusgiro.value_or(""));
    add(paper.payment, {"IBAN", "IBAN"}, account.iban.value_or(""));
    add(paper.payment, {"BIC", "BIC"}, account.bic.value_or(""));
    add(paper.payment, {"OCR-nummer", "Payment reference"}, invoice_.ocr.value_or(""));
    add(paper.payment, {"Betalas senast", "Pay by"}, to_iso(invoice_.due_date));
    add(paper.payment, {"Belopp", "Amount"}, kronor(invoice_.total_amount));
  }

  std::string reason_text(const std::string& reason) const {
    if (reason == not_registered_reason)
      return say({"Säljaren är inte registrerad för moms.", not_registered_reason});
    if (reason == exempt_seller_reason)
      return say({"Säljaren är undantagen från moms.", exempt_seller_reason});
    return reason;
  }

  void write_remarks(InvoicePaper& paper) const {
    for (const VatTotal& vat : invoice_.vat)
      if (vat.reason) paper.remarks.push_back(reason_text(*vat.reason));
    if (is_credit_) {
      paper.remarks.push_back(say({"Denna kreditfaktura avser faktura ", "Credits invoice "}) +
                              original_number_ + ".");
      return;
    }
    paper.remarks.push_back(
        say({"Betalas fakturan efter förfallodatumet debiteras dröjsmålsränta enligt räntelagen.",
             "Interest is charged on late payment under the Swedish Interest Act."}));
  }

  void write_footer(InvoicePaper& paper) const {
    const Party& seller = invoice_.seller;
    std::vector<std::string> numbers;
    add_line(numbers, {"Org.nr", "Reg. no."}, seller.org_number);
    add_line(numbers, {"Momsreg.nr", "VAT no."}, seller.vat_number.value_or(""));
    // The words that the law gives; no translation of them counts.
    if (seller.f_tax) numbers.emplace_back("Godkänd för F-skatt");
    std::vector<std::string> contact;
    add_line(contact, {"Säte:", "Registered office:"}, seller.seat.value_or(""));
    if (seller.email) contact.push_back(*seller.email);
    paper.footer = {address_of(seller), std::move(numbers), std::move(contact)};
  }

  std::string file_name() const {
    std::string name =
        is_credit_ ? say({"kreditfaktura-", "credit-note-"}) : say({"faktura-", "invoice-"});
    for (const char c : invoice_.invoice_number.value_or("")) {
      const bool plain =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
      name += plain ? c : '_';
    }
    return name + ".pdf";
  }

  const Invoice& invoice_;
  const std::string& original_number_;
  const bool swedish_;
  const bool is_credit_;
};
}  // namespace

std::string_view language_of(const Invoice& invoice) {
  return invoice.buyer.country == "SE" ? "sv" : "en";
}

InvoicePaper paper_of(const Invoice& invoice, const std::string& original_number) {
  return Writer(invoice, original_number).write();
}

std::string amount_text(Money money, std::string_view language) {
  const bool swedish = language == "sv";
  const std::string digits = std::to_string(std::abs(money.ore) / 100);
  std::string text(money.ore < 0 ? minus : "");
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += swedish ? no_break_space : ",";
    text += digits[i];
  }
  const std::int64_t ore = std::abs(money.ore) % 100;
  return text + (swedish ? "," : ".") + (ore < 10 ? "0" : "") + std::to_string(ore);
}

}  // namespace thenorsound::booking
