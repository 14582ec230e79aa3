// Bills as the API's paths name them.
#pragma once
#include <string>
#include <string_view>

#include "billing/print_service.hpp"

namespace mainspring::billing {

// "12" or "cn12": a document as paths name it.
std::string path_of(BillKind kind, std::int64_t number);
BillWanted wanted_of(std::string_view path_value);  // REQUIRES: the contract's pattern

}  // namespace mainspring::billing
