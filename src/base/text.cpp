#include "base/text.hpp"

#include <locale.h>
#include <wctype.h>

#include <algorithm>

namespace thenorsound {
namespace {

constexpr std::size_t max_words = 64;

locale_t unicode() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

// The code point at `at`, which is moved past it. The text is valid UTF-8.
wint_t next(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned lead = byte(at++);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  wint_t point = lead & (0x3FU >> more);
  for (int i = 0; i < more; ++i) point = point << 6 | (byte(at++) & 0x3FU);
  return point;
}

void append(std::string& out, wint_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | point >> 6);
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | point >> 12);
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | point >> 18);
    out += static_cast<char>(0x80 | (point >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

}  // namespace

std::string fold_case(std::string_view utf8) {
  std::string out;
  for (std::size_t at = 0; at < utf8.size();) append(out, towlower_l(next(utf8, at), unicode()));
  return out;
}

std::vector<std::string> words_of(std::string_view utf8) {
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    if (!word.empty() && words.size() < max_words &&
        std::find(words.begin(), words.end(), word) == words.end())
      words.push_back(word);
    word.clear();
  };
  for (std::size_t at = 0; at < utf8.size();) {
    const wint_t point = next(utf8, at);
    if (iswalnum_l(point, unicode()))
      append(word, towlower_l(point, unicode()));
    else
      finish();
  }
  finish();
  return words;
}

}  // namespace thenorsound
