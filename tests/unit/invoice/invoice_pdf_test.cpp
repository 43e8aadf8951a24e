// What stands on the paper, that it becomes a PDF, and who gets it.
#include "services/booking/invoice_pdf.hpp"
#include "base/crypto.hpp"
#include "routes_fixture.hpp"

namespace thenorsound::booking {
namespace {

struct Paper : Routes {
  Invoice issued(const std::string& booking = "book-1") { return *find({issue(booking)}); }
  static std::string value_of(const std::vector<Labelled>& list, std::string_view label) {
    for (const auto& [name, value] : list)
      if (name == label) return value;
    return "(none)";
  }
  static bool has(const std::vector<std::string>& lines, std::string_view line) {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
  }
  // Pages of an uncompressed page tree.
  static std::size_t pages(std::string_view pdf) {
    std::size_t count = 0;
    for (std::size_t at = pdf.find("/Type /Page %"); at != std::string_view::npos;
         at = pdf.find("/Type /Page %", at + 1))
      ++count;
    return count;
  }
};

TEST_F(Paper, SaysWhatTheLawWantsInSwedish) {
  const InvoicePaper paper = paper_of(issued(), "");
  EXPECT_EQ(paper.title, "FAKTURA");
  EXPECT_EQ(value_of(paper.facts, "Fakturanummer"), "LJUD-000001");
  EXPECT_EQ(value_of(paper.facts, "Fakturadatum"), "2027-04-20");
  EXPECT_EQ(value_of(paper.facts, "Förfallodatum"), "2027-05-31");
  EXPECT_EQ(value_of(paper.facts, "Utfört"), "2027-05-01");
  EXPECT_EQ(value_of(paper.facts, "Evenemang"), "Malmö Live");
  EXPECT_EQ(paper.buyer, (std::vector<std::string>{"Festivalen AB", "Kajen 2", "411 04 Göteborg",
                                                   "Org.nr 556703-7485"}));
  ASSERT_EQ(paper.rows.size(), 1U);
  EXPECT_EQ(paper.rows[0].quantity, "4\u00A0tim");
  EXPECT_EQ(paper.rows[0].unit_price, "500,00");
  EXPECT_EQ(paper.rows[0].vat, "25\u00A0%");
  EXPECT_EQ(paper.rows[0].amount, "2\u00A0000,00");
  EXPECT_EQ(value_of(paper.sums, "Moms 25\u00A0% på 2\u00A0000,00"), "500,00\u00A0kr");
  EXPECT_EQ(paper.total, (Labelled{"Att betala", "2\u00A0500,00\u00A0kr"}));
  EXPECT_EQ(value_of(paper.payment, "Bankgiro"), "5805-6201");
  EXPECT_TRUE(is_ocr(value_of(paper.payment, "OCR-nummer")));
  ASSERT_EQ(paper.footer.size(), 3U);
  EXPECT_TRUE(has(paper.footer[0], "Ljudbolaget AB"));
  EXPECT_TRUE(has(paper.footer[1], "Org.nr 556036-0793"));
  EXPECT_TRUE(has(paper.footer[1], "Momsreg.nr SE556036079301"));
  EXPECT_TRUE(has(paper.footer[1], "Godkänd för F-skatt"));
  EXPECT_TRUE(has(paper.footer[2], "Säte: Stockholm"));
  EXPECT_EQ(paper.file_name, "faktura-LJUD-000001.pdf");
}

TEST_F(Paper, IsEnglishForABuyerAbroad) {
  Invoice invoice = issued();
  invoice.buyer.country = "DK";
  const InvoicePaper paper = paper_of(invoice, "");
  EXPECT_EQ(paper.title, "INVOICE");
  EXPECT_EQ(paper.total, (Labelled{"Total to pay", "SEK\u00A02,500.00"}));
  EXPECT_TRUE(has(paper.buyer, "DK"));
  EXPECT_TRUE(has(paper.footer[1], "Godkänd för F-skatt"));  // the law's own words
  EXPECT_EQ(paper.file_name, "invoice-LJUD-000001.pdf");
}

TEST_F(Paper, ACreditNoteNamesItsOriginalAndAsksForNothing) {
  const InvoicePaper paper =
      paper_of(credit_note_for(issued(), at("2027-05-02T08:00:00Z")), "LJUD-000001");
  EXPECT_EQ(paper.title, "KREDITFAKTURA");
  EXPECT_EQ(value_of(paper.facts, "Avser faktura"), "LJUD-000001");
  EXPECT_EQ(value_of(paper.facts, "Förfallodatum"), "(none)");
  EXPECT_EQ(paper.rows[0].amount, "\u22122\u00A0000,00");
  EXPECT_EQ(paper.total, (Labelled{"Att kreditera", "\u22122\u00A0500,00\u00A0kr"}));
  EXPECT_TRUE(paper.payment.empty());
  EXPECT_TRUE(has(paper.remarks, "Denna kreditfaktura avser faktura LJUD-000001."));
}

TEST_F(Paper, SaysWhyThereIsNoVatAndWhatAMinimumIs) {
  BookingForInvoice booking = booking_of("book-1");
  booking.lines = {line_of(200'000, 0), line_of(100'000, 0)};
  booking.lines[1].kind = "Minimum";
  booking.lines[1].text = "Sound, FOH, minimum";
  bookings.set(booking);
  CustomerProfile unregistered = whole_seller();
  unregistered.vat_status = VatStatus::None;
  neighbours_http.set(unregistered);
  const Invoice invoice = *find({post(admin, "/api/bookings/book-1/invoice").text("id")});
  const InvoicePaper paper = paper_of(invoice, "");
  EXPECT_EQ(std::count(paper.remarks.begin(), paper.remarks.end(),
                       "Säljaren är inte registrerad för moms."),
            1);
  EXPECT_EQ(paper.rows[1].text, "Sound, FOH, minsta debitering");
}

TEST_F(Paper, NamesOfFilesHoldNothingThatMeansAnythingElsewhere) {
  Invoice invoice = issued();
  invoice.invoice_number = "Å\"; x=/../\r\n-000001";
  EXPECT_EQ(paper_of(invoice, "").file_name, "faktura-_____x_______-000001.pdf");
}

TEST_F(Paper, AmountsReadAsTheLanguageHasThem) {
  EXPECT_EQ(amount_text({123'456'789}, "sv"), "1\u00A0234\u00A0567,89");
  EXPECT_EQ(amount_text({123'456'789}, "en"), "1,234,567.89");
  EXPECT_EQ(amount_text({-5}, "sv"), "\u22120,05");
}

TEST_F(Paper, TheSamePaperIsTheSameFile) {
  const Invoice invoice = issued();
  const std::string pdf = draw_pdf(paper_of(invoice, ""), *invoice.issued_date);
  EXPECT_TRUE(pdf.starts_with("%PDF-1."));
  EXPECT_EQ(pages(pdf), 1U);
  EXPECT_EQ(draw_pdf(paper_of(invoice, ""), *invoice.issued_date), pdf);
}

TEST_F(Paper, WhatDoesNotFitGoesOnTheNextPage) {
  Invoice invoice = issued();
  for (int i = 0; i < 60; ++i) invoice.lines.push_back(line_of(200'000));
  invoice.seller.name = std::string(200, 'W');
  invoice.seller.address = std::string(200, 'M');
  const std::string pdf = draw_pdf(paper_of(invoice, ""), *invoice.issued_date);
  EXPECT_GE(pages(pdf), 3U);
  EXPECT_LE(pages(pdf), 5U);
}

TEST_F(Paper, BothSidesAndAdminGetThePdfAndNobodyElse) {
  const std::string path = "/api/invoices/" + issue("book-1") + "/pdf";
  for (const Actor& reader : {admin, organiser, seller}) {
    const Answer shown = get(reader, path);
    ASSERT_EQ(shown.status, 200);
    EXPECT_EQ(shown.response.content_type, "application/pdf");
    EXPECT_EQ(*shown.response.field("Content-Disposition"),
              "attachment; filename=\"faktura-LJUD-000001.pdf\"");
    EXPECT_TRUE(shown.response.body.starts_with("%PDF-"));
  }
  EXPECT_EQ(get(stranger, path).status, 403);
  EXPECT_EQ(get(other_organiser, path).status, 403);
  EXPECT_EQ(get(admin, path + "?colour=red").fields(), std::vector<std::string>{"colour"});
  EXPECT_EQ(get(admin, "/api/invoices/inv-none/pdf").status, 404);
}

TEST_F(Paper, WhatIsNotIssuedIsNotPrinted) {
  const Answer refused = get(admin, "/api/invoices/" + draft("book-2") + "/pdf");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.code(), "CONFLICT");
}

TEST_F(Paper, ACreditedInvoiceAndItsNoteArePrinted) {
  const std::string id = issue("book-1");
  ASSERT_EQ(put(admin, "/api/invoices/" + id + "/status", R"({"status":"Credited"})").status, 200);
  EXPECT_EQ(get(admin, "/api/invoices/" + id + "/pdf").status, 200);
  const InvoiceId note = invoice_id_of({"book-1"}, PaperKind::CreditNote);
  const Answer shown = get(admin, "/api/invoices/" + note.value + "/pdf");
  ASSERT_EQ(shown.status, 200);
  EXPECT_EQ(*shown.response.field("Content-Disposition"),
            "attachment; filename=\"kreditfaktura-LJUD-000002.pdf\"");
}

TEST_F(Paper, OtherServicesGetItAsText) {
  const std::string id = issue("book-1");
  Actor service;
  service.is_service = true;
  service.service = "notification";
  const Answer given = get(service, "/internal/invoices/" + id + "/pdf");
  ASSERT_EQ(given.status, 200);
  EXPECT_EQ(given.text("fileName"), "faktura-LJUD-000001.pdf");
  EXPECT_EQ(from_base64url(given.text("pdf")),
            get(admin, "/api/invoices/" + id + "/pdf").response.body);
  EXPECT_EQ(get(admin, "/internal/invoices/" + id + "/pdf").status, 403);
}

}  // namespace
}  // namespace thenorsound::booking
