// Values as SQL text, for the few commands that take no parameters (COPY, SET). Only types whose text cannot carry
// anything but itself: integers, dates, instants, uuids and arrays of them; no text, on purpose.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/value.hpp"

namespace mainspring {

std::string sql_literal(std::int16_t value);
std::string sql_literal(std::int32_t value);
std::string sql_literal(std::int64_t value);
std::string sql_literal(CellId value);
std::string sql_literal(std::chrono::sys_days value);
std::string sql_literal(std::chrono::year_month_day value);
std::string sql_literal(Instant value);
std::string sql_literal(const Uuid& value);
std::string sql_literal(std::span<const std::int16_t> values);
std::string sql_literal(std::span<const std::int32_t> values);
std::string sql_literal(std::span<const std::int64_t> values);
inline std::string sql_literal(const std::vector<std::int16_t>& values) { return sql_literal(std::span(values)); }
inline std::string sql_literal(const std::vector<std::int32_t>& values) { return sql_literal(std::span(values)); }
inline std::string sql_literal(const std::vector<std::int64_t>& values) { return sql_literal(std::span(values)); }
template <class Tag>
std::string sql_literal(Id<Tag> id) {
    return sql_literal(id.value);
}
template <class T>
std::string sql_literal(const std::optional<T>& value) {
    return value ? sql_literal(*value) : "null";
}

// $1… outside of quotes become the literals. REQUIRES: every $n has one and each is used.
std::string bind_literals(std::string_view sql, const std::vector<std::string>& literals);

}  // namespace mainspring
