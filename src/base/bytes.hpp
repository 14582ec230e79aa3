// Compact binary text of our own: varints, zigzag for signed numbers, length-prefixed strings. What is written is
// hashed and kept for ever, so the encoding of a value is unique.
#pragma once
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace mainspring {

// The bytes are not what the reader expects: truncated, too long, or of an unknown version.
class BytesError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Appends to a buffer owned by the caller, so that the buffer can be reused.
class ByteWriter {
public:
    explicit ByteWriter(std::vector<std::uint8_t>& out) : out_(out) {}

    void u8(std::uint8_t value) { out_.push_back(value); }
    void varint(std::uint64_t value) {
        while (value >= 0x80) {
            out_.push_back(static_cast<std::uint8_t>(value | 0x80));
            value >>= 7;
        }
        out_.push_back(static_cast<std::uint8_t>(value));
    }
    void zigzag(std::int64_t value) {
        varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
    }
    void text(std::string_view value) {
        varint(value.size());
        out_.insert(out_.end(), value.begin(), value.end());
    }

private:
    std::vector<std::uint8_t>& out_;
};

// Throws BytesError rather than reading past the end.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

    std::uint8_t u8() {
        if (at_ >= bytes_.size()) throw BytesError("truncated");
        return bytes_[at_++];
    }
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            const std::uint8_t byte = u8();
            if (shift == 63 && byte > 1) throw BytesError("number too long");
            value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
            if ((byte & 0x80) == 0) return value;
        }
        throw BytesError("number too long");
    }
    std::int64_t zigzag() {
        const std::uint64_t value = varint();
        return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
    }
    // A count of things that each take at least one byte.
    std::size_t count() {
        const std::uint64_t value = varint();
        if (value > bytes_.size() - at_) throw BytesError("count beyond the end");
        return static_cast<std::size_t>(value);
    }
    std::string_view text() {
        const std::size_t size = count();
        const std::string_view value(reinterpret_cast<const char*>(bytes_.data() + at_), size);
        at_ += size;
        return value;
    }
    bool at_end() const { return at_ == bytes_.size(); }

private:
    std::span<const std::uint8_t> bytes_;
    std::size_t at_ = 0;
};

}  // namespace mainspring
