#include "base/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <memory>
#include <mutex>

namespace thenorsound {
namespace {

prometheus::Registry& registry() {
  static prometheus::Registry instance;
  return instance;
}

struct PrometheusCounter : Counter {
  explicit PrometheusCounter(prometheus::Counter& metric) : metric_(metric) {}
  void add(double amount) override { metric_.Increment(amount); }
  prometheus::Counter& metric_;
};
struct PrometheusGauge : Gauge {
  explicit PrometheusGauge(prometheus::Gauge& metric) : metric_(metric) {}
  void set(double value) override { metric_.Set(value); }
  prometheus::Gauge& metric_;
};
struct PrometheusHistogram : Histogram {
  explicit PrometheusHistogram(prometheus::Histogram& metric) : metric_(metric) {}
  void observe(double value) override { metric_.Observe(value); }
  prometheus::Histogram& metric_;
};

// One handle per name and labels.
template <class Handle, class Make>
Handle& handle(const std::string& name, const Labels& labels, Make make) {
  static std::mutex mutex;
  static std::map<std::pair<std::string, Labels>, std::unique_ptr<Handle>> handles;
  std::lock_guard lock(mutex);
  auto& slot = handles[{name, labels}];
  if (!slot) slot = make();
  return *slot;
}

}  // namespace

Counter& counter(const std::string& name, const std::string& help, const Labels& labels) {
  return handle<Counter>(name, labels, [&] {
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(registry());
    return std::make_unique<PrometheusCounter>(family.Add(labels));
  });
}

Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return handle<Gauge>(name, labels, [&] {
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(registry());
    return std::make_unique<PrometheusGauge>(family.Add(labels));
  });
}

Histogram& histogram(const std::string& name, const std::string& help, const Labels& labels) {
  return handle<Histogram>(name, labels, [&] {
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(registry());
    return std::make_unique<PrometheusHistogram>(family.Add(
        labels, prometheus::Histogram::BucketBoundaries{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                        0.1, 0.25, 0.5, 1, 2, 5, 10, 30}));
  });
}

std::string metrics_text() { return prometheus::TextSerializer().Serialize(registry().Collect()); }

}  // namespace thenorsound
