#include "http/accept.hpp"

#include "http/message.hpp"

namespace thenorsound::http {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The part before the separator; `text` goes on behind it. Separators in quotes don't count.
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

// 0: no match, 1: */*, 2: type/*, 3: the type itself.
int specificity(std::string_view range, std::string_view media_type) {
  if (range == "*/*" || range == "*") return 1;
  if (equal_ignoring_case(range, media_type)) return 3;
  const std::string_view type = media_type.substr(0, media_type.find('/') + 1);
  return range.ends_with("/*") && equal_ignoring_case(range.substr(0, range.size() - 1), type) ? 2
                                                                                               : 0;
}

// q=0, q=0.0, q=0.000
bool is_zero(std::string_view quality) {
  return !quality.empty() && quality.front() == '0' &&
         quality.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

bool accepts(std::string_view accept, std::string_view media_type) {
  if (trim(accept).empty()) return true;
  int best = 0;
  bool excluded = false;
  while (!accept.empty()) {
    std::string_view item = next_part(accept, ',');
    const int match = specificity(next_part(item, ';'), media_type);
    if (match < best || match == 0) continue;
    bool zero = false;
    while (!item.empty()) {
      std::string_view parameter = next_part(item, ';');
      if (equal_ignoring_case(next_part(parameter, '='), "q")) zero = is_zero(trim(parameter));
    }
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
