// The analytics service: keeps every message of the bus and answers reports, the audit and the
// dead letters from them. Asks the user service (readings of sensitive data, names, days marked
// unavailable) and the event service (how far slots are filled).
#pragma once
#include <memory>

#include "http/service_client.hpp"
#include "workflow/service.hpp"

namespace thenorsound::analytics {

inline constexpr std::string_view queue_name = "thenorsound.analytics";
bus::QueueSpec queue();

struct AnalyticsSettings {
  std::chrono::milliseconds audit_every{60'000};  // how often readings are fetched unasked
};

class AnalyticsService : public workflow::Service {
 public:
  // The clients must outlive this.
  AnalyticsService(workflow::ServiceParts parts, AnalyticsSettings settings,
                   http::ServiceClient& users, http::ServiceClient& events);
  ~AnalyticsService() override;
  const http::Router& router() const override;
  std::vector<store::CollectionSchema> schemas() const override;
  Task<Result<void>> start() override;
  Task<void> stop() override;
  // Sends nothing itself.
  Task<bool> idle() override;

  // What the queue's consumer does with a message.
  Task<Result<bus::Delivery>> consume(Message message);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace thenorsound::analytics
