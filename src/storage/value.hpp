// Values of ours <-> PostgreSQL's binary format, decided at compile time. NULL is std::optional.
//
//   bool, std::int16_t, std::int32_t, std::int64_t, Id<Tag>, CellId      boolean, smallint, integer, bigint
//   std::string, std::string_view, const char*                           text, varchar, enums of ours
//   std::vector<std::byte>, std::span<const std::byte>                   bytea
//   std::chrono::sys_days, std::chrono::year_month_day                   date; max()/last day = infinity, min() =
//   -infinity Instant (milliseconds; microseconds of the server are cut off)       timestamptz; max()/min() =
//   infinity/-infinity Uuid, Jsonb                                                          uuid, jsonb (as its text)
//   std::vector<T>, std::span<const T> of the above (not bool, bytea)    arrays of one dimension, for unnest
//   ArrayView<std::int16_t | std::int32_t | std::int64_t>                a look at such an array without a copy
//
// Integers widen when read and, range checked, narrow when written: the server's type decides the bytes.
// A value that does not fit its column's type is a bug (BugError), as is reading NULL into a plain T.
#pragma once
#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/ensure.hpp"
#include "base/id.hpp"
#include "base/uuid.hpp"
#include "storage/wire.hpp"

namespace mainspring {

struct Jsonb {
    std::string text;
    friend bool operator==(const Jsonb&, const Jsonb&) = default;
};

// kType: our own choice of the server's type. reads(t)/writes(t): may a column/parameter of type t be read/written so.
// encode writes the bytes without their length; decode takes exactly the bytes of one field.
template <class T>
struct Codec;

template <class T>
concept ArrayElement = requires { Codec<T>::kArrayType; };

namespace wire {

constexpr bool is_native(TypeOid wanted) { return wanted == type_oid::kAny || wanted >= type_oid::kFirstUserDefined; }
constexpr bool is_text(TypeOid type) {
    using namespace type_oid;
    return type == kText || type == kVarchar || type == kBpchar || type == kName || type == kUnknown || type == kJson ||
           is_native(type);
}
constexpr bool is_integer(TypeOid type) {
    return type == type_oid::kInt2 || type == type_oid::kInt4 || type == type_oid::kInt8;
}
constexpr std::size_t size_of_integer(TypeOid type) {
    return type == type_oid::kInt2 ? 2 : type == type_oid::kInt4 ? 4 : 8;
}

inline constexpr std::chrono::sys_days kEpochDay{std::chrono::days{10957}};  // 2000-01-01
inline constexpr std::int64_t kEpochMilliseconds = 946'684'800'000;

std::int32_t day_to_wire(std::chrono::sys_days day);
std::chrono::sys_days day_from_wire(std::int32_t day);
std::int32_t date_to_wire(std::chrono::year_month_day date);
std::chrono::year_month_day date_from_wire(std::int32_t day);
std::int64_t instant_to_wire(Instant instant);
Instant instant_from_wire(std::int64_t microseconds);

// Header of a one-dimensional array; gives its number of elements and moves `field` behind the header.
struct ArrayHeader {
    std::size_t size = 0;
    TypeOid element = 0;
    bool has_null = false;
};
ArrayHeader read_array_header(std::string_view& field);
void write_array_header(WireBuffer& out, const ArrayHeader& header);
TypeOid element_of(TypeOid array);

[[noreturn]] void fail_size(std::size_t size);
[[noreturn]] void fail_null();
inline void check_size(std::string_view field, std::size_t size) {
    if (field.size() != size) [[unlikely]]
        fail_size(field.size());
}

}  // namespace wire

template <std::signed_integral T>
    requires(sizeof(T) >= 2 && sizeof(T) <= 8)
struct Codec<T> {
    static constexpr TypeOid kType =
        sizeof(T) == 2 ? type_oid::kInt2 : (sizeof(T) == 4 ? type_oid::kInt4 : type_oid::kInt8);
    static constexpr TypeOid kArrayType =
        sizeof(T) == 2 ? type_oid::kInt2Array : (sizeof(T) == 4 ? type_oid::kInt4Array : type_oid::kInt8Array);
    static constexpr bool reads(TypeOid type) {
        return (wire::is_integer(type) && wire::size_of_integer(type) <= sizeof(T)) || wire::is_native(type) ||
               (type == type_oid::kOid && sizeof(T) == 8);
    }
    static constexpr bool writes(TypeOid type) { return wire::is_integer(type) || wire::is_native(type); }
    static T decode(std::string_view field) {
        if (field.size() == sizeof(T)) [[likely]]
            return load_be<T>(field.data());
        if (field.size() == 2) return static_cast<T>(load_be<std::int16_t>(field.data()));
        if (sizeof(T) == 8 && field.size() == 4) return static_cast<T>(load_be<std::int32_t>(field.data()));
        wire::fail_size(field.size());
    }
    static void encode(WireBuffer& out, T value, TypeOid wanted) {
        if (wanted == kType || wire::is_native(wanted)) return out.put(value);
        if (wanted == type_oid::kInt8) return out.put(static_cast<std::int64_t>(value));
        if (wanted == type_oid::kInt4) return out.put(fit<std::int32_t>(value));
        out.put(fit<std::int16_t>(value));
    }

private:
    template <class Small>
    static Small fit(T value) {
        ensure(std::in_range<Small>(value), "a parameter fits the integer type of the statement");
        return static_cast<Small>(value);
    }
};

template <>
struct Codec<bool> {
    static constexpr TypeOid kType = type_oid::kBool;
    static constexpr bool reads(TypeOid type) { return type == kType || wire::is_native(type); }
    static constexpr bool writes(TypeOid type) { return reads(type); }
    static bool decode(std::string_view field) {
        wire::check_size(field, 1);
        return field[0] != 0;
    }
    static void encode(WireBuffer& out, bool value, TypeOid) { *out.extend(1) = value ? 1 : 0; }
};

template <class Tag>
struct Codec<Id<Tag>> : Codec<std::int64_t> {
    static Id<Tag> decode(std::string_view field) { return {Codec<std::int64_t>::decode(field)}; }
    static void encode(WireBuffer& out, Id<Tag> id, TypeOid wanted) {
        Codec<std::int64_t>::encode(out, id.value, wanted);
    }
};

template <>
struct Codec<CellId> : Codec<std::int32_t> {
    static CellId decode(std::string_view field) { return {Codec<std::int32_t>::decode(field)}; }
    static void encode(WireBuffer& out, CellId id, TypeOid wanted) {
        Codec<std::int32_t>::encode(out, id.value, wanted);
    }
};

struct TextCodec {
    static constexpr TypeOid kType = type_oid::kText;
    static constexpr TypeOid kArrayType = type_oid::kTextArray;
    static constexpr bool reads(TypeOid type) { return wire::is_text(type); }
    static constexpr bool writes(TypeOid type) { return wire::is_text(type); }
    static void encode(WireBuffer& out, std::string_view value, TypeOid) { out.put_bytes(value.data(), value.size()); }
};
template <>
struct Codec<std::string_view> : TextCodec {
    static std::string_view decode(std::string_view field) { return field; }
};
template <>
struct Codec<std::string> : TextCodec {
    static std::string decode(std::string_view field) { return std::string(field); }
};
template <>
struct Codec<const char*> : TextCodec {};
template <>
struct Codec<char*> : TextCodec {};

struct ByteaCodec {
    static constexpr TypeOid kType = type_oid::kBytea;
    static constexpr bool reads(TypeOid type) { return type == kType || wire::is_native(type); }
    static constexpr bool writes(TypeOid type) { return reads(type); }
    static void encode(WireBuffer& out, std::span<const std::byte> value, TypeOid) {
        out.put_bytes(value.data(), value.size());
    }
    static std::span<const std::byte> decode(std::string_view field) {
        return std::as_bytes(std::span(field.data(), field.size()));
    }
};
template <>
struct Codec<std::span<const std::byte>> : ByteaCodec {};
template <>
struct Codec<std::span<std::byte>> : ByteaCodec {};
template <>
struct Codec<std::vector<std::byte>> : ByteaCodec {
    static std::vector<std::byte> decode(std::string_view field) {
        const auto bytes = ByteaCodec::decode(field);
        return {bytes.begin(), bytes.end()};
    }
};

struct DateCodec {
    static constexpr TypeOid kType = type_oid::kDate;
    static constexpr TypeOid kArrayType = type_oid::kDateArray;
    static constexpr bool reads(TypeOid type) { return type == kType || wire::is_native(type); }
    static constexpr bool writes(TypeOid type) { return reads(type); }
};
template <>
struct Codec<std::chrono::sys_days> : DateCodec {
    static std::chrono::sys_days decode(std::string_view field) {
        wire::check_size(field, 4);
        return wire::day_from_wire(load_be<std::int32_t>(field.data()));
    }
    static void encode(WireBuffer& out, std::chrono::sys_days day, TypeOid) { out.put(wire::day_to_wire(day)); }
};
template <>
struct Codec<std::chrono::year_month_day> : DateCodec {
    static std::chrono::year_month_day decode(std::string_view field) {
        wire::check_size(field, 4);
        return wire::date_from_wire(load_be<std::int32_t>(field.data()));
    }
    static void encode(WireBuffer& out, std::chrono::year_month_day date, TypeOid) {
        out.put(wire::date_to_wire(date));
    }
};

template <>
struct Codec<Instant> {
    static constexpr TypeOid kType = type_oid::kTimestamptz;
    static constexpr TypeOid kArrayType = type_oid::kTimestamptzArray;
    static constexpr bool reads(TypeOid type) { return type == kType || wire::is_native(type); }
    static constexpr bool writes(TypeOid type) { return reads(type); }
    static Instant decode(std::string_view field) {
        wire::check_size(field, 8);
        return wire::instant_from_wire(load_be<std::int64_t>(field.data()));
    }
    static void encode(WireBuffer& out, Instant instant, TypeOid) { out.put(wire::instant_to_wire(instant)); }
};

template <>
struct Codec<Uuid> {
    static constexpr TypeOid kType = type_oid::kUuid;
    static constexpr TypeOid kArrayType = type_oid::kUuidArray;
    static constexpr bool reads(TypeOid type) { return type == kType || wire::is_native(type); }
    static constexpr bool writes(TypeOid type) { return reads(type); }
    static Uuid decode(std::string_view field) {
        wire::check_size(field, 16);
        Uuid uuid;
        std::memcpy(uuid.bytes.data(), field.data(), 16);
        return uuid;
    }
    static void encode(WireBuffer& out, const Uuid& uuid, TypeOid) { out.put_bytes(uuid.bytes.data(), 16); }
};

template <>
struct Codec<Jsonb> {
    static constexpr TypeOid kType = type_oid::kJsonb;
    static constexpr TypeOid kArrayType = type_oid::kJsonbArray;
    static constexpr bool reads(TypeOid type) { return type == kType; }
    static constexpr bool writes(TypeOid type) { return type == kType; }
    static Jsonb decode(std::string_view field) {
        ensure(!field.empty() && field[0] == 1, "jsonb comes in version 1 of its format");
        return {std::string(field.substr(1))};
    }
    static void encode(WireBuffer& out, const Jsonb& json, TypeOid) {
        *out.extend(1) = 1;
        out.put_bytes(json.text.data(), json.text.size());
    }
};

// A NULL of whatever type the statement wants.
template <>
struct Codec<std::nullopt_t> {
    static constexpr TypeOid kType = type_oid::kAny;
    static constexpr bool writes(TypeOid) { return true; }
};

// Element of arrays that may be NULL.
template <class T>
struct Codec<std::optional<T>> : Codec<T> {};

template <class T>
constexpr bool is_null(const T&) {
    return false;
}
template <class T>
constexpr bool is_null(const std::optional<T>& value) {
    return !value.has_value();
}
constexpr bool is_null(std::nullopt_t) { return true; }
template <class T>
constexpr const T& not_null(const T& value) {
    return value;
}
template <class T>
constexpr const T& not_null(const std::optional<T>& value) {
    return *value;
}

// Length (or -1 for NULL) and bytes, as in an array or a COPY row.
template <class T>
void write_field(WireBuffer& out, const T& value, TypeOid wanted) {
    if (is_null(value)) return out.put(std::int32_t{-1});
    if constexpr (!std::same_as<T, std::nullopt_t>) {
        const std::size_t at = out.size();
        out.extend(4);
        Codec<std::decay_t<T>>::encode(out, not_null(value), wanted);
        out.patch(at, static_cast<std::int32_t>(out.size() - at - 4));
    }
}

template <class T>
struct ArrayCodec {
    static constexpr TypeOid kType = Codec<T>::kArrayType;
    static constexpr bool reads(TypeOid type) {
        return type == kType || (type < type_oid::kFirstUserDefined && wire::element_of(type) != 0 &&
                                 Codec<T>::reads(wire::element_of(type)));
    }
    static constexpr bool writes(TypeOid type) {
        return type == kType || wire::is_native(type) ||
               (wire::element_of(type) != 0 && Codec<T>::writes(wire::element_of(type)));
    }
    static void encode(WireBuffer& out, std::span<const T> values, TypeOid wanted) {
        const TypeOid element = wire::is_native(wanted) || wanted == kType ? Codec<T>::kType : wire::element_of(wanted);
        bool has_null = false;
        for (const T& value : values) has_null = has_null || is_null(value);
        wire::write_array_header(out, {.size = values.size(), .element = element, .has_null = has_null});
        for (const T& value : values) write_field(out, value, element);
    }
};
template <ArrayElement T>
struct Codec<std::span<const T>> : ArrayCodec<T> {};
template <ArrayElement T>
struct Codec<std::span<T>> : ArrayCodec<T> {};
template <ArrayElement T>
struct Codec<std::vector<T>> : ArrayCodec<T> {
    static std::vector<T> decode(std::string_view field) {
        const wire::ArrayHeader header = wire::read_array_header(field);
        std::vector<T> values;
        values.reserve(header.size);
        for (std::size_t i = 0; i < header.size; ++i) values.push_back(next(field));
        return values;
    }

private:
    static T next(std::string_view& field) {
        const auto size = load_be<std::int32_t>(field.data());
        field.remove_prefix(4);
        if (size < 0) return null();
        const auto bytes = field.substr(0, static_cast<std::size_t>(size));
        field.remove_prefix(bytes.size());
        return Codec<T>::decode(bytes);
    }
    static T null() {
        if constexpr (std::constructible_from<T, std::nullopt_t>)
            return T(std::nullopt);
        else
            wire::fail_null();
    }
};

// An integer array as it lies in the receive buffer: valid as long as the row, no NULL elements.
template <std::signed_integral T>
class ArrayView {
public:
    ArrayView() = default;
    explicit ArrayView(std::string_view field) {
        const wire::ArrayHeader header = wire::read_array_header(field);
        if (header.has_null) wire::fail_null();
        size_ = header.size;
        first_ = field.data() + 4;
        if (field.size() != size_ * kStride) wire::fail_size(field.size());
    }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    T operator[](std::size_t i) const { return load_be<T>(first_ + i * kStride); }

private:
    static constexpr std::size_t kStride = 4 + sizeof(T);
    const char* first_ = nullptr;
    std::size_t size_ = 0;
};
template <std::signed_integral T>
struct Codec<ArrayView<T>> {
    static constexpr bool reads(TypeOid type) { return type == Codec<T>::kArrayType; }
    static ArrayView<T> decode(std::string_view field) { return ArrayView<T>(field); }
};

}  // namespace mainspring
