#include "services/gateway/openapi_tables.hpp"

namespace thenorsound::gateway {
namespace {

constexpr auto get = http::Method::get;
constexpr auto post = http::Method::post;
constexpr auto put = http::Method::put;
constexpr auto remove = http::Method::delete_;

constexpr std::string_view oneself = "Everyone logged in, for themselves";
constexpr std::string_view crew_readers =
    "Admin, CustomerAdmin: crew companies' and own in-house crew; CrewAdmin: own company";
constexpr std::string_view price_query =
    "eventId, crewId, startTime, endTime, slotId, category, skill, timeType";
constexpr std::string_view crew_query =
    "category, skill, customerId, q, availableFrom, availableTo, pageNumber, pageSize";

constexpr DescribedEndpoint endpoints[] = {
    {post, "/api/auth/login", "auth", "Log in", "public", "", "Login", "Tokens"},
    {post, "/api/auth/refresh", "auth", "New tokens, by cookie or body", "public", "", "Refresh", "Tokens"},
    {post, "/api/auth/validate", "auth", "Is the token of Authorization valid?", "public", "", "", "Validity"},
    {post, "/api/auth/register", "auth", "Take an invitation", "public", "", "UseLink", "", 204},
    {post, "/api/auth/forgot-password", "auth", "Ask for a link to a new password", "public", "", "ForgotPassword", "", 202},
    {post, "/api/auth/reset-password", "auth", "Set a new password by its link", "public", "", "UseLink", "", 204},
    {post, "/api/auth/logout", "auth", "End the session, by token or cookie", oneself, "", "", "", 204},
    {post, "/api/auth/change-password", "auth", "Change the password; ends the other sessions", oneself, "", "ChangePassword", "", 204},
    {get, "/api/auth/claims", "auth", "Who one is", oneself, "", "", "Claims"},
    {get, "/api/auth/sessions", "auth", "Where one is logged in", oneself, "", "", "[Session]"},
    {remove, "/api/auth/sessions/{sid}", "auth", "End a session", oneself, "", "", "", 204},

    {get, "/api/users", "users", "Users", "Admin; CustomerAdmin, CrewAdmin: own company", "customerId, userType, role, skill, q, pageNumber, pageSize", "", "User page"},
    {post, "/api/users", "users", "Make a user, with a password or an invitation", "Admin; CustomerAdmin, CrewAdmin: own company", "", "NewUser", "User", 201},
    {get, "/api/users/{id}", "users", "A user", "Admin; own company's admins; oneself", "", "", "User"},
    {put, "/api/users/{id}", "users", "Change a user", "Admin; own company's admins; oneself", "", "User", "User"},
    {remove, "/api/users/{id}", "users", "Delete a user", "Admin; own company's admins", "", "", "", 204},
    {get, "/api/users/customer/{customerId}", "users", "A company's users", "Admin; that company's admins", "pageNumber, pageSize", "", "User page"},
    {get, "/api/customers/{id}/users", "users", "A company's users", "Admin; that company's admins", "pageNumber, pageSize", "", "User page"},
    {get, "/api/users/crew", "users", "Bookable crew, free for a span where asked", crew_readers, crew_query, "", "CrewCard page"},
    {get, "/api/users/crew/availability", "users", "When bookable crew is busy", crew_readers, "from, to, category, skill, customerId, q, pageNumber, pageSize", "", "CrewBusy page"},
    {get, "/api/users/{id}/sensitive", "users", "Personal number and bank account; audited", "Admin; own CrewAdmin; oneself", "", "", "Sensitive"},
    {put, "/api/users/{id}/sensitive", "users", "Change personal number and bank account", "Admin; own CrewAdmin; oneself", "", "Sensitive", "Sensitive"},
    {get, "/api/users/{id}/availability", "users", "When a crew member is free", "Admin, CustomerAdmin (free/busy), own CrewAdmin, oneself", "date, from, to", "", "Availability"},
    {put, "/api/users/{id}/availability", "users", "Replace the marks ahead", "Admin, own CrewAdmin, in-house CustomerAdmin, oneself", "", "Marks", "MarksSet"},
    {post, "/api/users/{id}/push-subscriptions", "users", "Get notices by web push", oneself, "", "PushSubscription", "PushSubscription", 201},
    {remove, "/api/users/{id}/push-subscriptions/{subscriptionId}", "users", "End a subscription", oneself, "", "", "", 204},

    {get, "/api/customers", "customers", "Companies", "Admin; own company", "customerType, q, pageNumber, pageSize", "", "Customer page"},
    {post, "/api/customers", "customers", "Make a company", "Admin", "", "NewCustomer", "Customer", 201},
    {get, "/api/customers/{id}", "customers", "A company", "Admin; own company", "", "", "Customer"},
    {put, "/api/customers/{id}", "customers", "Change a company", "Admin; own admins", "", "Customer", "Customer"},
    {remove, "/api/customers/{id}", "customers", "Delete a company", "Admin", "", "", "", 204},
    {get, "/api/customers/{id}/details", "customers", "A company with tariffs, users and counts", "Admin; own company", "", "", "Customer"},
    {get, "/api/customers/{id}/tariffs", "tariffs", "An organiser's tariffs", "Admin; own CustomerAdmin, CustomerUser", "", "", "[Tariff]"},
    {post, "/api/customers/{id}/tariffs", "tariffs", "Make a tariff", "Admin; own CustomerAdmin", "", "NewTariff", "Tariff", 201},
    {put, "/api/tariffs/{id}", "tariffs", "Change a tariff", "Admin; own CustomerAdmin", "", "Tariff", "Tariff"},
    {remove, "/api/tariffs/{id}", "tariffs", "Delete a tariff", "Admin; own CustomerAdmin", "", "", "", 204},
    {get, "/api/catalogue", "catalogue", "Categories and skills", "Everyone logged in", "", "", "Catalogue"},
    {put, "/api/catalogue", "catalogue", "Replace categories and skills", "Admin", "", "Catalogue", "Catalogue"},

    {get, "/api/events", "events", "Events, by startDate", "Admin; own company; crew: those they are booked on", "status, from, to, customerId, q, pageNumber, pageSize", "", "Event page"},
    {post, "/api/events", "events", "Make an event", "Admin; own CustomerAdmin", "", "NewEvent", "Event", 201},
    {get, "/api/events/{id}", "events", "An event", "Admin; own company; booked crew", "", "", "Event"},
    {put, "/api/events/{id}", "events", "Change an event; slots are matched by id", "Admin; own CustomerAdmin", "", "Event", "Event"},
    {put, "/api/events/{id}/status", "events", "Change an event's status", "Admin; own CustomerAdmin", "", "EventStatus", "Event"},
    {remove, "/api/events/{id}", "events", "Delete an event without bookings", "Admin; own CustomerAdmin", "", "", "", 204},
    {get, "/api/events/calendar", "events", "A month's events", "Admin; own company; crew: those they are booked on", "year, month", "", "Event page"},
    {get, "/api/events/date-range", "events", "Events of a span", "Admin; own company; crew: those they are booked on", "from, to, pageNumber, pageSize", "", "Event page"},
    {get, "/api/customers/{id}/events", "events", "An organiser's events", "Admin; that organiser", "pageNumber, pageSize", "", "Event page"},

    {get, "/api/bookings", "bookings", "Bookings", "Admin; own company on either side; CrewUser: own ones", "status, from, to, eventId, crewId, customerId, pageNumber, pageSize", "", "Booking page"},
    {post, "/api/bookings", "bookings", "Book a crew member", "Admin; CustomerAdmin: own events", "", "BookingRequest", "Booking", 201},
    {get, "/api/bookings/pricing", "bookings", "What it would cost; stores nothing", "Admin; CustomerAdmin: own events", price_query, "", "Quote"},
    {get, "/api/bookings/{id}", "bookings", "A booking with its event and crew in short", "Admin; own company on either side; CrewUser: own ones", "", "", "Booking"},
    {get, "/api/bookings/{id}/history", "bookings", "What happened to a booking", "Admin; own company on either side; CrewUser: own ones", "", "", "object"},
    {get, "/api/bookings/event/{id}", "bookings", "An event's bookings", "Admin; that organiser; crew companies: their part", "pageNumber, pageSize", "", "Booking page"},
    {get, "/api/bookings/crew/{id}", "bookings", "A crew member's bookings", "Admin; own CrewAdmin; in-house CustomerAdmin; oneself", "pageNumber, pageSize", "", "Booking page"},
    {get, "/api/customers/{id}/bookings", "bookings", "A company's bookings", "Admin; that company", "pageNumber, pageSize", "", "Booking page"},
    {put, "/api/bookings/{id}/confirm", "bookings", "Confirm a request", "Admin; CrewAdmin of the crew's company; in-house: its CustomerAdmin", "", "", "Booking"},
    {put, "/api/bookings/{id}/decline", "bookings", "Decline a request", "Admin; CrewAdmin of the crew's company; in-house: its CustomerAdmin", "", "Reason", "Booking"},
    {put, "/api/bookings/{id}/cancel", "bookings", "Cancel a booking", "Admin; CustomerAdmin of the event; CrewAdmin of the crew's company", "", "Reason", "Booking"},
    {put, "/api/bookings/{id}/complete", "bookings", "Complete a booking after its end", "Admin; CustomerAdmin of the event", "", "", "Booking"},
    {post, "/api/bookings/{id}/invoice", "invoices", "Issue a booking's invoice (200: it is there already)", "Admin; CrewAdmin of the seller", "", "", "Invoice", 201},

    {get, "/api/invoices", "invoices", "Invoices", "Admin; admins of buyer and seller", "status, from, to, customerId, pageNumber, pageSize", "", "Invoice page"},
    {get, "/api/invoices/{id}", "invoices", "An invoice", "Admin; admins of buyer and seller", "", "", "Invoice"},
    {get, "/api/invoices/{id}/pdf", "invoices", "An invoice to print", "Admin; admins of buyer and seller", "", "", "application/pdf"},
    {get, "/api/customers/{id}/invoices", "invoices", "A company's invoices", "Admin; admins of that company", "pageNumber, pageSize", "", "Invoice page"},
    {put, "/api/invoices/{id}/status", "invoices", "Issue, cancel or credit", "Admin; CrewAdmin of the seller", "", "InvoiceStatus", "Invoice"},
    {post, "/api/invoices/{id}/payments", "invoices", "Note a payment", "Admin; CrewAdmin of the seller", "", "Payment", "Invoice"},

    {get, "/api/reports/bookings", "reports", "Bookings by day, week or month", "Admin; admins: own company", "from, to, by, format", "", "object"},
    {get, "/api/reports/trends", "reports", "Trends", "Admin; admins: own company", "from, to, by, format", "", "object"},
    {get, "/api/reports/utilisation", "reports", "Utilisation per crew member", "Admin; admins: own company", "from, to, by, format", "", "object"},
    {get, "/api/stream", "stream", "What happens, as it happens", "Everyone logged in", "", "", "text/event-stream"},
    {get, "/api/admin/audit", "admin", "Who did what", "Admin", "from, to, userId, subject, pageNumber, pageSize", "", "object"},
    {get, "/api/admin/dead-letters", "admin", "Messages that could not be handled", "Admin", "pageNumber, pageSize", "", "object"},
    {post, "/api/admin/dead-letters/{id}/replay", "admin", "Try a message again", "Admin", "", "", "object"},
    {get, "/api/admin/settings", "admin", "Settings that may change while running", "Admin", "", "", "object"},
    {put, "/api/admin/settings", "admin", "Change settings", "Admin", "", "object", "object"},
    {get, "/health", "gateway", "Is it there?", "public", "", "", "Health"},
};

}  // namespace

std::span<const DescribedEndpoint> described_endpoints() { return endpoints; }

}  // namespace thenorsound::gateway
