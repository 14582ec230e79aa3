#include "identity/totp.hpp"

#include <array>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/ensure.hpp"
#include "identity/secret.hpp"

namespace mainspring::identity {

std::int64_t totp_step(Instant at) {
    return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count() / 30;
}

std::string totp_code(std::span<const std::byte> secret, std::int64_t step, int digits) {
    std::array<unsigned char, 8> message{};
    for (std::size_t i = 0; i < message.size(); ++i)
        message[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (8 * (message.size() - 1 - i)));
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), message.data(), message.size(), digest.data(),
         &size);
    ensure(size == 20, "HMAC-SHA-1 has 20 bytes");
    // RFC 4226, 5.3.
    const std::size_t at = digest[size - 1] & 0x0fU;
    const std::uint32_t number = (static_cast<std::uint32_t>(digest[at] & 0x7fU) << 24U) |
                                 (static_cast<std::uint32_t>(digest[at + 1]) << 16U) |
                                 (static_cast<std::uint32_t>(digest[at + 2]) << 8U) | digest[at + 3];
    std::uint32_t limit = 1;
    for (int i = 0; i < digits; ++i) limit *= 10;
    return fmt::format("{:0{}}", number % limit, digits);
}

std::optional<std::int64_t> check_totp(std::span<const std::byte> secret, const TotpTry& given) {
    const std::int64_t now = totp_step(given.at);
    for (const std::int64_t step : {now, now - 1, now + 1})
        if (step > given.last_step && same_secret(totp_code(secret, step), given.code)) return step;
    return std::nullopt;
}

std::string totp_uri(std::span<const std::byte> secret, std::string_view user) {
    std::string name;
    for (const char c : user) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
        name += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return fmt::format("otpauth://totp/Mainspring:{}?secret={}&issuer=Mainspring", name, base32(secret));
}

}  // namespace mainspring::identity
