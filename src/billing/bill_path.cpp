#include "billing/bill_path.hpp"

#include <fmt/format.h>

namespace mainspring::billing {

std::string path_of(BillKind kind, std::int64_t number) {
    return fmt::format("{}{}", kind == BillKind::cancellation ? "cn" : "", number);
}

BillWanted wanted_of(std::string_view path_value) {
    const bool note = path_value.starts_with("cn");
    if (note) path_value.remove_prefix(2);
    return {note ? BillKind::cancellation : BillKind::bill, std::stoll(std::string(path_value))};
}

}  // namespace mainspring::billing
