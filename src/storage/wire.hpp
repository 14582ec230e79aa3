// Bytes on PostgreSQL's wire: big-endian integers in one growing, reusable buffer; numbers of the built-in types.
#pragma once
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace mainspring {

// pg_type.oid of the types that we speak (src/include/catalog/pg_type.dat of PostgreSQL 15).
using TypeOid = std::uint32_t;
namespace type_oid {
inline constexpr TypeOid kAny = 0;
inline constexpr TypeOid kBool = 16, kBytea = 17, kName = 19, kInt8 = 20, kInt2 = 21, kInt4 = 23, kText = 25, kOid = 26;
inline constexpr TypeOid kJson = 114, kUnknown = 705, kBpchar = 1042, kVarchar = 1043, kDate = 1082;
inline constexpr TypeOid kTimestamptz = 1184, kUuid = 2950, kJsonb = 3802;
inline constexpr TypeOid kBoolArray = 1000, kByteaArray = 1001, kInt2Array = 1005, kInt4Array = 1007, kTextArray = 1009;
inline constexpr TypeOid kVarcharArray = 1015, kInt8Array = 1016, kDateArray = 1182, kTimestamptzArray = 1185;
inline constexpr TypeOid kUuidArray = 2951, kJsonbArray = 3807;
// Enums and domains of ours: their bytes are those of the type beneath.
inline constexpr TypeOid kFirstUserDefined = 16384;
}  // namespace type_oid

template <std::integral T>
void store_be(char* to, T value) {
    if constexpr (sizeof(T) > 1) value = std::byteswap(value);
    std::memcpy(to, &value, sizeof value);
}

template <std::integral T>
T load_be(const char* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    if constexpr (sizeof(T) > 1) value = std::byteswap(value);
    return value;
}

class WireBuffer {
public:
    // Room for `size` more bytes, to be filled by the caller; valid until the next call.
    char* extend(std::size_t size) {
        if (capacity_ - size_ < size) [[unlikely]]
            grow(size);
        char* at = data_.get() + size_;
        size_ += size;
        return at;
    }
    template <std::integral T>
    void put(T value) {
        store_be(extend(sizeof(T)), value);
    }
    void put_bytes(const void* from, std::size_t size) {
        if (size != 0) std::memcpy(extend(size), from, size);
    }
    template <std::integral T>
    void patch(std::size_t at, T value) {
        store_be(data_.get() + at, value);
    }
    void clear() { size_ = 0; }
    std::size_t size() const { return size_; }
    const char* data() const { return data_.get(); }
    std::string_view view() const { return {data_.get(), size_}; }

private:
    void grow(std::size_t size);

    std::unique_ptr<char[]> data_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace mainspring
