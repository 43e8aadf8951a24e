#pragma once
#include "http/router.hpp"
#include "services/customer/commands.hpp"

namespace thenorsound::customer {

using Handler = Task<Result<http::Response>> (*)(Desk&, http::Call&);

// `desk` must outlive the router.
void add_customer_routes(http::Router& router, Desk& desk);
void add_tariff_routes(http::Router& router, Desk& desk);
// The catalogue, the settings, and what other services ask.
void add_catalogue_routes(http::Router& router, Desk& desk);

// --- Shared by them ---
http::RouteHandler bind(Desk& desk, Handler handler);
ExpectedVersion expected_version(const http::Call& call);
bool owns(const Actor& actor, const CustomerId& customer);
// The company that the path names. Errors: not_found, forbidden; validation_error where there are
// query parameters.
Task<Result<Customer>> own_customer(Desk& desk, const http::Call& call);
// A copy of the body's object, to be kept by a change.
Result<BodyPtr> body_of(const http::Call& call);

}  // namespace thenorsound::customer
