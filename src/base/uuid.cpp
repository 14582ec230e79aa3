#include "base/uuid.hpp"

#include <cstring>
#include <sys/random.h>

#include "base/ensure.hpp"

namespace mainspring {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

constexpr bool hyphen_before(std::size_t byte) { return byte == 4 || byte == 6 || byte == 8 || byte == 10; }

void fill_random(std::uint8_t* to, std::size_t size) {
    ensure(getrandom(to, size, 0) == static_cast<ssize_t>(size), "the kernel gives random bytes");
}

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    Uuid uuid;
    std::size_t at = 0;
    for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
        if (hyphen_before(i) && text[at++] != '-') return std::nullopt;
        const int high = hex_digit(text[at]);
        const int low = hex_digit(text[at + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        uuid.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
        at += 2;
    }
    return uuid;
}

Uuid Uuid::random_v7(const Clock& clock) {
    Uuid uuid;
    const auto milliseconds = static_cast<std::uint64_t>(clock.now().time_since_epoch().count());
    for (std::size_t i = 0; i < 6; ++i) uuid.bytes[i] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - i)));
    fill_random(uuid.bytes.data() + 6, 10);
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0f) | 0x70);
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
    return uuid;
}

std::string format_uuid(const Uuid& uuid) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
        if (hyphen_before(i)) text += '-';
        text += kDigits[uuid.bytes[i] >> 4];
        text += kDigits[uuid.bytes[i] & 0x0f];
    }
    return text;
}

}  // namespace mainspring

std::size_t std::hash<mainspring::Uuid>::operator()(const mainspring::Uuid& uuid) const noexcept {
    std::uint64_t parts[2];
    std::memcpy(parts, uuid.bytes.data(), sizeof parts);
    return static_cast<std::size_t>(parts[0] ^ (parts[1] * 0x9e3779b97f4a7c15ULL));
}
