// Price tables (CSV, a row a price) as our text. The columns: docs/TARIFFS.md, "Other forms".
#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/conversion.hpp"

namespace mainspring::exchange {

// One Conversion for each tariff and version, in the order of the table. Refusals name the line and the column.
// Error: the text is no such table.
std::expected<std::vector<Conversion>, std::string> convert_csv_prices(std::string_view csv, std::string_view file_name,
                                                                       const Choices& choices);

}  // namespace mainspring::exchange
