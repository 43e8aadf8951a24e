// The routes of invoices: authorise, decode, call, encode.
#include "base/crypto.hpp"
#include "services/booking/invoice_pdf.hpp"
#include "services/booking/invoices.hpp"

namespace thenorsound::booking {
namespace {
using http::Access;
using http::Body;
using http::Call;
using http::Method;
using http::Response;

// What a person may set a status to; the rest follows by itself.
enum class StatusWord { Issued, Cancelled, Credited };
BOOST_DESCRIBE_ENUM(StatusWord, Issued, Cancelled, Credited)

constexpr std::string_view pdf_type = "application/pdf";
constexpr Money largest_payment{1'000'000'000'000};  // öre; what is owed is the real limit

InvoiceStatus status_of(StatusWord status) {
  switch (status) {
    case StatusWord::Issued:
      return InvoiceStatus::Issued;
    case StatusWord::Cancelled:
      return InvoiceStatus::Cancelled;
    case StatusWord::Credited:
      break;
  }
  return InvoiceStatus::Credited;
}

struct ListQuestion {
  InvoiceFilter filter;
  http::Page page;
};

void read_filter(Fields& in, ListQuestion& question) {
  in.enumeration("status", question.filter.status);
  in.time("from", question.filter.from);
  in.time("to", question.filter.to);
  if (question.filter.from && question.filter.to && *question.filter.to <= *question.filter.from)
    in.problem("to", "must be after from");
  question.page = http::read_page(in);
  in.refuse_unknown();
}

std::string_view arrival_word(workflow::Arrival arrival) {
  switch (arrival) {
    case workflow::Arrival::repeat:
      return "repeat";
    case workflow::Arrival::next:
      return "applied";
    case workflow::Arrival::early:
      break;
  }
  return "early";
}

// An action without fields of its own takes no query, and no body, or {}.
Result<void> refuse_fields(const Call& call) {
  if (const Result<void> plain = call.refuse_query(); !plain) return plain.error();
  const auto body = call.object();
  if (!body) return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  in.refuse_unknown();
  if (problems.any()) return problems.error();
  return {};
}
}  // namespace

void Invoices::add_routes(http::Router& router) {
  const Access readers = Access::only({Role::Admin, Role::CustomerAdmin, Role::CrewAdmin});
  const Access writers = Access::only({Role::Admin, Role::CrewAdmin});
  router.add(Method::get, "/api/invoices", readers, [this](Call& call) { return list(call); });
  router.add(Method::get, "/api/invoices/{id}", readers, [this](Call& call) { return get(call); });
  router
      .add(Method::get, "/api/invoices/{id}/pdf", readers,
           [this](Call& call) { return get_pdf(call); })
      .also_produces.emplace_back(pdf_type);
  router.add(Method::get, "/api/customers/{id}/invoices", readers,
             [this](Call& call) { return list_of_company(call); });
  router.add(
      Method::post, "/api/bookings/{id}/invoice", writers,
      [this](Call& call) { return issue(call); }, Body::json);
  router.add(
      Method::put, "/api/invoices/{id}/status", writers,
      [this](Call& call) { return set_status(call); }, Body::json);
  router.add(
      Method::post, "/api/invoices/{id}/payments", writers,
      [this](Call& call) { return pay(call); }, Body::json);
  router.add(
      Method::post, "/internal/bookings/{id}/invoice-messages", Access::internal(),
      [this](Call& call) { return hear(call); }, Body::json);
  router.add(Method::get, "/internal/invoices/{id}/pdf", Access::internal(),
             [this](Call& call) { return give_pdf(call); });
}

Task<Result<Response>> Invoices::list(Call& call) {
  const auto query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  ListQuestion question;
  in.id("customerId", question.filter.customer);
  read_filter(in, question);
  if (!call.actor.is_admin()) {
    if (question.filter.customer && *question.filter.customer != call.actor.customer)
      co_return forbidden();
    question.filter.customer = call.actor.customer;
  }
  if (problems.any()) co_return problems.error();
  co_return co_await answer_list(std::move(question.filter), question.page);
}

Task<Result<Response>> Invoices::list_of_company(Call& call) {
  const CustomerId company{call.id()};
  if (company != call.actor.customer) {
    const auto there = co_await neighbours_.find_customer(call.trace, company);
    if (!there) co_return there.error();
    if (!*there) co_return not_found("customer");
    if (!call.actor.is_admin()) co_return forbidden();
  }
  const auto query = call.query();
  if (!query) co_return query.error();
  Problems problems;
  Fields in(*query, problems, Fields::Mode::query);
  ListQuestion question;
  read_filter(in, question);
  if (problems.any()) co_return problems.error();
  question.filter.customer = company;
  co_return co_await answer_list(std::move(question.filter), question.page);
}

Task<Result<Response>> Invoices::answer_list(InvoiceFilter filter, http::Page page) {
  auto found = co_await queries_.list(std::move(filter), page);
  if (!found) co_return found.error();
  json::array items;
  for (const Invoice& invoice : found->items) items.push_back(view(invoice));
  co_return http::ok(http::page_of(std::move(items), page, found->total));
}

Task<Result<Response>> Invoices::get(Call& call) {
  const Result<Invoice> invoice = co_await queries_.get(call.id());
  if (!invoice) co_return invoice.error();
  if (!may_see(call.actor, *invoice)) co_return forbidden();
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  co_return http::ok(view(*invoice));
}

Task<Result<Response>> Invoices::get_pdf(Call& call) {
  Result<Invoice> invoice = co_await queries_.get(call.id());
  if (!invoice) co_return invoice.error();
  if (!may_see(call.actor, *invoice)) co_return forbidden();
  if (const Result<void> query = call.refuse_query(); !query) co_return query.error();
  Result<Printed> printed = co_await print(std::move(*invoice));
  if (!printed) co_return printed.error();
  Response response;
  response.content_type = pdf_type;
  response.body = std::move(printed->pdf);
  response.set("Content-Disposition", "attachment; filename=\"" + printed->file_name + "\"");
  co_return response;
}

// For the mail that an invoice goes out with.
Task<Result<Response>> Invoices::give_pdf(Call& call) {
  Result<Invoice> invoice = co_await queries_.get(call.id());
  if (!invoice) co_return invoice.error();
  const Result<Printed> printed = co_await print(std::move(*invoice));
  if (!printed) co_return printed.error();
  json::object answer;
  answer["fileName"] = printed->file_name;
  answer["pdf"] = to_base64url(printed->pdf);
  co_return http::ok(answer);
}

Task<Result<Invoices::Printed>> Invoices::print(Invoice invoice) {
  if (!invoice.is_issued()) co_return conflict("Only an issued invoice is printed.");
  std::string original_number;
  if (invoice.original) {
    const Result<Invoice> original = co_await queries_.get(invoice.original->value);
    if (!original) co_return original.error();
    original_number = original->invoice_number.value_or("");
  }
  std::function<Printed()> draw = [invoice = std::move(invoice),
                                   number = std::move(original_number)] {
    const InvoicePaper paper = paper_of(invoice, number);
    return Printed{paper.file_name, draw_pdf(paper, *invoice.issued_date)};
  };
  Result<Printed> printed = co_await printers_.run(std::move(draw));
  if (printed && printed->pdf.empty())
    co_return make_error(Code::service_error, "The invoice could not be printed.", "no-pdf");
  co_return printed;
}

Task<Result<Response>> Invoices::issue(Call& call) {
  BookingId booking_id{call.id()};
  auto booking = co_await bookings_(std::move(booking_id));
  if (!booking) co_return booking.error();
  if (!*booking) co_return not_found("booking");
  const bool own = call.actor.is_admin() || call.actor.customer == (*booking)->crew_customer_id;
  if (!own) co_return forbidden();
  const Result<void> fields = refuse_fields(call);
  if (!fields) co_return fields.error();
  const auto act = [this, &call, &known = **booking](std::string) {
    return issue_booking(call, known);
  };
  co_return co_await idempotency_.run(call, "inv", act);
}

// Idempotent by booking, so the key's own id isn't needed.
Task<Result<Response>> Invoices::issue_booking(Call& call, BookingForInvoice booking) {
  auto issued = co_await commands_.issue_for(call.trace, std::move(booking));
  if (!issued) co_return issued.error();
  const json::object shown = view(issued->invoice);
  if (!issued->made) co_return http::ok(shown);
  co_return http::created("/api/invoices/" + issued->invoice.id.value, shown);
}

Task<Result<Response>> Invoices::set_status(Call& call) {
  const Result<Invoice> invoice = co_await queries_.get(call.id());
  if (!invoice) co_return invoice.error();
  if (!may_change(call.actor, *invoice)) co_return forbidden();
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  const auto body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  StatusWord status = StatusWord::Issued;
  in.enumeration("status", status);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const auto version = call.if_match();
  if (!version) co_return version.error();
  const Result<Invoice> changed =
      co_await commands_.set_status(call.trace, invoice->id, status_of(status), *version);
  if (!changed) co_return changed.error();
  co_return http::ok(view(*changed));
}

Task<Result<Response>> Invoices::pay(Call& call) {
  const Result<Invoice> invoice = co_await queries_.get(call.id());
  if (!invoice) co_return invoice.error();
  if (!may_change(call.actor, *invoice)) co_return forbidden();
  if (const Result<void> plain = call.refuse_query(); !plain) co_return plain.error();
  const auto body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  Payment payment;
  in.money("amount", payment.amount, Money{}, largest_payment);
  in.day("paidDate", payment.paid_date);
  in.enumeration("method", payment.method);
  in.text("reference", payment.reference);
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  const auto act = [this, &call, &payment, &invoice](std::string id) {
    payment.id = std::move(id);
    return add_payment(call, invoice->id, payment);
  };
  co_return co_await idempotency_.run(call, "pay", act);
}

Task<Result<Response>> Invoices::add_payment(Call& call, InvoiceId id, Payment payment) {
  const auto version = call.if_match();
  if (!version) co_return version.error();
  const Result<Invoice> paid =
      co_await commands_.pay(call.trace, std::move(id), std::move(payment), *version);
  if (!paid) co_return paid.error();
  co_return http::ok(view(*paid));
}

Task<Result<Response>> Invoices::hear(Call& call) {
  const auto body = call.object();
  if (!body) co_return body.error();
  Problems problems;
  Fields in(**body, problems, Fields::Mode::create);
  std::string type;
  std::int64_t sequence = 0;
  in.text("type", type);
  in.integer("sequence", sequence, 1, std::numeric_limits<std::int64_t>::max());
  in.refuse_unknown();
  if (problems.any()) co_return problems.error();
  BookingId booking{call.id()};
  const Result<workflow::Arrival> arrival =
      co_await commands_.hear(call.trace, std::move(booking), std::move(type), sequence);
  if (!arrival) co_return arrival.error();
  json::object answer;
  answer["arrival"] = arrival_word(*arrival);
  co_return http::ok(answer);
}

}  // namespace thenorsound::booking
