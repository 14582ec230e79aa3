#include "org/sha256.hpp"

#include <openssl/evp.h>

#include "base/ensure.hpp"

namespace mainspring::org {

Sha256 sha256_of(std::string_view bytes) {
    Sha256 digest{};
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned int size = 0;
    const int ok = EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, EVP_sha256(), nullptr);
    ensure(ok == 1 && size == digest.size(), "SHA-256 is available");
    for (std::size_t i = 0; i < digest.size(); ++i) digest[i] = static_cast<std::byte>(out[i]);
    return digest;
}

}  // namespace mainspring::org
