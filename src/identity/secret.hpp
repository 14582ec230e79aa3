// Random secrets and how they are written. Only their SHA-256 is stored.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "org/sha256.hpp"

namespace mainspring::identity {

// From the operating system's generator.
std::vector<std::byte> random_bytes(std::size_t count);
// 256 random bits, base64url without padding: 43 characters.
std::string new_token();

// Takes as long for any two texts of one length.
bool same_secret(std::string_view a, std::string_view b);

// What X-CSRF-Token says in the session of this token: whoever has the one can tell the other, nobody else.
std::string csrf_of(std::string_view session_token);

std::string base64url(std::span<const std::byte> bytes);
// RFC 4648, without padding, as authenticator programs want it.
std::string base32(std::span<const std::byte> bytes);
std::string hex(std::span<const std::byte> bytes);

}  // namespace mainspring::identity
