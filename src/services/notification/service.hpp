// The notification service: tells people by mail what the bus says happened, each in their own
// language, and shows it live to those who have the web app open. Asks user, customer, event,
// auth and booking when it writes.
#pragma once
#include <memory>

#include "http/service_client.hpp"
#include "workflow/service.hpp"

namespace thenorsound::notification {

inline constexpr std::string_view queue_name = "thenorsound.notification";
bus::QueueSpec queue();

struct NotificationSettings {
  std::string outbox_folder;  // where mails land as .eml files when smtp_url is empty
  std::string public_url;     // of the web app, for links
  std::string mail_from = "ThenorSound <no-reply@thenorsound.example>";
  std::string smtp_url;  // "smtp://host:587"
  std::string smtp_user;
  std::string smtp_password;
};

class NotificationService : public workflow::Service {
 public:
  // The clients must outlive this. Throws UnexpectedFailure where `mail_from` is no address.
  NotificationService(workflow::ServiceParts parts, NotificationSettings settings,
                      http::ServiceClient& users, http::ServiceClient& customers,
                      http::ServiceClient& events, http::ServiceClient& auth,
                      http::ServiceClient& bookings);
  ~NotificationService() override;
  const http::Router& router() const override;
  std::vector<store::CollectionSchema> schemas() const override;
  Task<Result<void>> start() override;
  // Ends the live streams too.
  Task<void> stop() override;
  // Sends nothing to the bus.
  Task<bool> idle() override;

  // What the queue's consumer does with a message.
  Task<Result<bus::Delivery>> consume(Message message);
  Task<Result<bus::Delivery>> tell(Message message);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace thenorsound::notification
