// Everything that changes companies, tariffs, the catalogue and settings.
#pragma once
#include "services/customer/desk.hpp"
#include "services/customer/wire.hpp"

namespace thenorsound::customer {

using BodyPtr = std::shared_ptr<const json::object>;
// The version that If-Match names (a number no version has, where it can't match); nothing where
// any will do.
using ExpectedVersion = std::optional<std::int64_t>;

// Errors: conflict (orgNumber or invoicePrefix taken). A crew company without invoice prefix gets
// one. A company whose id is there already is what a first attempt made.
Task<Result<Customer>> create_customer(Desk& desk, Trace trace, Customer customer);
// Errors: not_found, validation_error, precondition_failed, conflict.
Task<Result<Customer>> change_customer(Desk& desk, Trace trace, std::string id, BodyPtr body,
                                       ExpectedVersion expected);
// Marked closing, then asked for live bookings, then deleted; reopened where there are some (409)
// or nobody can tell.
Task<Result<void>> remove_customer(Desk& desk, Trace trace, std::string id,
                                   ExpectedVersion expected);
// Finishes deletions that a crash has left. One round.
Task<void> resume_closing(Desk& desk);

Task<Result<Tariff>> create_tariff(Desk& desk, Trace trace, Tariff tariff);
Task<Result<Tariff>> change_tariff(Desk& desk, Trace trace, std::string id, BodyPtr body,
                                   bool names_crew_company, ExpectedVersion expected);

// Error conflict: a name that is in use would be dropped.
Task<Result<CatalogueDocument>> change_catalogue(Desk& desk, Trace trace, BodyPtr body,
                                                 ExpectedVersion expected);
Task<Result<SettingsDocument>> change_settings(Desk& desk, Trace trace, BodyPtr body,
                                               ExpectedVersion expected);
// Makes the catalogue and the settings where a store has none.
Task<Result<void>> make_defaults(Desk& desk);

}  // namespace thenorsound::customer
