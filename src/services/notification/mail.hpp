// A text mail and its form on the wire: RFC 5322 with MIME (2045, 2046, 2047, 2183). Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace thenorsound::notification {

struct Mailbox {
  std::string name;  // may be empty
  std::string address;
};

struct Attachment {
  std::string file_name;  // letters, digits, dots, hyphens
  std::string_view content_type = "application/pdf";
  std::string bytes;
};

struct Mail {
  std::string message_id;  // without angle brackets
  Mailbox from;
  Mailbox to;
  std::string subject;
  std::string body;      // UTF-8, lines end with \n
  std::string language;  // "sv", "en"
  Time date;
  std::optional<Attachment> attachment;
};

// "Name <a@b>" or "a@b". Nothing where the address is none that a mail can be sent to.
std::optional<Mailbox> mailbox_from(std::string_view text);
// One address and nothing else: no white space, control characters, brackets, quotes or commas.
bool is_sendable(std::string_view address);
// The same for the same message and recipient, so that a repeat is seen as one.
std::string message_id_of(std::string_view message, std::string_view recipient,
                          std::string_view domain);
// Whatever the texts hold, they add no header line: line ends in them become spaces.
std::string to_eml(const Mail& mail);

std::string encode_header_text(std::string_view utf8, std::size_t column);
std::string quoted_printable(std::string_view utf8);

}  // namespace thenorsound::notification
