// Passwords: what makes one good enough, and argon2id.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <expected>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace mainspring::identity {

// At least 12 characters, at most 256 bytes, no control characters, none of the most common passwords (with digits or
// signs at either end left out), and neither the user's name nor a repetition of a few characters. No rule on kinds of
// characters, no expiry (ASVS 5.0, 6.2). The refusal is a sentence.
std::expected<void, std::string> check_password(std::string_view password, std::string_view user);

// OWASP ASVS 5.0 appendix C.
struct HashCost {
    std::uint32_t passes = 2;
    std::uint32_t memory_kib = 19'456;
    std::uint32_t lanes = 1;
};

// Hashes take time and memory on purpose: a few at a time, the others wait in turn, and beyond that they are refused.
class PasswordHasher {
public:
    explicit PasswordHasher(HashCost cost = {}, int at_once = 2, int waiting = 64)
        : cost_(cost), free_(at_once), most_waiting_(waiting) {}

    // A PHC string with a new salt. Nothing: too many wait already.
    std::optional<std::string> hash(std::string_view password);
    enum class Verdict : std::uint8_t { right, right_but_weak, wrong, busy };
    // right_but_weak: it was made at a lower cost than now and should be made anew. An empty PHC string takes as long
    // as any other and is wrong, so that nobody learns which users there are.
    Verdict verify(std::string_view password, std::string_view phc);

private:
    class Turn;
    std::string hash_now(std::string_view password) const;
    bool is_weak(std::string_view phc) const;

    const HashCost cost_;
    std::mutex mutex_;
    std::condition_variable freed_;
    int free_;
    int waiting_ = 0;
    const int most_waiting_;
};

}  // namespace mainspring::identity
