#include "store/mongo/bson.hpp"

#include <limits>

namespace thenorsound::store::mongo {
namespace {

constexpr int max_levels = 64;

int length(std::string_view text) { return static_cast<int>(text.size()); }

void check(bool appended) {
  if (!appended) throw UnexpectedFailure("a document is too large for BSON");
}

void append_value(bson_t* to, std::string_view key, const json::value& value, int level);

void append_members(bson_t* to, const json::object& object, int level) {
  for (const auto& member : object) append_value(to, member.key(), member.value(), level);
}

void append_items(bson_t* to, const json::array& items, int level) {
  for (std::size_t i = 0; i < items.size(); ++i)
    append_value(to, std::to_string(i), items[i], level);
}

void append_unsigned(bson_t* to, std::string_view key, std::uint64_t number) {
  if (number <= std::uint64_t{std::numeric_limits<std::int64_t>::max()})
    check(bson_append_int64(to, key.data(), length(key), static_cast<std::int64_t>(number)));
  else
    check(bson_append_double(to, key.data(), length(key), static_cast<double>(number)));
}

void append_value(bson_t* to, std::string_view key, const json::value& value, int level) {
  if (level > max_levels || key.find('\0') != std::string_view::npos)
    throw UnexpectedFailure("a document that BSON can't hold");
  switch (value.kind()) {
    case json::kind::null:
      return check(bson_append_null(to, key.data(), length(key)));
    case json::kind::bool_:
      return check(bson_append_bool(to, key.data(), length(key), value.get_bool()));
    case json::kind::int64:
      return check(bson_append_int64(to, key.data(), length(key), value.get_int64()));
    case json::kind::uint64:
      return append_unsigned(to, key, value.get_uint64());
    case json::kind::double_:
      return check(bson_append_double(to, key.data(), length(key), value.get_double()));
    case json::kind::string: {
      const std::string_view text = value.get_string();
      return check(bson_append_utf8(to, key.data(), length(key), text.data(), length(text)));
    }
    case json::kind::object: {
      bson_t child;
      check(bson_append_document_begin(to, key.data(), length(key), &child));
      append_members(&child, value.get_object(), level + 1);
      return check(bson_append_document_end(to, &child));
    }
    case json::kind::array: {
      bson_t child;
      check(bson_append_array_begin(to, key.data(), length(key), &child));
      append_items(&child, value.get_array(), level + 1);
      return check(bson_append_array_end(to, &child));
    }
  }
}

json::value read_value(bson_iter_t* at);

json::object read_members(bson_iter_t* at) {
  json::object out;
  while (bson_iter_next(at))
    out.emplace(std::string_view(bson_iter_key(at), bson_iter_key_len(at)), read_value(at));
  return out;
}

json::value read_value(bson_iter_t* at) {
  switch (bson_iter_type(at)) {
    case BSON_TYPE_NULL:
      return nullptr;
    case BSON_TYPE_BOOL:
      return bson_iter_bool(at);
    case BSON_TYPE_INT32:
      return std::int64_t{bson_iter_int32(at)};
    case BSON_TYPE_INT64:
      return std::int64_t{bson_iter_int64(at)};
    case BSON_TYPE_DOUBLE:
      return bson_iter_double(at);
    case BSON_TYPE_DATE_TIME:
      return std::int64_t{bson_iter_date_time(at)};
    case BSON_TYPE_UTF8: {
      std::uint32_t size = 0;
      const char* text = bson_iter_utf8(at, &size);
      return json::value(json::string(std::string_view(text, size)));
    }
    case BSON_TYPE_DOCUMENT: {
      bson_iter_t inner;
      bson_iter_recurse(at, &inner);
      return read_members(&inner);
    }
    case BSON_TYPE_ARRAY: {
      bson_iter_t inner;
      bson_iter_recurse(at, &inner);
      json::array items;
      while (bson_iter_next(&inner)) items.push_back(read_value(&inner));
      return items;
    }
    default:
      throw UnexpectedFailure("a stored document has a type that was never written");
  }
}

}  // namespace

Bson to_bson(const json::object& object) {
  Bson out(bson_new());
  append_members(out.get(), object, 1);
  return out;
}

void append(bson_t* to, std::string_view key, const json::value& value) {
  append_value(to, key, value, 1);
}

json::object to_json(const bson_t* bson) {
  bson_iter_t at;
  if (!bson_iter_init(&at, bson)) throw UnexpectedFailure("a stored document can't be read");
  return read_members(&at);
}

std::int64_t integer_at(const bson_t* bson, const char* key, std::int64_t otherwise) {
  bson_iter_t at;
  if (bson == nullptr || !bson_iter_init_find(&at, bson, key) || !BSON_ITER_HOLDS_NUMBER(&at))
    return otherwise;
  return bson_iter_as_int64(&at);
}

std::string text_at(const bson_t* bson, const char* key) {
  bson_iter_t at;
  if (bson == nullptr || !bson_iter_init_find(&at, bson, key) || !BSON_ITER_HOLDS_UTF8(&at))
    return {};
  std::uint32_t size = 0;
  const char* text = bson_iter_utf8(&at, &size);
  return std::string(text, size);
}

}  // namespace thenorsound::store::mongo
