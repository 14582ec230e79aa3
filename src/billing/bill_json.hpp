// A bill's page as the API sends it: the words and numbers of the paper.
#pragma once
#include <string>

#include "billing/bill_view_service.hpp"

namespace mainspring::billing {

std::string bill_json(const BillView& view, document::Language language);

}  // namespace mainspring::billing
