#include "store/mongo/client.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <thread>

#include "base/crypto.hpp"
#include "base/log.hpp"

namespace thenorsound::store::mongo {
namespace {

constexpr int most_waits = 5;
constexpr int longest_wait_ms = 1'000;
constexpr int away_ms = 250;

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void note_driver(mongoc_log_level_t level, const char* domain, const char* text, void*) {
  if (level <= MONGOC_LOG_LEVEL_WARNING)
    log_warning("database driver", {{"part", domain}, {"text", text}});
}

struct Driver {
  Driver() {
    mongoc_log_set_handler(note_driver, nullptr);
    mongoc_init();
  }
  ~Driver() { mongoc_cleanup(); }
};

struct DestroyUri {
  void operator()(mongoc_uri_t* uri) const { mongoc_uri_destroy(uri); }
};

// "… RetryAfterMs=34, …" as Cosmos DB puts it.
int named_wait_ms(std::string_view text) {
  constexpr std::string_view name = "RetryAfterMs=";
  const auto at = text.find(name);
  int ms = 0;
  if (at != std::string_view::npos)
    std::from_chars(text.data() + at + name.size(), text.data() + text.size(), ms);
  return ms;
}

// The server's own codes (error_codes.yml of MongoDB; 16500 and 429 are Cosmos DB's).
bool is_duplicate(std::uint32_t code) { return code == 11000 || code == 11001 || code == 12582; }
bool is_throttle(std::uint32_t code) { return code == 16500 || code == 429; }
bool says_not_writable(std::uint32_t code) {
  return code == 10107 || code == 13435 || code == 10058 || code == 13436;
}

void set_timeouts(mongoc_uri_t* uri, const MongoSettings& settings) {
  const auto number = [uri](const char* name, int value) {
    mongoc_uri_set_option_as_int32(uri, name, value);
  };
  number(MONGOC_URI_MAXPOOLSIZE, static_cast<int>(settings.threads) + 1);
  number(MONGOC_URI_CONNECTTIMEOUTMS, settings.connect_timeout_ms);
  number(MONGOC_URI_SOCKETTIMEOUTMS, settings.call_timeout_ms);
  number(MONGOC_URI_SERVERSELECTIONTIMEOUTMS, settings.server_wait_ms);
  number(MONGOC_URI_HEARTBEATFREQUENCYMS, 1'000);
  // A repeated write could hide that the first one happened: outcomes are judged here.
  mongoc_uri_set_option_as_bool(uri, MONGOC_URI_RETRYWRITES, false);
  // What was acknowledged is on the disks of most, whatever the server's own default.
  mongoc_uri_set_option_as_utf8(uri, MONGOC_URI_W, "majority");
  mongoc_uri_set_option_as_bool(uri, MONGOC_URI_JOURNAL, true);
  mongoc_uri_set_appname(uri, "thenorsound");
}

struct DestroyConcern {
  void operator()(mongoc_write_concern_t* concern) const { mongoc_write_concern_destroy(concern); }
  void operator()(mongoc_read_prefs_t* prefs) const { mongoc_read_prefs_destroy(prefs); }
};

// What is acknowledged survives the loss of a server, and what was written is read.
void set_guarantees(mongoc_uri_t* uri, const MongoSettings& settings) {
  const std::unique_ptr<mongoc_write_concern_t, DestroyConcern> writing(mongoc_write_concern_new());
  mongoc_write_concern_set_w(writing.get(), MONGOC_WRITE_CONCERN_W_MAJORITY);
  mongoc_write_concern_set_journal(writing.get(), true);
  mongoc_write_concern_set_wtimeout_int64(writing.get(), settings.call_timeout_ms * 4 / 5);
  mongoc_uri_set_write_concern(uri, writing.get());
  const std::unique_ptr<mongoc_read_prefs_t, DestroyConcern> primary(
      mongoc_read_prefs_new(MONGOC_READ_PRIMARY));
  mongoc_uri_set_read_prefs_t(uri, primary.get());
}

// An address may name another: not every server of the protocol knows them all.
std::string lasting_level_of(const mongoc_uri_t* uri) {
  const char* level = mongoc_read_concern_get_level(mongoc_uri_get_read_concern(uri));
  return level != nullptr ? level : MONGOC_READ_CONCERN_LEVEL_MAJORITY;
}

}  // namespace

Result<std::unique_ptr<Clients>> Clients::make(const MongoSettings& settings) {
  static const Driver driver;
  bson_error_t error;
  const std::unique_ptr<mongoc_uri_t, DestroyUri> uri(
      mongoc_uri_new_with_error(settings.uri.c_str(), &error));
  if (!uri) return make_error(Code::validation_error, "The database's address can't be read.");
  set_timeouts(uri.get(), settings);
  set_guarantees(uri.get(), settings);
  mongoc_client_pool_t* pool = mongoc_client_pool_new_with_error(uri.get(), &error);
  if (pool == nullptr) return unavailable(std::string("database: ") + error.message);
  mongoc_client_pool_set_error_api(pool, MONGOC_ERROR_API_VERSION_2);
  return std::unique_ptr<Clients>(new Clients(pool, lasting_level_of(uri.get())));
}

Clients::Clients(mongoc_client_pool_t* pool, std::string level)
    : mark(to_hex(random_bytes(4))), lasting_level(std::move(level)), pool_(pool) {}

Clients::~Clients() { mongoc_client_pool_destroy(pool_); }

bool Clients::is_away() const { return steady_ms() < away_until_ms_.load(); }

void Clients::note(Failure failure) {
  if (failure == Failure::not_sent) away_until_ms_ = steady_ms() + away_ms;
}

Clients::Lease::Lease(Clients& clients)
    : clients_(clients), client_(mongoc_client_pool_pop(clients.pool_)) {}

Clients::Lease::~Lease() { mongoc_client_pool_push(clients_.pool_, client_); }

CollectionHandle Clients::Lease::collection(const std::string& database, const std::string& name) {
  return CollectionHandle(mongoc_client_get_collection(client_, database.c_str(), name.c_str()));
}

CallResult judge(const bson_error_t& error, const bson_t* reply) {
  CallResult out;
  out.text = error.message;
  if (error.domain == MONGOC_ERROR_SERVER_SELECTION) {
    out.failure = Failure::not_sent;
  } else if (is_duplicate(error.code)) {
    out.failure = Failure::duplicate;
  } else if (is_throttle(error.code)) {
    out.failure = Failure::throttled;
    out.retry_after_ms = named_wait_ms(error.message);
  } else if (error.domain == MONGOC_ERROR_SERVER && says_not_writable(error.code)) {
    out.failure = Failure::not_sent;
  } else {
    out.failure = Failure::in_doubt;
  }
  if (reply != nullptr) out.reply = Bson(bson_copy(reply));
  return out;
}

bool detail::wait_before_retry(const CallResult& outcome, int tried) {
  if (tried >= most_waits) return false;
  const int ms = outcome.retry_after_ms > 0 ? outcome.retry_after_ms : 20 << tried;
  std::this_thread::sleep_for(std::chrono::milliseconds(std::min(ms, longest_wait_ms)));
  return true;
}

}  // namespace thenorsound::store::mongo
