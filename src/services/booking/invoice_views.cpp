#include "services/booking/invoice_views.hpp"

namespace thenorsound::booking {
namespace {
json::value text_value(std::string_view text) { return json::value(json::string(text)); }

void add(json::object& out, std::string_view name, const std::optional<std::string>& text) {
  if (text && !text->empty()) out[name] = text_value(*text);
}

void add(json::object& out, std::string_view name, const std::string& text) {
  if (!text.empty()) out[name] = text_value(text);
}

json::object party_view(const Party& party) {
  json::object out;
  add(out, "customerId", party.id.value);
  add(out, "name", party.name);
  add(out, "orgNumber", party.org_number);
  add(out, "vatNumber", party.vat_number);
  add(out, "address", party.address);
  add(out, "zipCode", party.zip_code);
  add(out, "city", party.city);
  add(out, "country", party.country);
  add(out, "seat", party.seat);
  add(out, "email", party.email);
  return out;
}

json::object seller_view(const Party& seller) {
  json::object out = party_view(seller);
  out["fTax"] = seller.f_tax;
  // Skatteförfarandelagen: a seller approved for F-tax says so on its invoices.
  if (seller.f_tax) out["fTaxText"] = "Godkänd för F-skatt";
  return out;
}

json::object account_view(const PaymentAccount& account) {
  json::object out;
  add(out, "bankgiro", account.bankgiro);
  add(out, "plusgiro", account.plusgiro);
  add(out, "iban", account.iban);
  add(out, "bic", account.bic);
  return out;
}

json::object references_view(const References& references) {
  json::object out;
  add(out, "order", references.order);
  add(out, "buyer", references.buyer);
  add(out, "project", references.project);
  add(out, "event", references.event);
  return out;
}

json::value quantity_value(double quantity) {
  const auto whole = static_cast<std::int64_t>(quantity);
  if (static_cast<double>(whole) == quantity) return whole;
  return quantity;
}

json::array lines_view(const std::vector<InvoiceLine>& lines) {
  json::array out;
  for (const InvoiceLine& line : lines) {
    json::object item;
    item["kind"] = text_value(line.kind);
    item["text"] = text_value(line.text);
    item["quantity"] = quantity_value(line.quantity);
    item["unit"] = text_value(line.unit);
    item["unitPrice"] = to_json(line.unit_price);
    item["amount"] = to_json(line.amount);
    item["vatRate"] = line.vat_rate;
    add(item, "vatReason", line.vat_reason);
    item["bookingId"] = text_value(line.booking_id.value);
    out.push_back(std::move(item));
  }
  return out;
}

json::array vat_view(const std::vector<VatTotal>& totals) {
  json::array out;
  for (const VatTotal& total : totals) {
    json::object item;
    item["rate"] = total.rate;
    item["base"] = to_json(total.base);
    item["amount"] = to_json(total.amount);
    add(item, "reason", total.reason);
    out.push_back(std::move(item));
  }
  return out;
}

json::array payments_view(const std::vector<Payment>& payments) {
  json::array out;
  for (const Payment& payment : payments) {
    json::object item;
    item["amount"] = to_json(payment.amount);
    item["paidDate"] = text_value(to_iso(payment.paid_date));
    item["method"] = text_value(word_of(payment.method));
    add(item, "reference", payment.reference);
    out.push_back(std::move(item));
  }
  return out;
}

void add_amounts(json::object& out, const Invoice& invoice) {
  out["lines"] = lines_view(invoice.lines);
  out["vat"] = vat_view(invoice.vat);
  out["amount"] = to_json(invoice.amount);
  out["vatAmount"] = to_json(invoice.vat_amount);
  out["totalAmount"] = to_json(invoice.total_amount);
  out["balance"] = to_json(balance(invoice));
  out["currency"] = "SEK";
}

void add_days(json::object& out, const Invoice& invoice) {
  if (invoice.issued_date) out["issuedDate"] = text_value(to_iso(*invoice.issued_date));
  out["dueDate"] = text_value(to_iso(invoice.due_date));
  out["supplyFrom"] = text_value(to_iso(stockholm_day(invoice.supply_from)));
  out["supplyTo"] = text_value(to_iso(last_day_of_work(invoice.supply_to)));
  if (invoice.paid_date) out["paidDate"] = text_value(to_iso(*invoice.paid_date));
}
}  // namespace

json::object invoice_view(const Invoice& invoice, Day today) {
  json::object out;
  out["id"] = text_value(invoice.id.value);
  out["version"] = invoice.version;
  out["createdAt"] = text_value(to_iso(invoice.created_at));
  out["updatedAt"] = text_value(to_iso(invoice.updated_at));
  out["kind"] = text_value(word_of(invoice.kind));
  out["status"] = text_value(word_of(status_on(invoice, today)));
  if (invoice.original) out["original"] = text_value(invoice.original->value);
  if (invoice.credit_note) out["creditNote"] = text_value(invoice.credit_note->value);
  out["bookingId"] = text_value(invoice.booking_id.value);
  out["customerId"] = text_value(invoice.customer_id.value);
  out["crewCustomerId"] = text_value(invoice.crew_customer_id.value);
  out["seller"] = seller_view(invoice.seller);
  out["buyer"] = party_view(invoice.buyer);
  out["paymentTo"] = account_view(invoice.payment_to);
  add(out, "invoiceNumber", invoice.invoice_number);
  add_amounts(out, invoice);
  add_days(out, invoice);
  out["references"] = references_view(invoice.references);
  add(out, "ocr", invoice.ocr);
  out["payments"] = payments_view(invoice.payments);
  if (!invoice.missing.empty()) {
    json::array missing;
    for (const std::string& what : invoice.missing) missing.push_back(text_value(what));
    out["missing"] = std::move(missing);
  }
  return out;
}

json::object invoice_message(const Invoice& invoice, Day today) {
  json::object data;
  data["invoiceId"] = text_value(invoice.id.value);
  add(data, "invoiceNumber", invoice.invoice_number);
  data["kind"] = text_value(word_of(invoice.kind));
  data["customerId"] = text_value(invoice.customer_id.value);
  data["crewCustomerId"] = text_value(invoice.crew_customer_id.value);
  data["bookingId"] = text_value(invoice.booking_id.value);
  data["status"] = text_value(word_of(status_on(invoice, today)));
  data["totalAmount"] = to_json(invoice.total_amount);
  data["currency"] = "SEK";
  data["dueDate"] = text_value(to_iso(invoice.due_date));
  if (invoice.credit_note) data["creditNoteId"] = text_value(invoice.credit_note->value);
  return data;
}

}  // namespace thenorsound::booking
