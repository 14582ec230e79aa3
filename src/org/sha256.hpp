// SHA-256 (FIPS 180-4), the name of a file's content or of a request.
#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace mainspring::org {

using Sha256 = std::array<std::byte, 32>;
Sha256 sha256_of(std::string_view bytes);

}  // namespace mainspring::org
