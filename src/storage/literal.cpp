#include "storage/literal.hpp"

#include <fmt/format.h>

namespace mainspring {

namespace {

template <class T>
std::string array_literal(std::span<const T> values, std::string_view type) {
    return fmt::format("'{{{}}}'::{}[]", fmt::join(values, ","), type);
}

// Seconds and milliseconds since the epoch, exact: no calendar text that a setting could read differently.
constexpr std::int64_t kMillisecond = 1000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string sql_literal(std::int16_t value) { return fmt::format("'{}'::smallint", value); }
std::string sql_literal(std::int32_t value) { return fmt::format("'{}'::integer", value); }
std::string sql_literal(std::int64_t value) { return fmt::format("'{}'::bigint", value); }
std::string sql_literal(CellId value) { return sql_literal(value.value); }

std::string sql_literal(std::chrono::sys_days value) {
    if (value == std::chrono::sys_days::max()) return "'infinity'::date";
    if (value == std::chrono::sys_days::min()) return "'-infinity'::date";
    return fmt::format("('2000-01-01'::date + {})", wire::day_to_wire(value));
}

std::string sql_literal(std::chrono::year_month_day value) {
    return sql_literal(wire::day_from_wire(wire::date_to_wire(value)));
}

std::string sql_literal(Instant value) {
    if (value == Instant::max()) return "'infinity'::timestamptz";
    if (value == Instant::min()) return "'-infinity'::timestamptz";
    const std::int64_t milliseconds = wire::instant_to_wire(value) / kMillisecond;
    const std::int64_t days = milliseconds / 86'400'000;
    return fmt::format("('2000-01-01 00:00:00+00'::timestamptz + '{} hours {} milliseconds'::interval)", days * 24,
                       milliseconds - days * 86'400'000);
}

std::string sql_literal(const Uuid& value) { return "'" + format_uuid(value) + "'::uuid"; }
std::string sql_literal(std::span<const std::int16_t> values) { return array_literal(values, "smallint"); }
std::string sql_literal(std::span<const std::int32_t> values) { return array_literal(values, "integer"); }
std::string sql_literal(std::span<const std::int64_t> values) { return array_literal(values, "bigint"); }

std::string bind_literals(std::string_view sql, const std::vector<std::string>& literals) {
    std::string bound;
    std::vector<bool> used(literals.size());
    bool quoted = false;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        if (sql[i] == '\'') quoted = !quoted;
        if (quoted || sql[i] != '$' || i + 1 == sql.size() || !is_digit(sql[i + 1])) {
            bound += sql[i];
            continue;
        }
        std::size_t number = 0;
        while (i + 1 < sql.size() && is_digit(sql[i + 1]))
            number = number * 10 + static_cast<std::size_t>(sql[++i] - '0');
        ensure(number >= 1 && number <= literals.size(), "every $n of a COPY statement has a value");
        bound += literals[number - 1];
        used[number - 1] = true;
    }
    ensure(std::find(used.begin(), used.end(), false) == used.end(), "every value of a COPY statement is used");
    return bound;
}

}  // namespace mainspring
