// BSON with ownership, to and from JSON. The only headers of libbson are seen in this folder.
#pragma once
#include <bson/bson.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/json.hpp"

namespace thenorsound::store::mongo {

// Owns one. (Not a unique_ptr: bson_t is over-aligned, which a template argument loses.)
class Bson {
 public:
  Bson() = default;
  explicit Bson(bson_t* bson) : bson_(bson) {}
  Bson(Bson&& other) noexcept : bson_(std::exchange(other.bson_, nullptr)) {}
  Bson& operator=(Bson&& other) noexcept {
    std::swap(bson_, other.bson_);
    return *this;
  }
  ~Bson() {
    if (bson_ != nullptr) bson_destroy(bson_);
  }
  bson_t* get() const { return bson_; }

 private:
  bson_t* bson_ = nullptr;
};

// Integers stay 64-bit integers; an unsigned one beyond them becomes a double. Throws
// UnexpectedFailure for a member whose name holds a NUL, and beyond 64 levels.
Bson to_bson(const json::object& object);
void append(bson_t* to, std::string_view key, const json::value& value);

// A date becomes its milliseconds. Throws UnexpectedFailure for types that JSON doesn't have.
json::object to_json(const bson_t* bson);

// Of a reply or document; nothing there, or another type: `otherwise`.
std::int64_t integer_at(const bson_t* bson, const char* key, std::int64_t otherwise = 0);
std::string text_at(const bson_t* bson, const char* key);

}  // namespace thenorsound::store::mongo
