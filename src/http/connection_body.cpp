// How a connection reads a request's body.
#include <cstring>

#include "http/connection.hpp"

namespace thenorsound::http {
namespace asio = boost::asio;

using ErrorCode = boost::system::error_code;

bool Connection::take_buffered_body() {
  const std::size_t body = begin_ + head_.size;
  if (head_.chunked || head_.content_length > end_ - body) return false;
  const auto length = static_cast<std::size_t>(head_.content_length);
  head_.request.body = std::string_view(buffer_.get() + body, length);
  next_ = body + length;
  return true;
}

Task<bool> Connection::read_body() {
  enter(Phase::body, server_.settings.body_timeout);
  if (begin_ > 0) {
    make_free_space();  // And let the request's views follow.
    auto again = parse_request_head({buffer_.get(), end_}, server_.settings.limits, head_);
    if (again.has_error()) co_return false;
  }
  if (head_.expects_continue && end_ == head_.size)
    if (!co_await write_all("HTTP/1.1 100 Continue\r\n\r\n", {})) co_return false;
  if (head_.chunked) co_return co_await read_chunked_body();
  co_return co_await read_sized_body();
}

Task<bool> Connection::read_sized_body() {
  const auto length = static_cast<std::size_t>(head_.content_length);
  std::size_t have = end_ - head_.size;
  const bool fits = head_.size + length <= capacity_;
  char* body = buffer_.get() + head_.size;
  if (!fits) {
    large_body_ = std::make_unique_for_overwrite<char[]>(length);
    std::memcpy(large_body_.get(), body, have);
    body = large_body_.get();
  }
  while (have < length) {
    ErrorCode failed;
    const auto space = fits ? free_space() : asio::buffer(body + have, length - have);
    const std::size_t bytes = co_await stream_.read_some(space, failed);
    if (fits) end_ += bytes;
    have += bytes;
    if (failed) {
      co_await end_reading(failed);
      co_return false;
    }
    if (!fits && !charge(have)) {
      const Error error = unavailable("too many bytes of bodies in flight");
      co_await refuse(error);
      co_return false;
    }
  }
  head_.request.body = std::string_view(body, length);
  next_ = fits ? head_.size + length : end_;
  co_return true;
}

Task<bool> Connection::read_chunked_body() {
  ChunkedReader reader(server_.settings.limits);
  chunked_body_.clear();
  next_ = head_.size;
  for (;;) {
    auto taken = reader.feed({buffer_.get() + next_, end_ - next_}, chunked_body_);
    if (taken.has_error()) {
      const Error error = std::move(taken).error();
      co_await refuse(error);
      co_return false;
    }
    next_ += *taken;
    if (!charge(chunked_body_.size())) {
      const Error error = unavailable("too many bytes of bodies in flight");
      co_await refuse(error);
      co_return false;
    }
    if (reader.done()) break;
    next_ = end_ = head_.size;  // All was taken: the space behind the head is free again.
    ErrorCode failed;
    end_ += co_await stream_.read_some(free_space(), failed);
    if (failed) {
      co_await end_reading(failed);
      co_return false;
    }
  }
  head_.request.body = chunked_body_;
  co_return true;
}

// False where that is more than the server has for all bodies together.
bool Connection::charge(std::size_t body_bytes) {
  if (body_bytes <= charged_) {
    server_.body_bytes.fetch_sub(charged_ - body_bytes, std::memory_order_relaxed);
    charged_ = body_bytes;
    return true;
  }
  const std::size_t more = body_bytes - charged_;
  const std::size_t before = server_.body_bytes.fetch_add(more, std::memory_order_relaxed);
  const bool granted = before + more <= server_.settings.max_body_bytes_in_flight;
  if (granted)
    charged_ = body_bytes;
  else
    server_.body_bytes.fetch_sub(more, std::memory_order_relaxed);
  return granted;
}

}  // namespace thenorsound::http
