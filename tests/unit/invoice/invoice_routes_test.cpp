// The wire: who may ask for what, what is refused and how, and what comes back.
#include "routes_fixture.hpp"

namespace thenorsound::booking {
namespace {
constexpr const char* part_payment =
    R"({"amount":1000.5,"paidDate":"2027-05-02","method":"Bankgiro","reference":"OCR 1"})";

TEST_F(Routes, IssuingAnswers201AndThen200WithTheSame) {
  bookings.set(booking_of("book-1"));
  const Answer made = post(seller, "/api/bookings/book-1/invoice", "{}");
  ASSERT_EQ(made.status, 201);
  EXPECT_EQ(*made.response.field("Location"), "/api/invoices/" + made.text("id"));
  const Answer again = post(seller, "/api/bookings/book-1/invoice");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, made.body);
}

TEST_F(Routes, AnInvoiceShowsWhatTheLawWants) {
  const std::string id = issue("book-1");
  const Answer shown = get(organiser, "/api/invoices/" + id);
  ASSERT_EQ(shown.status, 200);
  const json::object& invoice = shown.object();
  EXPECT_EQ(*shown.response.field("ETag"),
            "\"" + std::to_string(invoice.at("version").as_int64()) + "\"");
  EXPECT_EQ(shown.text("kind"), "Invoice");
  EXPECT_EQ(shown.text("status"), "Issued");
  EXPECT_EQ(shown.text("invoiceNumber"), "LJUD-000001");
  EXPECT_EQ(shown.text("bookingId"), "book-1");
  EXPECT_EQ(shown.text("customerId"), "cust-buyer");
  EXPECT_EQ(shown.text("crewCustomerId"), "cust-seller");
  EXPECT_EQ(shown.text("issuedDate"), "2027-04-20");
  EXPECT_EQ(shown.text("dueDate"), "2027-05-31");
  EXPECT_EQ(shown.text("supplyFrom"), "2027-05-01");
  EXPECT_EQ(shown.text("supplyTo"), "2027-05-01");
  EXPECT_EQ(shown.text("currency"), "SEK");
  EXPECT_TRUE(is_ocr(shown.text("ocr")));
  EXPECT_EQ(invoice.at("amount"), json::value(2000));
  EXPECT_EQ(invoice.at("vatAmount"), json::value(500));
  EXPECT_EQ(invoice.at("totalAmount"), json::value(2500));
  EXPECT_EQ(invoice.at("balance"), json::value(2500));
  EXPECT_EQ(invoice.at("seller").at("vatNumber"), json::value("SE556036079301"));
  EXPECT_EQ(invoice.at("seller").at("fTaxText"), json::value("Godkänd för F-skatt"));
  EXPECT_EQ(invoice.at("buyer").at("orgNumber"), json::value("556703-7485"));
  EXPECT_EQ(invoice.at("paymentTo").at("bankgiro"), json::value("5805-6201"));
  EXPECT_EQ(invoice.at("lines").as_array().front().at("bookingId"), json::value("book-1"));
  EXPECT_EQ(invoice.at("vat").as_array().front().at("rate"), json::value(25));
  EXPECT_EQ(invoice.at("payments"), json::value(json::array()));
  EXPECT_FALSE(invoice.contains("missing"));
  EXPECT_FALSE(invoice.contains("original"));
}

TEST_F(Routes, IssuingIsRefusedToStrangersAndForWhatIsNotAgreed) {
  bookings.set(booking_of("book-1"));
  EXPECT_EQ(post(stranger, "/api/bookings/book-1/invoice").status, 403);
  EXPECT_EQ(post(organiser, "/api/bookings/book-1/invoice").status, 403);
  EXPECT_EQ(post(admin, "/api/bookings/book-none/invoice").status, 404);
  EXPECT_EQ(post(admin, "/api/bookings/book-1/invoice", R"({"soon":true})").fields(),
            std::vector<std::string>{"soon"});
  for (const BilledBooking state : {BilledBooking::Open, BilledBooking::Dropped}) {
    bookings.set(booking_of("book-1", state));
    EXPECT_EQ(post(admin, "/api/bookings/book-1/invoice").status, 409);
  }
  BookingForInvoice in_house = booking_of("book-1");
  in_house.in_house = true;
  bookings.set(in_house);
  EXPECT_EQ(post(admin, "/api/bookings/book-1/invoice").code(), "CONFLICT");
  EXPECT_TRUE(all().empty());
}

TEST_F(Routes, IssuingWhatLacksSomethingIs409AndNamesIt) {
  CustomerProfile poor = whole_seller();
  poor.bankgiro.reset();
  neighbours_http.set(poor);
  bookings.set(booking_of("book-1"));
  const Answer refused = post(seller, "/api/bookings/book-1/invoice");
  ASSERT_EQ(refused.status, 409);
  EXPECT_EQ(refused.object().at("error").at("missing"), json::value(json::array{"paymentTo"}));
  const std::string id = invoice_id_of({"book-1"}, PaperKind::Invoice).value;
  EXPECT_EQ(get(seller, "/api/invoices/" + id).object().at("missing"),
            json::value(json::array{"paymentTo"}));
  EXPECT_EQ(put(seller, "/api/invoices/" + id + "/status", R"({"status":"Issued"})").status, 409);
  neighbours_http.set(whole_seller());
  EXPECT_EQ(put(seller, "/api/invoices/" + id + "/status", R"({"status":"Issued"})").text("status"),
            "Issued");
}

TEST_F(Routes, OnlyAdminsOfBuyerAndSellerSeeAnInvoice) {
  const std::string target = "/api/invoices/" + issue("book-1");
  for (const Actor& actor : {admin, organiser, seller}) EXPECT_EQ(get(actor, target).status, 200);
  EXPECT_EQ(get(stranger, target).status, 403);
  EXPECT_EQ(get(other_organiser, target).status, 403);
  EXPECT_EQ(get(actor_of(Role::CustomerUser, "cust-buyer"), target).status, 403);
  EXPECT_EQ(get(actor_of(Role::CrewUser, "cust-seller"), target).status, 403);
  EXPECT_EQ(get(admin, "/api/invoices/inv-none").status, 404);
  EXPECT_EQ(get(stranger, "/api/invoices/inv-none").status, 404);
}

TEST_F(Routes, ListsHoldWhatOneMaySeeNewestFirst) {
  const std::string first = issue("book-1");
  clock.advance(minute_ms);
  const std::string second = issue("book-2");
  const Answer mine = get(seller, "/api/invoices");
  ASSERT_EQ(mine.items(), 2U);
  EXPECT_EQ(mine.object().at("total"), json::value(2));
  EXPECT_EQ(mine.object().at("items").as_array().front().at("id"), json::value(second));
  EXPECT_EQ(get(organiser, "/api/invoices").items(), 2U);
  EXPECT_EQ(get(stranger, "/api/invoices").items(), 0U);
  const Answer page = get(admin, "/api/invoices?pageNumber=2&pageSize=1");
  ASSERT_EQ(page.items(), 1U);
  EXPECT_EQ(page.object().at("items").as_array().front().at("id"), json::value(first));
  EXPECT_EQ(get(admin, "/api/invoices?pageNumber=9").items(), 0U);
}

TEST_F(Routes, ListsAreFilteredByCompanyAndSpan) {
  issue("book-1");
  EXPECT_EQ(get(admin, "/api/invoices?customerId=cust-buyer").items(), 1U);
  EXPECT_EQ(get(admin, "/api/invoices?customerId=cust-seller").items(), 1U);
  EXPECT_EQ(get(admin, "/api/invoices?customerId=cust-none").items(), 0U);
  EXPECT_EQ(get(seller, "/api/invoices?customerId=cust-seller").items(), 1U);
  EXPECT_EQ(get(seller, "/api/invoices?customerId=cust-buyer").status, 403);
  const std::string day = "/api/invoices?from=2027-05-01T00:00:00Z&to=2027-05-02T00:00:00Z";
  EXPECT_EQ(get(seller, day).items(), 1U);
  EXPECT_EQ(get(seller, "/api/invoices?to=2027-05-01T10:00:00Z").items(), 0U);
  EXPECT_EQ(get(seller, "/api/invoices?to=2027-05-01T10:01:00Z").items(), 1U);
  EXPECT_EQ(get(seller, "/api/invoices?from=2027-05-01T14:00:00Z").items(), 0U);
  EXPECT_EQ(get(seller, "/api/invoices?from=2027-05-01T13:59:00%2B00:00").items(), 1U);
}

TEST_F(Routes, EveryWrongParameterIsNamed) {
  const Answer bad =
      get(admin, "/api/invoices?status=Lost&from=2027-05-01&pageSize=201&colour=red");
  EXPECT_EQ(bad.status, 400);
  EXPECT_EQ(bad.fields(), (std::vector<std::string>{"colour", "from", "pageSize", "status"}));
  const Answer backwards =
      get(admin, "/api/invoices?from=2027-05-02T00:00:00Z&to=2027-05-01T00:00:00Z");
  EXPECT_EQ(backwards.fields(), std::vector<std::string>{"to"});
}

TEST_F(Routes, StatusIsFilteredAsOfToday) {
  draft("book-1");
  issue("book-2");
  const std::string part = issue("book-3"), whole = issue("book-4"), credited = issue("book-5");
  EXPECT_EQ(post(seller, "/api/invoices/" + part + "/payments", part_payment).status, 200);
  EXPECT_EQ(post(seller, "/api/invoices/" + whole + "/payments",
                 R"({"amount":2500,"paidDate":"2027-05-02","method":"Swish"})")
                .text("status"),
            "Paid");
  EXPECT_EQ(put(seller, "/api/invoices/" + credited + "/status", R"({"status":"Credited"})").status,
            200);
  const auto count = [&](const std::string& status) {
    return get(admin, "/api/invoices?status=" + status).items();
  };
  EXPECT_EQ(count("Draft"), 1U);
  EXPECT_EQ(count("Issued"), 2U);  // and the credit note
  EXPECT_EQ(count("PartlyPaid"), 1U);
  EXPECT_EQ(count("Paid"), 1U);
  EXPECT_EQ(count("Credited"), 1U);
  EXPECT_EQ(count("Overdue"), 0U);
  clock.set(at("2027-06-01T08:00:00Z"));  // nobody has swept
  EXPECT_EQ(count("Issued"), 1U);
  EXPECT_EQ(count("PartlyPaid"), 0U);
  EXPECT_EQ(count("Overdue"), 2U);
  EXPECT_EQ(get(admin, "/api/invoices/" + part).text("status"), "Overdue");
}

TEST_F(Routes, ACompanysListIsForItAndAdmin) {
  issue("book-1");
  EXPECT_EQ(get(admin, "/api/customers/cust-buyer/invoices").items(), 1U);
  EXPECT_EQ(get(organiser, "/api/customers/cust-buyer/invoices").items(), 1U);
  EXPECT_EQ(get(seller, "/api/customers/cust-seller/invoices?status=Issued").items(), 1U);
  EXPECT_EQ(get(seller, "/api/customers/cust-buyer/invoices").status, 403);
  EXPECT_EQ(get(admin, "/api/customers/cust-none/invoices").status, 404);
  EXPECT_EQ(get(seller, "/api/customers/cust-none/invoices").status, 404);
  EXPECT_EQ(get(seller, "/api/customers/cust-seller/invoices?customerId=x").status, 400);
}

TEST_F(Routes, PaymentsAreTakenUpToWhatIsOwed) {
  const std::string target = "/api/invoices/" + issue("book-1") + "/payments";
  const Answer part = post(seller, target, part_payment);
  ASSERT_EQ(part.status, 200);
  EXPECT_EQ(part.text("status"), "PartlyPaid");
  EXPECT_EQ(part.object().at("balance"), json::value(1499.5));
  EXPECT_EQ(part.object().at("payments").as_array().front().at("paidDate"),
            json::value("2027-05-02"));
  EXPECT_EQ(
      post(seller, target, R"({"amount":1499.51,"paidDate":"2027-05-03","method":"Card"})").status,
      409);
  const Answer rest =
      post(admin, target, R"({"amount":1499.5,"paidDate":"2027-05-03","method":"Card"})");
  EXPECT_EQ(rest.text("status"), "Paid");
  EXPECT_EQ(rest.text("paidDate"), "2027-05-03");
  EXPECT_EQ(rest.object().at("balance"), json::value(0));
  EXPECT_EQ(post(seller, target, part_payment).status, 409);
}

TEST_F(Routes, PaymentsAreRefusedWithEveryFault) {
  const std::string target = "/api/invoices/" + issue("book-1") + "/payments";
  EXPECT_EQ(post(seller, target, "{}").fields(),
            (std::vector<std::string>{"amount", "method", "paidDate"}));
  EXPECT_EQ(post(seller, target,
                 R"({"amount":1.001,"paidDate":"2027-02-30","method":"Barter","to":"me"})")
                .fields(),
            (std::vector<std::string>{"amount", "method", "paidDate", "to"}));
  for (const char* amount : {"0", "-1", "\"12\""})
    EXPECT_EQ(
        post(seller, target,
             std::string(R"({"paidDate":"2027-05-02","method":"Cash","amount":)") + amount + "}")
            .fields(),
        std::vector<std::string>{"amount"});
  EXPECT_EQ(post(stranger, target, part_payment).status, 403);
  EXPECT_EQ(post(organiser, target, part_payment).status, 403);
  EXPECT_EQ(post(seller, "/api/invoices/inv-none/payments", part_payment).status, 404);
  EXPECT_EQ(post(seller, "/api/invoices/" + draft("book-2") + "/payments", part_payment).status,
            409);
}

TEST_F(Routes, APaymentUnderAKeyCountsOnce) {
  const std::string target = "/api/invoices/" + issue("book-1") + "/payments";
  const std::vector<http::Field> key{{"Idempotency-Key", "key-1"}};
  const Answer first = ask(seller, Method::post, target, part_payment, key);
  const Answer again = ask(seller, Method::post, target, part_payment, key);
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.object().at("payments").as_array().size(), 1U);
  const Answer other = ask(seller, Method::post, target,
                           R"({"amount":1,"paidDate":"2027-05-02","method":"Cash"})", key);
  EXPECT_EQ(other.code(), "IDEMPOTENCY_KEY_REUSED");
}

TEST_F(Routes, StatusIsSetOnlyWhereItsTransitionIs) {
  const auto set = [&](const std::string& id, const std::string& status) {
    return put(seller, "/api/invoices/" + id + "/status", R"({"status":")" + status + "\"}");
  };
  const std::string open = draft("book-1");
  EXPECT_EQ(set(open, "Credited").status, 409);
  EXPECT_EQ(set(open, "Issued").text("status"), "Issued");
  EXPECT_EQ(set(open, "Issued").status, 200);
  EXPECT_EQ(set(open, "Cancelled").status, 409);
  const Answer credited = set(open, "Credited");
  EXPECT_EQ(credited.text("status"), "Credited");
  EXPECT_EQ(set(open, "Credited").body, credited.body);
  EXPECT_EQ(set(open, "Issued").status, 409);
  const std::string dropped = draft("book-2");
  EXPECT_EQ(set(dropped, "Cancelled").text("status"), "Cancelled");
  EXPECT_EQ(set(dropped, "Cancelled").status, 200);
  EXPECT_EQ(set(dropped, "Issued").status, 409);
  EXPECT_EQ(set(credited.text("creditNote"), "Credited").status, 409);
  EXPECT_EQ(set(dropped, "Paid").fields(), std::vector<std::string>{"status"});
  EXPECT_EQ(set("inv-none", "Issued").status, 404);
  const std::string target = "/api/invoices/" + open + "/status";
  EXPECT_EQ(put(stranger, target, R"({"status":"Issued"})").status, 403);
  EXPECT_EQ(put(organiser, target, R"({"status":"Issued"})").status, 403);
}

TEST_F(Routes, IfMatchGuardsAgainstSomebodyFaster) {
  const std::string target = "/api/invoices/" + draft("book-1") + "/status";
  const std::string body = R"({"status":"Cancelled"})";
  EXPECT_EQ(ask(seller, Method::put, target, body, {{"If-Match", "\"9\""}}).status, 412);
  EXPECT_EQ(ask(seller, Method::put, target, body, {{"If-Match", "\"1\""}}).status, 200);
}

TEST_F(Routes, MessagesComeFromServicesOnly) {
  bookings.set(booking_of("book-1"));
  const std::string target = "/internal/bookings/book-1/invoice-messages";
  const std::string body = R"({"type":"booking.confirmed","sequence":2})";
  EXPECT_EQ(post(admin, target, body).status, 403);
  Actor service;
  service.is_service = true;
  EXPECT_EQ(post(service, target, body).text("arrival"), "early");
  EXPECT_EQ(post(service, target, R"({"type":"booking.created","sequence":1})").text("arrival"),
            "applied");
  EXPECT_EQ(post(service, target, body).text("arrival"), "applied");
  EXPECT_EQ(post(service, target, body).text("arrival"), "repeat");
  EXPECT_EQ(post(service, target, R"({"type":"booking.created","sequence":0})").status, 400);
  EXPECT_EQ(post(service, "/internal/bookings/book-none/invoice-messages", body).status, 404);
}

TEST_F(Routes, SweepsTellOfOverdueOnesOnceAndFinishWhatWasLeft) {
  const InvoiceId id{issue("book-1")};
  wait_for(loops, invoices.mark_overdue());
  EXPECT_EQ(messages_of(id), std::vector<std::string>{"invoice.generated"});
  clock.set(at("2027-06-01T08:00:00Z"));
  wait_for(loops, invoices.mark_overdue());
  wait_for(loops, invoices.mark_overdue());
  EXPECT_EQ(messages_of(id), (std::vector<std::string>{"invoice.generated", "invoice.overdue"}));
  neighbours_http.down = true;
  bookings.set(booking_of("book-2"));
  EXPECT_EQ(post(seller, "/api/bookings/book-2/invoice").status, 503);
  neighbours_http.down = false;
  clock.advance(minute_ms);
  wait_for(loops, invoices.finish_work());
  EXPECT_EQ(invoice_of("book-2").invoice_number, "LJUD-000002");
}

TEST_F(Routes, BackgroundWorkRunsByItselfAndEnds) {
  InvoiceSettings quick;
  quick.work_interval = std::chrono::milliseconds(5);
  quick.overdue_interval = std::chrono::milliseconds(5);
  Invoices running(parts, quick, neighbours, bookings.source());
  const InvoiceId id{issue("book-1")};
  running.start();
  clock.set(at("2027-06-01T08:00:00Z"));
  EXPECT_TRUE(until([&] { return messages_of(id).size() == 2; }));
  wait_for(loops, running.stop());
}
}  // namespace
}  // namespace thenorsound::booking
