#include "services/customer/commands.hpp"

#include "base/log.hpp"
#include "services/customer/queries.hpp"

namespace thenorsound::customer {
namespace {

constexpr int max_prefix_attempts = 100;
constexpr int max_suggestions = 10;

Error no_customer() { return not_found("customer"); }

Result<void> check_version(std::int64_t version, const ExpectedVersion& expected) {
  if (!expected || *expected == version) return {};
  return make_error(Code::precondition_failed, "It has been changed in the meantime.");
}

Error taken(std::string field, std::string message) {
  Error error = conflict(std::move(message));
  error.details.push_back({std::move(field), "is taken"});
  return error;
}

// What the store's refusals mean to a client.
template <class T>
Result<T> explained(Result<T> outcome, std::string what) {
  if (outcome) return outcome;
  const std::string& reason = outcome.error().reason;
  if (reason == "absent") return not_found(std::move(what));
  if (reason == "duplicate:orgKey")
    return taken("orgNumber", "There is a company with this organisation number.");
  if (reason == "duplicate:invoicePrefix")
    return taken("invoicePrefix", "Another company has this invoice prefix.");
  if (reason.starts_with("duplicate:"))
    return conflict("There is such a tariff already, from the same day.");
  return outcome;
}

// A prefix that another company's invoices have carried stays theirs.
Task<Result<bool>> is_taken(Desk& desk, std::string prefix, CustomerId but) {
  store::Query query;
  query.where.push_back({"prefixes", store::Op::eq, json::string(prefix)});
  query.limit = 2;
  const auto found = co_await desk.customers.find(std::move(query));
  if (!found) co_return found.error();
  for (const Customer& customer : *found)
    if (customer.id != but) co_return true;
  co_return false;
}

Task<Result<std::string>> free_prefix(Desk& desk, std::string name) {
  const CustomerId nobody;
  for (int attempt = 0; attempt < max_prefix_attempts; ++attempt) {
    std::string prefix = suggested_prefix(name, attempt);
    const auto used = co_await is_taken(desk, prefix, nobody);
    if (!used) co_return used.error();
    if (!*used) co_return prefix;
  }
  co_return conflict("The company needs an invoice prefix of its own.");
}

// Another type is another kind of company: only one that nothing hangs on may become it.
Task<Result<void>> check_unused(Desk& desk, Trace trace, CustomerId id) {
  const auto users = co_await desk.neighbours.users_of(trace, id);
  if (!users) co_return users.error();
  const auto events = co_await desk.neighbours.count_events(trace, id);
  if (!events) co_return events.error();
  const auto bookings = co_await desk.neighbours.count_live_bookings(trace, id);
  if (!bookings) co_return bookings.error();
  const auto tariffs = co_await tariffs_of(desk, id);
  if (!tariffs) co_return tariffs.error();
  if (!users->empty() || *events > 0 || *bookings > 0 || !tariffs->empty())
    co_return conflict("A company with users, events, tariffs or bookings keeps its type.");
  co_return Result<void>();
}

// What has to be found out before the pure change: reads, which the change can't do.
Task<Result<std::string>> prepare_change(Desk& desk, Trace trace, Customer current,
                                         CustomerFacts wanted) {
  if (wanted.customer_type != current.customer_type) {
    const auto unused = co_await check_unused(desk, trace, current.id);
    if (!unused) co_return unused.error();
  }
  if (wanted.invoice_prefix && wanted.invoice_prefix != current.invoice_prefix) {
    const auto used = co_await is_taken(desk, *wanted.invoice_prefix, current.id);
    if (!used) co_return used.error();
    if (*used) co_return taken("invoicePrefix", "Another company has this invoice prefix.");
  }
  if (!wanted.is_crew_company() || wanted.invoice_prefix) co_return std::string();
  co_return co_await free_prefix(desk, wanted.name);
}

// Deletes or reopens a company that is marked closing.
Task<Result<void>> finish(Desk& desk, Trace trace, CustomerId id) {
  const auto live = co_await desk.neighbours.count_live_bookings(trace, id);
  if (!live || *live > 0) {
    auto undo = [](Customer& customer, store::Outgoing&) -> Result<Change> {
      return reopen(customer);
    };
    const auto reopened = co_await desk.customers.modify(trace, id.value, std::move(undo));
    if (!live) co_return live.error();
    if (!reopened) co_return reopened.error();
    co_return conflict("The company has live bookings.");
  }
  auto close = [now = desk.clock.now()](Customer& customer, store::Outgoing&) -> Result<Change> {
    return finish_closing(customer, now);
  };
  const auto closed = co_await desk.customers.modify(trace, id.value, std::move(close));
  if (!closed) co_return closed.error();
  co_return Result<void>();
}

}  // namespace

Task<Result<Customer>> create_customer(Desk& desk, Trace trace, Customer customer) {
  const std::string id = customer.id.value;
  const bool suggest = customer.is_crew_company() && !customer.invoice_prefix;
  for (int attempt = 0;; ++attempt) {
    if (suggest) {
      auto prefix = co_await free_prefix(desk, customer.name);
      if (!prefix) co_return prefix.error();
      customer.invoice_prefix = std::move(*prefix);
    } else if (customer.invoice_prefix) {
      const auto used = co_await is_taken(desk, *customer.invoice_prefix, customer.id);
      if (!used) co_return used.error();
      if (*used) co_return taken("invoicePrefix", "Another company has this invoice prefix.");
    }
    auto made = co_await desk.customers.insert(trace, customer);
    if (!made && made.error().reason == "exists") co_return co_await find_customer(desk, id);
    // Somebody else took the same suggestion at the same moment.
    const bool raced = !made && made.error().reason == "duplicate:invoicePrefix";
    if (raced && suggest && attempt < max_suggestions) continue;
    co_return explained(std::move(made), "customer");
  }
}

Task<Result<Customer>> change_customer(Desk& desk, Trace trace, std::string id, BodyPtr body,
                                       ExpectedVersion expected) {
  auto current = co_await find_customer(desk, id);
  if (!current) co_return current.error();
  auto wanted = decode_changes(*current, *body, !check_version(current->version, expected));
  if (!wanted) co_return wanted.error();
  if (const auto same = check_version(current->version, expected); !same) co_return same.error();
  auto spare = co_await prepare_change(desk, trace, std::move(*current), std::move(*wanted));
  if (!spare) co_return spare.error();
  auto change = [body, expected, spare = std::move(*spare), now = desk.clock.now()](
                    Customer& customer, store::Outgoing&) -> Result<Change> {
    if (customer.deleted_at) return no_customer();
    const auto same = check_version(customer.version, expected);
    auto facts = decode_changes(customer, *body, !same);
    if (!facts) return facts.error();
    if (!same) return same.error();
    if (facts->is_crew_company() && !facts->invoice_prefix) facts->invoice_prefix = spare;
    return change_facts(customer, std::move(*facts), now);
  };
  auto done = co_await desk.customers.modify(std::move(trace), std::move(id), std::move(change));
  co_return explained(std::move(done), "customer");
}

Task<Result<void>> remove_customer(Desk& desk, Trace trace, std::string id,
                                   ExpectedVersion expected) {
  auto mark = [expected, now = desk.clock.now()](Customer& customer,
                                                 store::Outgoing&) -> Result<Change> {
    if (customer.deleted_at) return no_customer();
    if (const auto same = check_version(customer.version, expected); !same) return same.error();
    return start_closing(customer, now);
  };
  auto marked = co_await desk.customers.modify(trace, id, std::move(mark));
  const auto outcome = explained(std::move(marked), "customer");
  if (!outcome) co_return outcome.error();
  CustomerId company{std::move(id)};
  co_return co_await finish(desk, trace, std::move(company));
}

Task<void> resume_closing(Desk& desk) {
  store::Query query;
  const std::int64_t latest = desk.clock.now().ms - desk.settings.resume_closing_ms;
  query.where.push_back({"closingSince", store::Op::le, latest});
  query.order_by = "closingSince";
  const auto left = co_await desk.customers.find(std::move(query));
  if (!left) co_return;
  for (const Customer& customer : *left) {
    const auto done = co_await finish(desk, new_trace(), customer.id);
    log_info("deletion of a company resumed",
             {{"customerId", customer.id.value}, {"deleted", done.has_value()}});
  }
}

Task<Result<Tariff>> create_tariff(Desk& desk, Trace trace, Tariff tariff) {
  const std::string id = tariff.id.value;
  store::Query query;
  query.where.push_back({"customerId", store::Op::eq, json::string(tariff.customer_id.value)});
  const auto count = co_await desk.tariffs.count(std::move(query));
  if (!count) co_return count.error();
  if (*count >= static_cast<std::int64_t>(max_tariffs))
    co_return conflict("The company has too many tariffs.");
  auto made = co_await desk.tariffs.insert(std::move(trace), std::move(tariff));
  if (made || made.error().reason != "exists") co_return explained(std::move(made), "tariff");
  auto there = co_await desk.tariffs.get(id);
  if (!there) co_return there.error();
  if (!*there) co_return not_found("tariff");
  co_return std::move(**there);
}

Task<Result<Tariff>> change_tariff(Desk& desk, Trace trace, std::string id, BodyPtr body,
                                   bool names_crew_company, ExpectedVersion expected) {
  auto stored = co_await read_catalogue(desk);
  if (!stored) co_return stored.error();
  auto catalogue = std::make_shared<const Catalogue>(Catalogue{std::move(stored->categories)});
  auto change = [body, expected, catalogue, names_crew_company, now = desk.clock.now()](
                    Tariff& tariff, store::Outgoing&) -> Result<Change> {
    const TariffContext context{*catalogue, names_crew_company};
    const auto same = check_version(tariff.version, expected);
    auto facts = decode_changes(tariff, *body, context, !same);
    if (!facts) return facts.error();
    if (!same) return same.error();
    return change_facts(tariff, std::move(*facts), now);
  };
  auto done = co_await desk.tariffs.modify(std::move(trace), std::move(id), std::move(change));
  co_return explained(std::move(done), "tariff");
}

}  // namespace thenorsound::customer
