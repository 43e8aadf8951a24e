#include "services/gateway/route_table.hpp"

#include <gtest/gtest.h>

#include "asking.hpp"

namespace thenorsound::gateway {
namespace {

using http::Method;

std::string_view who(std::string_view path) {
  const auto service = service_of(path);
  return service ? service_names[static_cast<std::size_t>(*service)] : "nobody";
}

TEST(RouteTable, NamesWhoAnswers) {
  EXPECT_EQ(who("/api/auth/login"), "auth");
  EXPECT_EQ(who("/api/users"), "user");
  EXPECT_EQ(who("/api/users/crew/availability"), "user");
  EXPECT_EQ(who("/api/customers"), "customer");
  EXPECT_EQ(who("/api/customers/cust-1"), "customer");
  EXPECT_EQ(who("/api/customers/cust-1/tariffs"), "customer");
  EXPECT_EQ(who("/api/customers/cust-1/details"), "customer");
  EXPECT_EQ(who("/api/customers/cust-1/users"), "user");
  EXPECT_EQ(who("/api/customers/cust-1/events"), "event");
  EXPECT_EQ(who("/api/customers/cust-1/bookings"), "booking");
  EXPECT_EQ(who("/api/customers/cust-1/invoices"), "booking");
  EXPECT_EQ(who("/api/customers/users"), "customer");
  EXPECT_EQ(who("/api/tariffs/tar-1"), "customer");
  EXPECT_EQ(who("/api/catalogue"), "customer");
  EXPECT_EQ(who("/api/admin/settings"), "customer");
  EXPECT_EQ(who("/api/admin/audit"), "analytics");
  EXPECT_EQ(who("/api/admin/dead-letters/d/replay"), "analytics");
  EXPECT_EQ(who("/api/reports/bookings"), "analytics");
  EXPECT_EQ(who("/api/events/evt-1/status"), "event");
  EXPECT_EQ(who("/api/bookings/book-1/invoice"), "booking");
  EXPECT_EQ(who("/api/invoices/inv-1/pdf"), "booking");
  EXPECT_EQ(who("/api/stream"), "notification");
}

TEST(RouteTable, NobodyAnswersTheRest) {
  for (const std::string_view path : {"/api", "/api/", "/api/eventss", "/api/admin", "/api/user",
                                      "/internal/users/u", "/", "/api/streams"})
    EXPECT_EQ(who(path), "nobody") << path;
}

TEST(RouteTable, OnlyLoggingInNeedsNoToken) {
  const auto login = [](Method method, std::string_view path) {
    return login_of(request(method, path));
  };
  for (const char* path :
       {"/api/auth/login", "/api/auth/refresh", "/api/auth/validate", "/api/auth/register",
        "/api/auth/forgot-password", "/api/auth/reset-password"})
    EXPECT_EQ(login(Method::post, path), Login::none) << path;
  EXPECT_EQ(login(Method::post, "/api/auth/logout"), Login::by_cookie);
  for (const char* path : {"/api/auth/claims", "/api/auth/change-password", "/api/auth/sessions",
                           "/api/auth/login/x", "/api/events", "/api/nothing", "/api"})
    EXPECT_EQ(login(Method::get, path), Login::needed) << path;
  EXPECT_EQ(login(Method::options, "/api/events"), Login::none);
}

}  // namespace
}  // namespace thenorsound::gateway
