#include "storage/result.hpp"

#include <cstdlib>
#include <fmt/core.h>
#include <libpq-fe.h>

namespace mainspring {

Result::Result(pg_result* result) : result_(result) {}

void Result::Free::operator()(pg_result* result) const { PQclear(result); }

std::size_t Result::size() const { return static_cast<std::size_t>(PQntuples(result_.get())); }

std::int64_t Result::affected() const { return std::strtoll(PQcmdTuples(result_.get()), nullptr, 10); }

Row Result::one() const {
    ensure(size() == 1, "a statement gives exactly one row");
    return {*this, 0};
}

std::optional<Row> Result::maybe_one() const {
    ensure(size() <= 1, "a statement gives at most one row");
    if (empty()) return std::nullopt;
    return Row(*this, 0);
}

RawField Result::field(std::size_t row, std::size_t column) const {
    const pg_result* result = result_.get();
    ensure(row < size() && static_cast<int>(column) < PQnfields(result), "a row and column of the result");
    const int r = static_cast<int>(row);
    const int c = static_cast<int>(column);
    RawField field{.type = PQftype(result, c), .is_null = PQgetisnull(result, r, c) != 0};
    if (!field.is_null) field.bytes = {PQgetvalue(result, r, c), static_cast<std::size_t>(PQgetlength(result, r, c))};
    return field;
}

std::string_view Result::column_name(std::size_t column) const {
    const char* name = PQfname(result_.get(), static_cast<int>(column));
    return name == nullptr ? std::string_view{} : name;
}

TypeOid Result::column_type(std::size_t column) const { return PQftype(result_.get(), static_cast<int>(column)); }

void fail_null_column(std::string_view column) {
    throw BugError(fmt::format("column {} is NULL but was read as a type without NULL", column));
}

void fail_column_type(std::string_view column, TypeOid type) {
    throw BugError(
        fmt::format("column {} has the database type {} that the C++ type asked for cannot hold", column, type));
}

}  // namespace mainspring
