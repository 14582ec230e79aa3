// Numbers that look random and are the same on every machine: xoshiro256** seeded by splitmix64 (Blackman and Vigna,
// public domain reference code). The distributions of <random> differ between libraries; these do not.
#pragma once
#include <array>
#include <bit>
#include <cstdint>

namespace mainspring::sample {

class Random {
public:
    // One stream for each pair: what one account draws never shifts another's numbers.
    Random(std::uint64_t seed, std::uint64_t stream) {
        std::uint64_t state = seed * 0x9E3779B97F4A7C15ULL + stream;
        for (std::uint64_t& word : state_) {
            state += 0x9E3779B97F4A7C15ULL;
            std::uint64_t mixed = state;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
            word = mixed ^ (mixed >> 31);
        }
    }

    std::uint64_t next() {
        const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
        const std::uint64_t shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = std::rotl(state_[3], 45);
        return result;
    }

    // 0 <= result < bound. REQUIRES: bound > 0. The bias of the remainder is below 2^-40 for bounds up to 2^24.
    std::int64_t below(std::int64_t bound) {
        return static_cast<std::int64_t>((next() >> 1) % static_cast<std::uint64_t>(bound));
    }
    // Both ends included.
    std::int64_t between(std::int64_t low, std::int64_t high) { return low + below(high - low + 1); }
    bool chance(int per_mille) { return below(1000) < per_mille; }

private:
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace mainspring::sample
