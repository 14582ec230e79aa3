#include "exchange/conversion.hpp"

#include <fmt/core.h>

namespace mainspring::exchange {

void Gathering::refuse_unless_left_out(const std::string& field, const std::string& reason) {
    if (std::ranges::find(choices_.leave_out, field) == choices_.leave_out.end())
        return refuse(field, fmt::format("{} (or --leave-out {}, if it is meant to be lost)", reason, field));
    if (std::ranges::find(left_out_, field) != left_out_.end()) return;
    left_out_.push_back(field);
    note(fmt::format("{} is left out: {}", field, reason));
}

std::string Gathering::left_out() const {
    std::string text;
    for (const auto& field : left_out_) text.append(text.empty() ? "left out: " : ", ").append(field);
    return text;
}

}  // namespace mainspring::exchange
