// What the fuzzers share: properties that end the run when they do not hold, and cutting an input
// into pieces as a network would.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace thenorsound::fuzz {

inline void demand(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "PROPERTY BROKEN: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// The same pieces for the same input, so that a seed stays plain text: 1 to 16 bytes, sometimes
// many.
inline std::vector<std::string_view> pieces_of(std::string_view input) {
  std::uint64_t state = 1'469'598'103'934'665'603ULL;
  for (const char c : input) state = (state ^ static_cast<std::uint8_t>(c)) * 1'099'511'628'211ULL;
  std::vector<std::string_view> pieces;
  while (!input.empty()) {
    state = state * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
    const std::uint64_t dice = state >> 33;
    const std::size_t wanted = dice % 8 == 0 ? dice % 1'024 : 1 + dice % 16;
    const std::size_t size = std::min(wanted, input.size());
    pieces.push_back(input.substr(0, size));
    input.remove_prefix(size);
  }
  return pieces;
}

}  // namespace thenorsound::fuzz
