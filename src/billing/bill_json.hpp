// A bill's page as the API sends it: the words and numbers of the paper.
#pragma once
#include <string>

#include "billing/bill_view_service.hpp"

namespace mainspring::billing {

std::string bill_json(const BillView& view, document::Language language);

// "12" or "cn12": a document as paths name it.
std::string path_of(BillKind kind, std::int64_t number);
BillWanted wanted_of(std::string_view path_value);  // REQUIRES: the contract's pattern

}  // namespace mainspring::billing
