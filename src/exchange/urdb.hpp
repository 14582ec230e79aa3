// Tariffs of the OpenEI Utility Rate Database (JSON, API versions 3 to 8) as our text. Which field becomes what, and
// which cannot be carried over: docs/TARIFFS.md, "Other forms".
#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/conversion.hpp"

namespace mainspring::exchange {

// One Conversion for each rate: the text is a rate, or has them in "items". Error: the text is no such JSON (with line
// and column).
std::expected<std::vector<Conversion>, std::string> convert_urdb(std::string_view json, std::string_view file_name,
                                                                 const Choices& choices);

}  // namespace mainspring::exchange
