// Time-based one-time codes (RFC 6238: HMAC-SHA-1, 30 seconds, six digits), as every authenticator program makes them.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace mainspring::identity {

inline constexpr std::size_t kTotpSecretBytes = 20;

std::int64_t totp_step(Instant at);
// The code of a step, with its leading zeros.
std::string totp_code(std::span<const std::byte> secret, std::int64_t step, int digits = 6);

// The step that the code is of, the present one or a neighbour, when it is later than the last that was used.
struct TotpTry {
    std::string_view code;
    Instant at;
    std::int64_t last_step = 0;
};
std::optional<std::int64_t> check_totp(std::span<const std::byte> secret, const TotpTry& given);

// otpauth://totp/Mainspring:ann?secret=…&issuer=Mainspring
std::string totp_uri(std::span<const std::byte> secret, std::string_view user);

}  // namespace mainspring::identity
