#include "identity/password.hpp"

#include <algorithm>
#include <argon2.h>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <set>

#include "base/ensure.hpp"
#include "identity/secret.hpp"

namespace mainspring::identity {
namespace {

constexpr std::size_t kFewestCharacters = 12;
constexpr std::size_t kMostBytes = 256;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;

// The cores of common passwords: lists of leaks are these with digits, years and signs around them, or said twice.
constexpr std::array<std::string_view, 64> kCommon{
    "password",   "passwort", "passw0rd",  "p@ssw0rd",  "p@ssword",   "letmein",     "welcome",       "qwerty",
    "qwertyuiop", "qwertyui", "asdfghjkl", "zxcvbnm",   "1q2w3e4r5t", "1qaz2wsx",    "iloveyou",      "ihateyou",
    "princess",   "sunshine", "football",  "baseball",  "superman",   "batman",      "dragon",        "monkey",
    "master",     "shadow",   "michael",   "jordan",    "computer",   "internet",    "administrator", "admin",
    "changeme",   "default",  "secret",    "trustno",   "starwars",   "whatever",    "charlie",       "pokemon",
    "liverpool",  "chelsea",  "arsenal",   "chocolate", "butterfly",  "flower",      "loveyou",       "lovely",
    "hello",      "freedom",  "mustang",   "access",    "mainspring", "electricity", "utility",       "meter",
    "billing",    "cashier",  "abc",       "abcd",      "test",       "guest",       "login",         "user"};

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (static_cast<unsigned char>(c) & 0x80) != 0; }

// Without what people put around a word.
std::string_view core_of(std::string_view text) {
    while (!text.empty() && !is_letter(text.front())) text.remove_prefix(1);
    while (!text.empty() && !is_letter(text.back())) text.remove_suffix(1);
    return text;
}

// "abcabcabc" and "123412341234" too.
bool repeats(std::string_view text) {
    for (std::size_t period = 1; period * 2 <= text.size() && period <= 6; ++period) {
        bool same = true;
        for (std::size_t i = period; i < text.size() && same; ++i) same = text[i] == text[i - period];
        if (same) return true;
    }
    return false;
}

// "123456789012", "abcdefghijkl" and backwards.
bool counts(std::string_view text) {
    for (const int step : {1, -1}) {
        std::size_t steps = 0;
        for (std::size_t i = 1; i < text.size(); ++i)
            steps += text[i] - text[i - 1] == step || (text[i - 1] == '9' && text[i] == '0' && step == 1) ||
                     (text[i - 1] == '0' && text[i] == '9' && step == -1);
        if (steps + 1 == text.size()) return true;
    }
    return false;
}

bool is_common(std::string_view word) {
    const std::string_view core = core_of(word);
    if (core.empty()) return false;
    for (const std::string_view common : kCommon) {
        if (core == common || word == common) return true;
        // Said twice or thrice, or common words in a row.
        std::string rest(core);
        for (std::size_t at = rest.find(common); at != std::string::npos; at = rest.find(common))
            rest.erase(at, common.size());
        if (core_of(rest).empty()) return true;
    }
    return false;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::expected<void, std::string> check_password(std::string_view password, std::string_view user) {
    const auto refuse = [](std::string_view why) { return std::unexpected(std::string(why)); };
    if (password.size() > kMostBytes) return refuse("a password has at most 256 bytes");
    if (characters(password) < kFewestCharacters) return refuse("a password has at least 12 characters");
    if (std::ranges::any_of(password, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
        return refuse("a password has no control characters");
    const std::string word = lower(password);
    if (repeats(word) || counts(word)) return refuse("this password is a row of characters that is easily guessed");
    if (is_common(word)) return refuse("this password is among the most common ones");
    const std::string name = lower(user);
    if (name.size() >= 3 && core_of(word).find(core_of(name)) != std::string_view::npos && !core_of(name).empty() &&
        core_of(word).size() < core_of(name).size() + 6)
        return refuse("this password is made from the user's name");
    return {};
}

// Holds one of the few places while a hash is made.
class PasswordHasher::Turn {
public:
    explicit Turn(PasswordHasher& hasher) : hasher_(hasher) {
        std::unique_lock lock(hasher_.mutex_);
        if (hasher_.free_ == 0 && hasher_.waiting_ >= hasher_.most_waiting_) return;
        ++hasher_.waiting_;
        hasher_.freed_.wait(lock, [&] { return hasher_.free_ > 0; });
        --hasher_.waiting_;
        --hasher_.free_;
        has_place_ = true;
    }
    ~Turn() {
        if (!has_place_) return;
        const std::lock_guard lock(hasher_.mutex_);
        ++hasher_.free_;
        hasher_.freed_.notify_one();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    bool has_place() const { return has_place_; }

private:
    PasswordHasher& hasher_;
    bool has_place_ = false;
};

std::string PasswordHasher::hash_now(std::string_view password) const {
    const auto salt = random_bytes(kSaltBytes);
    std::string phc(argon2_encodedlen(cost_.passes, cost_.memory_kib, cost_.lanes, kSaltBytes, kHashBytes, Argon2_id),
                    '\0');
    const int code =
        argon2id_hash_encoded(cost_.passes, cost_.memory_kib, cost_.lanes, password.data(), password.size(),
                              salt.data(), salt.size(), kHashBytes, phc.data(), phc.size());
    ensure(code == ARGON2_OK, fmt::format("a password can be hashed: {}", argon2_error_message(code)));
    phc.resize(phc.find('\0'));
    return phc;
}

std::optional<std::string> PasswordHasher::hash(std::string_view password) {
    const Turn turn(*this);
    if (!turn.has_place()) return std::nullopt;
    return hash_now(password);
}

PasswordHasher::Verdict PasswordHasher::verify(std::string_view password, std::string_view phc) {
    const Turn turn(*this);
    if (!turn.has_place()) return Verdict::busy;
    if (phc.empty()) {
        hash_now(password);
        return Verdict::wrong;
    }
    const int code = argon2id_verify(std::string(phc).c_str(), password.data(), password.size());
    if (code == ARGON2_VERIFY_MISMATCH) return Verdict::wrong;
    ensure(code == ARGON2_OK, fmt::format("a stored password is a PHC string: {}", argon2_error_message(code)));
    return is_weak(phc) ? Verdict::right_but_weak : Verdict::right;
}

// "$argon2id$v=19$m=19456,t=2,p=1$…"
bool PasswordHasher::is_weak(std::string_view phc) const {
    const auto number = [&](std::string_view key) {
        std::uint32_t value = 0;
        const std::size_t at = phc.find(key);
        if (at != std::string_view::npos) std::from_chars(phc.data() + at + key.size(), phc.data() + phc.size(), value);
        return value;
    };
    return number("m=") < cost_.memory_kib || number(",t=") < cost_.passes || number(",p=") < cost_.lanes;
}

}  // namespace mainspring::identity
