#include "http/accept.hpp"

#include "http/message.hpp"

namespace thenorsound::http {
namespace {

constexpr int most = 1'000;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// 0: no match, 1: */*, 2: type/*, 3: the type itself.
int specificity(std::string_view range, std::string_view media_type) {
  if (range == "*/*" || range == "*") return 1;
  if (equal_ignoring_case(range, media_type)) return 3;
  const std::string_view type = media_type.substr(0, media_type.find('/') + 1);
  return range.ends_with("/*") && equal_ignoring_case(range.substr(0, range.size() - 1), type) ? 2
                                                                                               : 0;
}

// "0.5", "1", "0.333" in thousandths (RFC 9110, 12.4.2); what is none doesn't count.
int weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text.front() != '0' && text.front() != '1')) return most;
  if (text.size() > 1 && text[1] != '.') return most;
  int thousandths = (text.front() - '0') * most;
  int place = most / 10;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return most;
    thousandths += (c - '0') * place;
    place /= 10;
  }
  return std::min(thousandths, most);
}

}  // namespace

std::string_view next_part(std::string_view& text, char separator) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (text[end] == '"') quoted = !quoted;
    if (quoted && text[end] == '\\')
      ++end;
    else if (!quoted && text[end] == separator)
      break;
  }
  end = std::min(end, text.size());
  const std::string_view part = trim(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

int quality(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view parameter = next_part(parameters, ';');
    if (equal_ignoring_case(next_part(parameter, '='), "q")) return weight(trim(parameter));
  }
  return most;
}

bool accepts(std::string_view accept, std::string_view media_type) {
  if (trim(accept).empty()) return true;
  int best = 0;
  bool excluded = false;
  while (!accept.empty()) {
    std::string_view item = next_part(accept, ',');
    const int match = specificity(next_part(item, ';'), media_type);
    if (match < best || match == 0) continue;
    const bool zero = quality(item) == 0;
    excluded = match == best ? excluded && zero : zero;
    best = match;
  }
  return best > 0 && !excluded;
}

bool is_json_content_type(std::string_view content_type) {
  if (!equal_ignoring_case(next_part(content_type, ';'), "application/json")) return false;
  while (!content_type.empty()) {
    std::string_view parameter = next_part(content_type, ';');
    if (!equal_ignoring_case(next_part(parameter, '='), "charset")) continue;
    std::string_view charset = trim(parameter);
    if (charset.size() >= 2 && charset.front() == '"' && charset.back() == '"')
      charset = charset.substr(1, charset.size() - 2);
    if (!equal_ignoring_case(charset, "utf-8")) return false;
  }
  return true;
}

}  // namespace thenorsound::http
