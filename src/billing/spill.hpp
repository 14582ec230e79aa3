// The rated bills of a range between the phases rate and issue: a file that can always be made again, and the digest
// that says it is the same. Never the only copy of anything; yet it outlasts a power cut, so that issue need not rate.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "billing/account_bill.hpp"

namespace mainspring::billing {

// What issue needs of one bill. Spans point into the range's buffer.
struct SpilledBill {
    std::int64_t account_id = 0;
    std::int32_t org_unit_id = 0;
    std::int32_t bill_seq = 0, replaces_seq = 0;
    DateRange period;
    Currency currency;
    std::int64_t total_minor = 0;
    std::int32_t flags = 0;
    std::span<const Leg> legs;
    std::span<const std::uint8_t> derivation, carry, sha256;
};

class SpillWriter {
public:
    void add(const ReadyBill& bill, std::int32_t org_unit_id);
    std::int32_t bills() const { return bills_; }
    std::span<const std::uint8_t> bytes() const { return bytes_; }
    Sha256 digest() const { return sha256_of(bytes_); }

private:
    std::vector<std::uint8_t> bytes_;
    std::int32_t bills_ = 0;
};

class SpillReader {
public:
    // The bytes must outlive the reader and its bills. Throws BytesError later, when they are not what SpillWriter
    // wrote.
    explicit SpillReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
    std::optional<SpilledBill> next();

private:
    std::span<const std::uint8_t> bytes_;
    std::size_t at_ = 0;
    std::vector<Leg> legs_;
};

// A folder of spilled ranges; with an empty path nothing is kept and issue rates again.
class SpillFolder {
public:
    explicit SpillFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}
    // On disk when it returns, whole or not at all.
    void save(std::int32_t range_no, std::span<const std::uint8_t> bytes) const;
    // Nothing when the file is absent or its digest is another.
    std::optional<std::vector<std::uint8_t>> load(std::int32_t range_no, const Sha256& digest) const;
    void drop(std::int32_t range_no) const;

private:
    std::filesystem::path file_of(std::int32_t range_no) const;
    std::filesystem::path folder_;
};

}  // namespace mainspring::billing
