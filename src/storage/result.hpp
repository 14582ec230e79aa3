// Rows that a statement gave, in binary format.
#pragma once
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "storage/value.hpp"

struct pg_result;

namespace mainspring {

// One field as it came; text is empty and is_null set for NULL.
struct RawField {
    std::string_view bytes = {};
    TypeOid type = 0;
    bool is_null = false;
};

class Row;

class Result {
public:
    // Takes the ownership.
    explicit Result(pg_result* result);

    std::size_t size() const;
    bool empty() const { return size() == 0; }
    // Rows that an INSERT, UPDATE, DELETE, MERGE, SELECT touched; 0 for other commands.
    std::int64_t affected() const;

    Row operator[](std::size_t row) const;
    // REQUIRES: exactly one row.
    Row one() const;
    // Nothing when there is no row. REQUIRES: at most one row.
    std::optional<Row> maybe_one() const;

    RawField field(std::size_t row, std::size_t column) const;
    std::string_view column_name(std::size_t column) const;
    // 0 beyond the last column.
    TypeOid column_type(std::size_t column) const;

    class Iterator;
    Iterator begin() const;
    Iterator end() const;

private:
    struct Free {
        void operator()(pg_result* result) const;
    };
    std::unique_ptr<pg_result, Free> result_;
};

template <class T>
inline constexpr bool is_optional_v = false;
template <class T>
inline constexpr bool is_optional_v<std::optional<T>> = true;

[[noreturn]] void fail_null_column(std::string_view column);
[[noreturn]] void fail_column_type(std::string_view column, TypeOid type);

// A look at one row; valid as long as its Result. string_view, span and ArrayView point into the Result.
class Row {
public:
    Row(const Result& result, std::size_t row) : result_(&result), row_(row) {}

    // std::optional<T> where the column may be NULL.
    template <class T>
    T get(std::size_t column) const {
        const RawField field = result_->field(row_, column);
        if constexpr (is_optional_v<T>) {
            if (field.is_null) return std::nullopt;
            return decode<typename T::value_type>(field, column);
        } else {
            if (field.is_null) [[unlikely]]
                fail_null_column(result_->column_name(column));
            return decode<T>(field, column);
        }
    }
    bool is_null(std::size_t column) const { return result_->field(row_, column).is_null; }

    // auto [id, name] = row.as<std::int64_t, std::string>();
    template <class... T>
    std::tuple<T...> as() const {
        return as_tuple<T...>(std::index_sequence_for<T...>{});
    }

private:
    template <class... T, std::size_t... Column>
    std::tuple<T...> as_tuple(std::index_sequence<Column...>) const {
        return std::tuple<T...>{get<T>(Column)...};
    }
    template <class T>
    T decode(const RawField& field, std::size_t column) const {
        if (!Codec<T>::reads(field.type)) [[unlikely]]
            fail_column_type(result_->column_name(column), field.type);
        return Codec<T>::decode(field.bytes);
    }

    const Result* result_;
    std::size_t row_;
};

class Result::Iterator {
public:
    Iterator(const Result& result, std::size_t row) : result_(&result), row_(row) {}
    Row operator*() const { return {*result_, row_}; }
    Iterator& operator++() {
        ++row_;
        return *this;
    }
    bool operator==(const Iterator&) const = default;

private:
    const Result* result_;
    std::size_t row_;
};

inline Row Result::operator[](std::size_t row) const { return {*this, row}; }
inline Result::Iterator Result::begin() const { return {*this, 0}; }
inline Result::Iterator Result::end() const { return {*this, size()}; }

}  // namespace mainspring
