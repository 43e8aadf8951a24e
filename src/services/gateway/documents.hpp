// Texts that are made or taken in at build time: see api/README.md and CMakeLists.txt beside this.
#pragma once
#include <string_view>

namespace thenorsound::gateway {

extern const std::string_view openapi_text;  // /openapi.json
extern const std::string_view docs_page;
extern const std::string_view docs_style;
extern const std::string_view docs_script;

}  // namespace thenorsound::gateway
