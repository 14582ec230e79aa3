#include "identity/secret.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "base/ensure.hpp"

namespace mainspring::identity {
namespace {

// `width` bits a character.
std::string in_letters(std::span<const std::byte> bytes, std::string_view letters, int width) {
    std::string text;
    unsigned held = 0;
    int bits = 0;
    for (const std::byte each : bytes) {
        held = (held << 8U) | static_cast<unsigned>(each);
        bits += 8;
        while (bits >= width) {
            bits -= width;
            text += letters[(held >> static_cast<unsigned>(bits)) & ((1U << static_cast<unsigned>(width)) - 1U)];
        }
        held &= (1U << static_cast<unsigned>(bits)) - 1U;
    }
    if (bits > 0)
        text += letters[(held << static_cast<unsigned>(width - bits)) & ((1U << static_cast<unsigned>(width)) - 1U)];
    return text;
}

}  // namespace

std::vector<std::byte> random_bytes(std::size_t count) {
    std::vector<unsigned char> bytes(count);
    ensure(RAND_bytes(bytes.data(), static_cast<int>(count)) == 1, "the system gives random bytes");
    std::vector<std::byte> out(count);
    for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::byte>(bytes[i]);
    return out;
}

std::string new_token() { return base64url(random_bytes(32)); }

bool same_secret(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string csrf_of(std::string_view session_token) {
    return base64url(org::sha256_of(std::string("csrf of ").append(session_token)));
}

std::string base64url(std::span<const std::byte> bytes) {
    return in_letters(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 6);
}

std::string base32(std::span<const std::byte> bytes) {
    return in_letters(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5);
}

std::string hex(std::span<const std::byte> bytes) { return in_letters(bytes, "0123456789abcdef", 4); }

}  // namespace mainspring::identity
