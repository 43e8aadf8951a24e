#include "services/notification/mail.hpp"

#include <array>

#include "base/crypto.hpp"

namespace thenorsound::notification {
namespace {

constexpr std::size_t line_limit = 76;  // RFC 2045, 6.7 (5); RFC 2047, 2
constexpr std::size_t word_bytes = 42;  // of text in one encoded word
constexpr std::string_view hex_digits = "0123456789ABCDEF";
constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
}

// Without line ends and other control characters.
std::string on_one_line(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  return out;
}

std::string base64(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view part = bytes.substr(i, 3);
    unsigned bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8 | (j < part.size() ? static_cast<unsigned char>(part[j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      out += j <= part.size() ? base64_digits[bits >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

// In lines of 76 characters.
std::string base64_lines(std::string_view bytes) {
  constexpr std::size_t line_bytes = line_limit / 4 * 3;
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += line_bytes)
    out += base64(bytes.substr(i, line_bytes)) + "\r\n";
  return out;
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// At most `limit` bytes from the front, never within a character.
std::string_view whole_characters(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  std::size_t end = limit;
  while (end > 1 && continues_character(text[end])) --end;
  return text.substr(0, end);
}

std::string mailbox_text(const Mailbox& box, std::size_t column) {
  if (box.name.empty()) return box.address;
  std::string name = on_one_line(box.name);
  if (!is_plain(name) || name.size() > 60) {
    name = encode_header_text(name, column);
  } else {
    std::string quoted = "\"";
    for (const char c : name) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    name = quoted + '"';
  }
  const char* gap = name.size() + box.address.size() + column > line_limit ? "\r\n " : " ";
  return name + gap + "<" + box.address + ">";
}

std::string date_text(Time time) {
  static constexpr std::array<const char*, 7> days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string iso = to_iso(Time{time.ms / 1'000 * 1'000});  // YYYY-MM-DDTHH:MM:SSZ
  const Day day = day_from_iso(iso.substr(0, 10)).value_or(Day{});
  const auto month = static_cast<std::size_t>(civil(day).month - 1);
  return std::string(days[static_cast<std::size_t>(weekday(day))]) + ", " + iso.substr(8, 2) + " " +
         months[month] + " " + iso.substr(0, 4) + " " + iso.substr(11, 8) + " +0000";
}

}  // namespace

bool is_sendable(std::string_view address) {
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == address.size()) return false;
  if (address.size() > 254 || address.find('@') != at || address.front() == '-') return false;
  return std::none_of(address.begin(), address.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' ||
           std::string_view("<>()[]\\,;:\"").find(c) != std::string_view::npos;
  });
}

std::optional<Mailbox> mailbox_from(std::string_view text) {
  Mailbox box;
  const std::size_t open = text.find('<');
  if (open == std::string_view::npos) {
    box.address = std::string(text);
  } else {
    const std::size_t close = text.find('>', open);
    if (close == std::string_view::npos || close + 1 != text.size()) return {};
    box.address = std::string(text.substr(open + 1, close - open - 1));
    std::string_view name = text.substr(0, open);
    while (!name.empty() && (name.back() == ' ' || name.back() == '"')) name.remove_suffix(1);
    while (!name.empty() && (name.front() == ' ' || name.front() == '"')) name.remove_prefix(1);
    box.name = std::string(name);
  }
  if (!is_sendable(box.address)) return {};
  return box;
}

std::string message_id_of(std::string_view message, std::string_view recipient,
                          std::string_view domain) {
  std::string from(message);
  from += '\n';
  from += recipient;
  return to_hex(sha256(from)).substr(0, 40) + "@" + std::string(domain);
}

std::string encode_header_text(std::string_view utf8, std::size_t column) {
  const std::string text = on_one_line(utf8);
  const bool looks_encoded = text.find("=?") != std::string::npos;
  if (is_plain(text) && !looks_encoded && column + text.size() <= line_limit) return text;
  std::string out;
  std::string_view rest = text;
  // The first word shares its line with the header's name.
  std::size_t room = column < 20 ? word_bytes - column * 3 / 4 : word_bytes / 2;
  while (!rest.empty()) {
    const std::string_view part = whole_characters(rest, room);
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + base64(part) + "?=";
    rest.remove_prefix(part.size());
    room = word_bytes;
  }
  return out;
}

std::string quoted_printable(std::string_view utf8) {
  std::string out;
  std::size_t column = 0;
  const auto put = [&](std::string_view token) {
    if (column + token.size() > line_limit - 1) {
      out += "=\r\n";
      column = 0;
    }
    out += token;
    column += token.size();
  };
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const char c = utf8[i];
    if (c == '\r' && i + 1 < utf8.size() && utf8[i + 1] == '\n') continue;
    if (c == '\n') {
      out += "\r\n";
      column = 0;
      continue;
    }
    const bool at_end = i + 1 == utf8.size() || utf8[i + 1] == '\n' || utf8[i + 1] == '\r';
    const bool blank = c == ' ' || c == '\t';
    // A dot alone, and "From ", mean something to mail software at the start of a line.
    const bool special = column == 0 && (c == '.' || c == 'F');
    const bool literal = (c > ' ' && c < '\x7f' && c != '=' && !special) || (blank && !at_end);
    if (literal) {
      put(std::string_view(&c, 1));
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    const std::array<char, 3> token{'=', hex_digits[byte >> 4], hex_digits[byte & 15]};
    put(std::string_view(token.data(), token.size()));
  }
  return out;
}

std::string to_eml(const Mail& mail) {
  std::string out;
  const auto line = [&](std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  };
  line("Date", date_text(mail.date));
  line("From", mailbox_text(mail.from, 6));
  line("To", mailbox_text(mail.to, 4));
  line("Subject", encode_header_text(mail.subject, 9));
  line("Message-ID", "<" + mail.message_id + ">");
  line("MIME-Version", "1.0");
  line("Auto-Submitted", "auto-generated");
  const std::string boundary = "part-" + to_hex(sha256(mail.message_id)).substr(0, 32);
  if (mail.attachment) {
    line("Content-Type", "multipart/mixed; boundary=\"" + boundary + "\"");
    out += "\r\n--" + boundary + "\r\n";
  }
  line("Content-Type", "text/plain; charset=utf-8");
  line("Content-Transfer-Encoding", "quoted-printable");
  line("Content-Language", mail.language);
  out += "\r\n";
  out += quoted_printable(mail.body);
  if (!out.ends_with("\r\n")) out += "\r\n";
  if (!mail.attachment) return out;
  out += "--" + boundary + "\r\n";
  line("Content-Type", mail.attachment->content_type);
  line("Content-Transfer-Encoding", "base64");
  line("Content-Disposition", "attachment; filename=\"" + mail.attachment->file_name + "\"");
  out += "\r\n" + base64_lines(mail.attachment->bytes) + "--" + boundary + "--\r\n";
  return out;
}

}  // namespace thenorsound::notification
