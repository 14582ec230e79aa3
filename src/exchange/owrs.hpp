// Water rates in the Open Water Rate Specification (YAML) as our text: a tariff for each customer class of the file.
// What becomes what: docs/TARIFFS.md, "Other forms". Volumes of 100 cubic feet (ccf) and 1000 gallons (kgal) become
// cubic metres, prices those of a cubic metre.
#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/conversion.hpp"

namespace mainspring::exchange {

// Error: the text is no such YAML (with line and column; one a line).
std::expected<std::vector<Conversion>, std::string> convert_owrs(std::string_view yaml, std::string_view file_name,
                                                                 const Choices& choices);

}  // namespace mainspring::exchange
