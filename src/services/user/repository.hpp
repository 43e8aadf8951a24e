// The user service's collections and the queries they answer.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "http/router.hpp"
#include "services/user/calendar.hpp"
#include "services/user/sensitive.hpp"
#include "services/user/user.hpp"
#include "store/collection.hpp"

namespace thenorsound::user {

// A reservation or a mark that is long over.
struct PastItem {
  std::string id;
  UserId user_id;
  BusyKind kind = BusyKind::Booking;
  BookingId booking_id;
  Time start;
  Time end;
  std::optional<std::string> note;
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(PastItem, (), (id, user_id, kind, booking_id, start, end, note))

struct PushSubscription {
  std::string id;
  UserId user_id;
  std::int64_t version = 1;
  Time created_at;
  Time updated_at;
  std::string endpoint;
  std::string p256dh;
  std::string auth;
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(PushSubscription, (),
                      (id, user_id, version, created_at, updated_at, endpoint, p256dh, auth))

// Who read what is sensitive of whom.
struct AuditEntry {
  std::string id;
  Time at;
  UserId user_id;  // who read
  UserId subject;  // of whom
  std::string action;
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(AuditEntry, (), (id, at, user_id, subject, action))

// Held by whoever takes an admin away from a company, so that two don't take the last two.
struct AdminGuard {
  std::string id;
  std::string holder;
  Time until;
  std::string document_id() const { return id; }
};
BOOST_DESCRIBE_STRUCT(AdminGuard, (), (id, holder, until))

struct UserFilter {
  std::optional<CustomerId> customer;
  std::optional<std::int64_t> user_type;
  std::optional<std::int64_t> role;
  std::optional<std::string> category;
  std::optional<std::string> skill;
  std::optional<std::string> q;
};

// Of bookable crew: all of a crew company's and, with `in_house`, that organiser's own.
struct CrewFilter {
  std::optional<CustomerId> customer;  // only this company's
  std::optional<CustomerId> in_house;
  bool every_pool = false;  // all in-house crew too, for Admin
  std::optional<std::string> category;
  std::optional<std::string> skill;
  std::optional<std::string> q;
  std::optional<Span> free;  // only who is free for the whole span
};

struct UserPage {
  std::vector<User> users;
  std::int64_t total = 0;
};

class Repository {
 public:
  Repository(store::DocumentStore& store, const Clock& clock);

  store::Collection<User> users;
  store::Collection<Calendar> calendars;
  store::Collection<PastItem> past;
  store::Collection<Sensitive> sensitive;
  store::Collection<PushSubscription> subscriptions;
  store::Collection<AuditEntry> audit;
  store::Collection<AdminGuard> guards;

  static std::vector<store::CollectionSchema> schemas();

  // Neither pending nor deleted. Error not_found.
  Task<Result<User>> user(UserId id);
  Task<Result<UserPage>> list(UserFilter filter, http::Page page);
  Task<Result<UserPage>> crew(CrewFilter filter, http::Page page);
  Task<Result<std::vector<Calendar>>> calendars_of(std::vector<UserId> users);
  Task<Result<std::vector<PastItem>>> past_of(UserId user, Span within);
  Task<Result<std::optional<User>>> with_email(std::string key);
  // Active admins of a company (or of the system) other than `except`.
  Task<Result<std::int64_t>> other_admins(CustomerId company, std::int64_t role, UserId except);
  Task<Result<std::vector<PushSubscription>>> subscriptions_of(UserId user);

 private:
  Task<Result<std::vector<std::string>>> busy_users(Span span);
  Task<Result<UserPage>> free_crew(store::Query query, Span span, http::Page page);
};

}  // namespace thenorsound::user
