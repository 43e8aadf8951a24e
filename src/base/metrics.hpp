// Counters, gauges and histograms in Prometheus' text format. Thread-safe; a handle stays valid
// for the program's life. Ask for a handle once, keep it.
#pragma once
#include <map>
#include <string>

namespace thenorsound {

class Counter {
 public:
  virtual ~Counter() = default;
  virtual void add(double amount = 1) = 0;
};
class Gauge {
 public:
  virtual ~Gauge() = default;
  virtual void set(double value) = 0;
};
class Histogram {
 public:
  virtual ~Histogram() = default;
  virtual void observe(double value) = 0;
};
using Labels = std::map<std::string, std::string>;

Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
// Seconds, buckets from 1 ms to 30 s.
Histogram& histogram(const std::string& name, const std::string& help, const Labels& labels = {});
std::string metrics_text();

}  // namespace thenorsound
