#include "services/invoicing/service.hpp"

#include "http/url.hpp"
#include "workflow/consume.hpp"

namespace thenorsound::invoicing {
namespace {
// What the booking service says of a message; an error where it says nothing known.
Result<bus::Delivery> delivery_of(const json::value& answer) {
  const json::object* object = answer.if_object();
  const json::value* arrival = object == nullptr ? nullptr : object->if_contains("arrival");
  const json::string* word = arrival == nullptr ? nullptr : arrival->if_string();
  if (word != nullptr && (*word == "applied" || *word == "repeat")) return bus::Delivery::done;
  if (word != nullptr && *word == "early") return bus::Delivery::early;
  return make_error(Code::service_error, "The booking service's answer is not known.",
                    "unknown-arrival");
}
}  // namespace

bus::QueueSpec queue() {
  bus::QueueSpec spec;
  spec.name = std::string(queue_name);
  spec.patterns = {"booking.*", "invoice.*"};
  return spec;
}

InvoicingService::InvoicingService(workflow::ServiceParts parts, http::ServiceClient& bookings)
    : parts_(std::move(parts)), bookings_(bookings), router_(parts_.authenticate, parts_.clock) {}

std::vector<store::CollectionSchema> InvoicingService::schemas() const { return {}; }

Task<Result<void>> InvoicingService::start() {
  std::vector<bus::QueueSpec> queues(1, queue());
  const Result<void> declared = co_await parts_.bus.declare(std::move(queues));
  if (!declared) co_return declared.error();
  bus::Consumer consumer = [this](const Message& message) { return consume(message); };
  workflow::consume(parts_.bus, std::string(queue_name), std::move(consumer));
  co_return Result<void>();
}

// The bus ends consuming before services are torn down.
Task<void> InvoicingService::stop() { co_return; }

Task<bool> InvoicingService::idle() { co_return true; }

Task<Result<bus::Delivery>> InvoicingService::consume(Message message) {
  // Nothing follows from an invoice's own messages yet.
  if (!message.type.starts_with("booking.")) co_return bus::Delivery::done;
  const Trace trace = new_trace(message.traceparent);
  const std::string target =
      "/internal/bookings/" + http::encode_component(message.subject) + "/invoice-messages";
  json::object body;
  body["type"] = message.type;
  body["sequence"] = message.sequence;
  const Result<json::value> answer =
      co_await bookings_.send(trace, http::Method::post, target, std::move(body));
  if (!answer) co_return answer.error();
  co_return delivery_of(*answer);
}

}  // namespace thenorsound::invoicing
