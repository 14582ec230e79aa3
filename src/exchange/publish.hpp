// A tariff for its customers: a page that any browser shows and prints, and the same for programs.
#pragma once
#include <string>
#include <string_view>

#include "tariff/tariff_text.hpp"

namespace mainspring::exchange {

// One HTML file without scripts or outside parts; light and dark, narrow and printed. Ledger keys are left out.
std::string page_of(const tariff::TariffFile& file);

// {"format": "mainspring-tariff-1", "document": {...}}: the whole text as JSON, keys and values as docs/TARIFFS.md has
// them; decimals stay texts, bare whole numbers are numbers.
// REQUIRES: read_tariff takes the text.
std::string json_of(std::string_view yaml);

}  // namespace mainspring::exchange
