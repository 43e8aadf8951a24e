#include "services/gateway/route_table.hpp"

namespace thenorsound::gateway {
namespace {

struct Prefix {
  std::string_view path;
  Service service;
};
constexpr std::array<Prefix, 12> prefixes{{
    {"/api/events", Service::event},
    {"/api/bookings", Service::booking},
    {"/api/users", Service::user},
    {"/api/invoices", Service::booking},
    {"/api/auth", Service::auth},
    {"/api/tariffs", Service::customer},
    {"/api/catalogue", Service::customer},
    {"/api/reports", Service::analytics},
    {"/api/stream", Service::notification},
    {"/api/admin/settings", Service::customer},
    {"/api/admin/audit", Service::analytics},
    {"/api/admin/dead-letters", Service::analytics},
}};
constexpr std::string_view customers = "/api/customers";
// Below /api/customers/{id}.
constexpr std::array<Prefix, 4> customer_parts{{
    {"/users", Service::user},
    {"/events", Service::event},
    {"/bookings", Service::booking},
    {"/invoices", Service::booking},
}};
constexpr std::array<std::string_view, 6> open_paths = {
    "/api/auth/login",    "/api/auth/refresh",         "/api/auth/validate",
    "/api/auth/register", "/api/auth/forgot-password", "/api/auth/reset-password"};

Service customer_part(std::string_view path) {
  const std::size_t id_end = path.find('/', std::min(customers.size() + 1, path.size()));
  if (id_end == std::string_view::npos) return Service::customer;
  for (const Prefix& part : customer_parts)
    if (is_under(path.substr(id_end), part.path)) return part.service;
  return Service::customer;
}

}  // namespace

bool is_under(std::string_view path, std::string_view prefix) {
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

std::optional<Service> service_of(std::string_view path) {
  if (is_under(path, customers)) return customer_part(path);
  for (const Prefix& prefix : prefixes)
    if (is_under(path, prefix.path)) return prefix.service;
  return {};
}

Login login_of(const http::Request& request) {
  if (request.method == http::Method::options) return Login::none;
  if (!request.path.starts_with("/api/auth/")) return Login::needed;
  if (request.path == "/api/auth/logout") return Login::by_cookie;
  for (const std::string_view path : open_paths)
    if (request.path == path) return Login::none;
  return Login::needed;
}

}  // namespace thenorsound::gateway
