#include "store/sealed_fields.hpp"

#include <algorithm>

#include "store/names.hpp"

namespace thenorsound::store {
namespace {

constexpr std::string_view hash_mark = "hmac:";

json::value* member_at(json::object& body, std::string_view path) {
  return const_cast<json::value*>(store::member_at(std::as_const(body), path));
}

std::optional<Sealed> as_sealed(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr || object->size() != 2) return {};
  const json::value* key = object->if_contains("sealed");
  const json::value* data = object->if_contains("data");
  if (key == nullptr || data == nullptr || !key->is_string() || !data->is_string()) return {};
  return Sealed{std::string(key->get_string()), std::string(data->get_string())};
}

json::value as_json(const Sealed& sealed) {
  json::object out;
  out["sealed"] = json::string(sealed.key);
  out["data"] = json::string(sealed.data);
  return out;
}

bool concerns(const ProtectedField& field, const json::value& value) {
  return !value.is_null() && !as_sealed(value) && (field.when == nullptr || field.when(value));
}

std::string context(const std::string& collection, const std::string& id, const std::string& path) {
  return collection + "\n" + id + "\n" + path;
}

json::value hash_of(const Keyring& keys, const ProtectedField& field, const json::value& value) {
  const std::string text = field.path + "\n" + write_json(value);
  return json::string(std::string(hash_mark) + keys.keyed_hash(text));
}

bool is_hash(const json::value& value) {
  return value.is_string() && std::string_view(value.get_string()).starts_with(hash_mark);
}

}  // namespace

SealedFields::SealedFields(const CollectionSchema& schema)
    : collection_(schema.name), sealed_(schema.sealed), hashed_(schema.hashed) {
  for (const ProtectedField& field : sealed_)
    if (std::find(schema.fields.begin(), schema.fields.end(), field.path) != schema.fields.end())
      throw UnexpectedFailure(schema.name + ": can't be asked for " + field.path +
                              ", it is sealed");
}

std::string SealedFields::signature() const {
  std::string out;
  for (const auto* fields : {&sealed_, &hashed_}) {
    for (const ProtectedField& field : *fields) out += field.path + " ";
    out += "/";
  }
  return out;
}

void SealedFields::seal(const Keyring& keys, const std::string& id, json::object& body) const {
  for (const ProtectedField& field : sealed_)
    if (json::value* value = member_at(body, field.path); value && concerns(field, *value))
      *value = as_json(keys.seal(write_json(*value), context(collection_, id, field.path)));
  for (const ProtectedField& field : hashed_)
    if (json::value* value = member_at(body, field.path);
        value && !is_hash(*value) && concerns(field, *value))
      *value = hash_of(keys, field, *value);
}

bool SealedFields::has_sealed(const json::object& body) const {
  return std::any_of(sealed_.begin(), sealed_.end(), [&](const ProtectedField& field) {
    const json::value* value = member_at(body, field.path);
    return value != nullptr && as_sealed(*value);
  });
}

Result<void> SealedFields::open(const Keyring& keys, const std::string& id,
                                json::object& body) const {
  for (const ProtectedField& field : sealed_) {
    json::value* value = member_at(body, field.path);
    const std::optional<Sealed> sealed = value ? as_sealed(*value) : std::nullopt;
    if (!sealed) continue;
    const Result<std::string> plain = keys.open(*sealed, context(collection_, id, field.path));
    if (!plain) return plain.error();
    *value = read_own_json(*plain);
  }
  return {};
}

SealedFields::State SealedFields::state_of(const Keyring& keys, const json::object& body) const {
  State state = State::current;
  for (const ProtectedField& field : sealed_) {
    const json::value* value = member_at(body, field.path);
    if (value == nullptr) continue;
    if (concerns(field, *value)) return State::plain;
    const std::optional<Sealed> sealed = as_sealed(*value);
    if (sealed && sealed->key != keys.current()) state = State::old_key;
  }
  for (const ProtectedField& field : hashed_) {
    const json::value* value = member_at(body, field.path);
    if (value && !is_hash(*value) && concerns(field, *value)) return State::plain;
  }
  return state;
}

void SealedFields::translate(const Keyring& keys, Query& query) const {
  for (Condition& condition : query.where)
    for (const ProtectedField& field : hashed_)
      if (condition.field == field.path) {
        if (condition.op != Op::eq)
          throw UnexpectedFailure(collection_ + ": " + field.path + " is asked for by eq only");
        if (concerns(field, condition.value))
          condition.value = hash_of(keys, field, condition.value);
      }
}

void collect_keys(const json::value& value, std::set<std::string>& keys) {
  if (const std::optional<Sealed> sealed = as_sealed(value)) keys.insert(sealed->key);
  if (const json::object* object = value.if_object())
    for (const auto& member : *object) collect_keys(member.value(), keys);
  if (const json::array* array = value.if_array())
    for (const json::value& item : *array) collect_keys(item, keys);
}

}  // namespace thenorsound::store
