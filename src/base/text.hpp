// Words of a text, for searching: Unicode letters and digits, folded to lower case.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace thenorsound {

std::string fold_case(std::string_view utf8);
// "Malmö Live, 2027" -> {"malmö", "live", "2027"}; each once, at most 64, in order.
std::vector<std::string> words_of(std::string_view utf8);

}  // namespace thenorsound
