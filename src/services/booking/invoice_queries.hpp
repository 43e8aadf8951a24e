// Reading invoices: who sees what, and lists.
#pragma once
#include <optional>
#include <vector>

#include "http/router.hpp"
#include "services/booking/invoice_repository.hpp"

namespace thenorsound::booking {

// Admins of buyer and seller, and Admin.
bool may_see(const Actor& actor, const Invoice& invoice);
// The seller's CrewAdmin, and Admin.
bool may_change(const Actor& actor, const Invoice& invoice);

struct InvoiceFilter {
  std::optional<InvoiceStatus> status;
  std::optional<Time> from;  // by overlap with the time of supply
  std::optional<Time> to;
  std::optional<CustomerId> customer;  // either side
};

struct InvoicePage {
  std::vector<Invoice> items;
  std::int64_t total = 0;
};

class InvoiceQueries {
 public:
  InvoiceQueries(InvoiceCollection& invoices, const Clock& clock);

  // Error not_found.
  Task<Result<Invoice>> get(std::string id);
  // Newest first.
  Task<Result<InvoicePage>> list(InvoiceFilter filter, http::Page page);
  // For the sweepers, at most `limit`.
  Task<Result<std::vector<Invoice>>> with_work_due(std::size_t limit);
  Task<Result<std::vector<Invoice>>> newly_overdue(std::size_t limit);

 private:
  InvoiceCollection& invoices_;
  const Clock& clock_;
};

}  // namespace thenorsound::booking
