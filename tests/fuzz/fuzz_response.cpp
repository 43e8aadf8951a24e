// What an upstream answers: its head, and the client's reading of the whole from a socket.
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz/fuzz.hpp"
#include "http/answer_reader.hpp"
#include "http/response_writer.hpp"

namespace thenorsound::http {
namespace {

using fuzz::demand;
using Pieces = std::vector<std::string_view>;

constexpr HeadLimits small{
    .head_bytes = 256, .fields = 6, .body_bytes = 64, .chunk_extension_bytes = 12};

struct Reading {
  bool failed = false;
  std::string said;
  bool operator==(const Reading&) const = default;
};

Task<void> read_answer(ClientConnection& connection, Method method, std::optional<Reading>& into) {
  AnswerReader reader(connection, method);
  auto answer = co_await reader.read();
  Reading reading;
  reading.failed = answer.has_error();
  if (answer.has_error()) {
    reading.said = answer.error().reason;
  } else {
    demand(answer->status >= 200 && answer->status <= 599, "a status that is no answer's");
    demand(answer->body.size() <= small.body_bytes, "a body larger than its limit");
    reading.said = std::to_string(answer->status) + "\n" + std::string(answer->content_type) +
                   "\n" + answer->body;
    for (const OwnField& field : answer->fields) {
      demand(!is_connection_field(field.name) || equal_ignoring_case(field.name, "Content-Length"),
             "a field of the connection is handed on");
      reading.said += "\n" + field.name + ": " + field.value;
    }
    if (reader.is_stream()) reading.said += "\nstream";
  }
  into = std::move(reading);
}

// A socket that says just what it is told to.
class Wire {
 public:
  Wire() : pool_(std::make_shared<ClientPool>(context_, settings())) {}
  Reading read(const Pieces& pieces, Method method) {
    int ends[2];
    demand(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "no socket pair");
    ClientConnection connection(*pool_, 0);
    connection.socket.assign(Tcp::v4(), ends[0]);
    std::optional<Reading> reading;
    Loops::spawn("read", context_, read_answer(connection, method, reading));
    run();
    for (const std::string_view piece : pieces) {
      if (reading) break;
      demand(::send(ends[1], piece.data(), piece.size(), MSG_NOSIGNAL) ==
                 static_cast<ssize_t>(piece.size()),
             "the socket takes too little");
      run();
    }
    ::close(ends[1]);
    for (int i = 0; i < 1'000 && !reading; ++i) run();
    demand(reading.has_value(), "no end though the connection ended");
    return *reading;
  }

 private:
  static std::shared_ptr<const ClientSettings> settings() {
    auto made = std::make_shared<ClientSettings>();
    made->addresses.push_back("127.0.0.1:1");
    made->limits = small;
    return made;
  }
  void run() {
    context_.restart();
    context_.poll();
  }

  boost::asio::io_context context_{1};
  std::shared_ptr<ClientPool> pool_;
};

void check_head(std::string_view input) {
  const auto whole = parse_response_head(input, small);
  for (std::size_t size = 0; size < input.size(); ++size) {
    const auto part = parse_response_head(input.substr(0, size), small);
    if (part.has_error()) {
      demand(whole.has_error(), "a beginning is refused, the whole is not");
      return;
    }
    if (!*part) continue;
    demand(whole && *whole && (*whole)->size == (*part)->size,
           "another head when there is more behind it");
    return;
  }
}

}  // namespace
}  // namespace thenorsound::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace thenorsound;
  using http::Method;
  static http::Wire wire;
  const std::string_view input = fuzz::text_of(data, std::min<std::size_t>(size, 4'096));
  http::check_head(input.substr(0, 512));
  for (const Method method : {Method::get, Method::head}) {
    const auto at_once = wire.read({input}, method);
    fuzz::demand(at_once == wire.read(fuzz::pieces_of(input), method),
                 "cut in pieces it is another answer");
  }
  return 0;
}
