#include "services/analytics/reports.hpp"

#include <cmath>

namespace thenorsound::analytics {
namespace {

constexpr std::int64_t hours_a_day = 8;

json::value text(std::string_view word) { return json::value(json::string(word)); }

// Two decimals at most.
json::value rounded(double value) { return std::round(value * 100) / 100; }
json::value hours(std::int64_t milliseconds) {
  return rounded(static_cast<double>(milliseconds) / static_cast<double>(hour_ms));
}
json::value share(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return nullptr;
  return std::round(static_cast<double>(part) / static_cast<double>(whole) * 10'000) / 10'000;
}

bool within(Time time, const Period& period) { return time >= period.begin && time < period.end; }
bool within(const std::optional<Time>& time, const Period& period) {
  return time && within(*time, period);
}
bool is_live(const BookingRow& row) {
  return row.status == "CONFIRMED" || row.status == "COMPLETED";
}
std::int64_t overlap_ms(const BookingRow& row, Time from, Time to) {
  return std::max<std::int64_t>(
      0, std::min(row.end_time.ms, to.ms) - std::max(row.start_time.ms, from.ms));
}

struct Figures {
  std::int64_t bookings = 0, requested = 0, confirmed = 0, completed = 0, cancelled = 0;
  std::int64_t work_ms = 0;
  Money issued, paid, earned;
  std::int64_t capacity = 0, booked = 0;

  void count(const BookingRow& row) {
    ++bookings;
    if (row.status == "REQUESTED") ++requested;
    if (row.status == "CONFIRMED") ++confirmed;
    if (row.status == "COMPLETED") ++completed;
    if (row.status == "CANCELLED") ++cancelled;
  }
};

// An invoice without VAT is its booking's amount; where that isn't known, as it is.
Money net_of(const InvoiceRow& invoice, const Rows& rows) {
  const auto found = rows.net.find(invoice.booking_id);
  return found == rows.net.end() ? invoice.total : found->second;
}

void add_invoices(Figures& figures, const Rows& rows, const Period& period) {
  for (const InvoiceRow& invoice : rows.invoices) {
    const Money net = net_of(invoice, rows);
    if (within(invoice.issued_at, period)) figures.issued += net;
    if (within(invoice.credited_at, period)) figures.issued = figures.issued - net;
    if (within(invoice.paid_at, period)) figures.paid += net;
  }
}

Figures figures_of(const Rows& rows, const Period& period, Time now) {
  Figures figures;
  for (const BookingRow& row : rows.bookings) {
    if (!row.requested || !within(row.start_time, period)) continue;
    figures.count(row);
    if (!is_live(row)) continue;
    figures.work_ms += row.end_time.ms - row.start_time.ms;
    if (row.status == "COMPLETED" || row.end_time <= now) figures.earned += row.total;
  }
  add_invoices(figures, rows, period);
  for (const SlotFill& slot : rows.slots) {
    if (!within(slot.start_time, period)) continue;
    figures.capacity += slot.capacity;
    figures.booked += slot.booked;
  }
  return figures;
}

void put_period(json::object& out, const Period& period) {
  out["period"] = text(period.label);
  out["from"] = text(to_iso(period.from));
  out["to"] = text(to_iso(period.to));
}

void put_figures(json::object& out, const Figures& figures) {
  out["bookings"] = figures.bookings;
  out["requested"] = figures.requested;
  out["confirmed"] = figures.confirmed;
  out["completed"] = figures.completed;
  out["cancelled"] = figures.cancelled;
  out["hours"] = hours(figures.work_ms);
  out["revenueIssued"] = to_json(figures.issued);
  out["revenuePaid"] = to_json(figures.paid);
  out["revenueEarned"] = to_json(figures.earned);
  out["capacity"] = figures.capacity;
  out["booked"] = figures.booked;
  out["fillRate"] = share(figures.booked, figures.capacity);
}

// Percent more (or less) than before; null where there was nothing before.
json::value change(std::int64_t before, std::int64_t after) {
  if (before == 0) return nullptr;
  return rounded(static_cast<double>(after - before) / static_cast<double>(before) * 100);
}

struct Trend {
  Figures figures;
  Money value;  // of what was requested and not cancelled
};

Trend trend_of(const Rows& rows, const Period& period) {
  Trend trend;
  for (const BookingRow& row : rows.bookings) {
    if (!row.requested || !within(row.requested_at, period)) continue;
    trend.figures.count(row);
    if (row.status != "CANCELLED") trend.value += row.total;
  }
  add_invoices(trend.figures, rows, period);
  return trend;
}

void append_csv(std::string& out, const json::value* value) {
  if (value == nullptr || value->is_null()) return;
  const json::string* word = value->if_string();
  if (word == nullptr) {
    append_json(out, *value);
    return;
  }
  std::string cell(*word);
  if (!cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos)
    cell.insert(0, 1, '\'');
  if (cell.find_first_of(",\"\r\n") == std::string::npos) {
    out += cell;
    return;
  }
  out += '"';
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

std::string week_label(Day monday) {
  // The year of a week is that of its Thursday.
  const Day thursday{monday.days + 3};
  const int year = civil(thursday).year;
  const int week = (thursday.days - day_of(year, 1, 1).days) / 7 + 1;
  return std::to_string(year) + "-W" + (week < 10 ? "0" : "") + std::to_string(week);
}

}  // namespace

Period whole(Span span) {
  return Period{
      {}, span.from, span.to, stockholm_time(span.from), stockholm_time(Day{span.to.days + 1})};
}

std::vector<Period> periods_of(Span span, By by) {
  std::vector<Period> periods;
  Day at = span.from;
  while (at <= span.to) {
    std::string label;
    Day next;
    if (by == By::day) {
      label = to_iso(at);
      next = Day{at.days + 1};
    } else if (by == By::week) {
      const Day monday{at.days - weekday(at)};
      label = week_label(monday);
      next = Day{monday.days + 7};
    } else {
      const YearMonthDay date = civil(at);
      label = to_iso(at).substr(0, 7);
      next = date.month == 12 ? day_of(date.year + 1, 1, 1) : day_of(date.year, date.month + 1, 1);
    }
    Period period = whole(Span{at, std::min(span.to, Day{next.days - 1})});
    period.label = std::move(label);
    periods.push_back(std::move(period));
    at = next;
  }
  return periods;
}

json::array booking_items(const Rows& rows, const std::vector<Period>& periods, Time now) {
  json::array items;
  for (const Period& period : periods) {
    json::object item;
    put_period(item, period);
    put_figures(item, figures_of(rows, period, now));
    items.push_back(std::move(item));
  }
  return items;
}

json::object booking_totals(const Rows& rows, Span span, Time now) {
  json::object out;
  put_figures(out, figures_of(rows, whole(span), now));
  return out;
}

json::array trend_items(const Rows& rows, const std::vector<Period>& periods) {
  json::array items;
  std::optional<Trend> before;
  for (const Period& period : periods) {
    Trend trend = trend_of(rows, period);
    const Figures& figures = trend.figures;
    json::object item;
    put_period(item, period);
    item["bookings"] = figures.bookings;
    item["bookingsChange"] =
        before ? change(before->figures.bookings, figures.bookings) : json::value(nullptr);
    item["value"] = to_json(trend.value);
    item["valueChange"] =
        before ? change(before->value.ore, trend.value.ore) : json::value(nullptr);
    item["confirmedShare"] = share(figures.confirmed + figures.completed, figures.bookings);
    item["cancelledShare"] = share(figures.cancelled, figures.bookings);
    item["revenueIssued"] = to_json(figures.issued);
    item["revenueIssuedChange"] =
        before ? change(before->figures.issued.ore, figures.issued.ore) : json::value(nullptr);
    items.push_back(std::move(item));
    before = std::move(trend);
  }
  return items;
}

json::array utilisation_items(const CrewFacts& crew, const std::vector<Period>& periods) {
  json::array items;
  for (const Period& period : periods) {
    std::int64_t booked_ms = 0;
    for (const BookingRow& row : crew.bookings)
      if (is_live(row)) booked_ms += overlap_ms(row, period.begin, period.end);
    std::int64_t days = 0;
    for (Day day = period.from; day <= period.to; day = Day{day.days + 1})
      if (weekday(day) < 5 && !crew.marked.contains(day)) ++days;
    const std::int64_t available_ms = days * hours_a_day * hour_ms;
    json::object item;
    put_period(item, period);
    item["crewId"] = text(crew.id);
    item["crewName"] = text(crew.name);
    item["customerId"] = text(crew.customer_id);
    item["bookedHours"] = hours(booked_ms);
    item["availableHours"] = hours(available_ms);
    item["utilisation"] = share(booked_ms, available_ms);
    items.push_back(std::move(item));
  }
  return items;
}

std::string to_csv(const std::vector<std::string>& columns, const json::array& items) {
  std::string out;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) out += ',';
    out += columns[i];
  }
  out += "\r\n";
  for (const json::value& item : items) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) out += ',';
      append_csv(out, item.as_object().if_contains(columns[i]));
    }
    out += "\r\n";
  }
  return out;
}

std::vector<std::string> booking_columns() {
  return {"period",      "from",          "to",        "bookings", "requested",
          "confirmed",   "completed",     "cancelled", "hours",    "revenueIssued",
          "revenuePaid", "revenueEarned", "capacity",  "booked",   "fillRate"};
}
std::vector<std::string> trend_columns() {
  return {"period",
          "from",
          "to",
          "bookings",
          "bookingsChange",
          "value",
          "valueChange",
          "confirmedShare",
          "cancelledShare",
          "revenueIssued",
          "revenueIssuedChange"};
}
std::vector<std::string> utilisation_columns() {
  return {"period",      "from",           "to",         "crewId", "crewName", "customerId",
          "bookedHours", "availableHours", "utilisation"};
}

}  // namespace thenorsound::analytics
