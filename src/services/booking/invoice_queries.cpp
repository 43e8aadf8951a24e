#include "services/booking/invoice_queries.hpp"

namespace thenorsound::booking {
namespace {
using store::Op;

json::value word(InvoiceStatus status) { return json::value(json::string(word_of(status))); }

json::array open_states() { return {word(InvoiceStatus::Issued), word(InvoiceStatus::PartlyPaid)}; }

// Overdue follows from the day, so it is asked for by day, never read from the document.
void add_status(store::Query& query, InvoiceStatus status, Day today) {
  const bool open = status == InvoiceStatus::Issued || status == InvoiceStatus::PartlyPaid;
  if (status == InvoiceStatus::Overdue) {
    query.where.push_back({"state", Op::in, open_states()});
    query.where.push_back({"overdueFrom", Op::le, today.days});
    return;
  }
  query.where.push_back({"state", Op::eq, word(status)});
  if (open) query.where.push_back({"overdueFrom", Op::gt, today.days});
}
}  // namespace

bool may_see(const Actor& actor, const Invoice& invoice) {
  if (actor.is_admin()) return true;
  if (actor.is(Role::CustomerAdmin)) return actor.customer == invoice.customer_id;
  return actor.is(Role::CrewAdmin) && actor.customer == invoice.crew_customer_id;
}

bool may_change(const Actor& actor, const Invoice& invoice) {
  return actor.is_admin() ||
         (actor.is(Role::CrewAdmin) && actor.customer == invoice.crew_customer_id);
}

InvoiceQueries::InvoiceQueries(InvoiceCollection& invoices, const Clock& clock)
    : invoices_(invoices), clock_(clock) {}

Task<Result<Invoice>> InvoiceQueries::get(std::string id) {
  auto found = co_await invoices_.get(std::move(id));
  if (!found) co_return found.error();
  if (!*found) co_return not_found("invoice");
  co_return std::move(**found);
}

Task<Result<InvoicePage>> InvoiceQueries::list(InvoiceFilter filter, http::Page page) {
  store::Query query;
  if (filter.customer)
    query.where.push_back({"parties", Op::eq, json::value(json::string(filter.customer->value))});
  if (filter.status) add_status(query, *filter.status, stockholm_day(clock_.now()));
  if (filter.from) query.where.push_back({"supplyTo", Op::gt, filter.from->ms});
  if (filter.to) query.where.push_back({"supplyFrom", Op::lt, filter.to->ms});
  InvoicePage result;
  const Result<std::int64_t> total = co_await invoices_.count(query);
  if (!total) co_return total.error();
  result.total = *total;
  query.order_by = "createdAt";
  query.descending = true;
  query.limit = page.limit();
  query.skip = page.skip();
  auto items = co_await invoices_.find(std::move(query));
  if (!items) co_return items.error();
  result.items = std::move(*items);
  co_return result;
}

Task<Result<std::vector<Invoice>>> InvoiceQueries::with_work_due(std::size_t limit) {
  store::Query query;
  json::array kinds{"Issue", "Credit"};
  query.where.push_back({"work", Op::in, std::move(kinds)});
  query.where.push_back({"retryAt", Op::le, clock_.now().ms});
  query.order_by = "retryAt";
  query.limit = limit;
  return invoices_.find(std::move(query));
}

Task<Result<std::vector<Invoice>>> InvoiceQueries::newly_overdue(std::size_t limit) {
  store::Query query;
  query.where.push_back({"overdueTold", Op::eq, false});
  query.where.push_back({"overdueFrom", Op::le, stockholm_day(clock_.now()).days});
  query.where.push_back({"state", Op::in, open_states()});
  query.limit = limit;
  return invoices_.find(std::move(query));
}

}  // namespace thenorsound::booking
