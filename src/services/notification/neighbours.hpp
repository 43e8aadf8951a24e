// What notification asks other services when it writes: nothing of it is kept.
#pragma once
#include "contracts/customer_profile.hpp"
#include "contracts/event_profile.hpp"
#include "contracts/user_profile.hpp"
#include "http/service_client.hpp"
#include "services/notification/mail.hpp"

namespace thenorsound::notification {

struct LinkToSend {
  std::string url;
  std::string user_id;
};

struct Neighbours {
  http::ServiceClient& users;
  http::ServiceClient& customers;
  http::ServiceClient& events;
  http::ServiceClient& auth;
  http::ServiceClient& bookings;

  // Nothing where there is none (any more). Errors: the service can't be asked.
  Task<Result<std::optional<UserProfile>>> user(Trace trace, std::string id);
  Task<Result<std::optional<CustomerProfile>>> customer(Trace trace, std::string id);
  Task<Result<std::optional<EventProfile>>> event(Trace trace, std::string id);
  Task<Result<std::optional<LinkToSend>>> link(Trace trace, std::string id);
  // An issued invoice as the file that goes with its mail.
  Task<Result<std::optional<Attachment>>> invoice_file(Trace trace, std::string id);
  // `company` empty: of all; for Admins.
  Task<Result<std::vector<UserProfile>>> people(Trace trace, std::string company, Role role);

  struct Login {
    bool valid = false;
    Time until;
  };
  Task<Result<Login>> validate(Trace trace, std::string token);
};

}  // namespace thenorsound::notification
