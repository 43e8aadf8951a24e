#pragma once
#include "http/router.hpp"
#include "services/event/desk.hpp"

namespace thenorsound::event {

// /api/events, /api/customers/{id}/events and /internal/events. `desk` must outlive the router.
void add_routes(http::Router& router, Desk& desk);
void add_internal_routes(http::Router& router, Desk& desk);

}  // namespace thenorsound::event
