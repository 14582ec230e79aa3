#include "billing/spill.hpp"

#include <algorithm>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <unistd.h>

#include "base/bytes.hpp"

namespace mainspring::billing {

void SpillWriter::add(const ReadyBill& bill, std::int32_t org_unit_id) {
    ByteWriter to(bytes_);
    to.zigzag(bill.head.account_id);
    to.zigzag(org_unit_id);
    to.zigzag(bill.head.bill_seq);
    to.zigzag(bill.head.replaces_seq);
    to.zigzag(bill.head.period.from.time_since_epoch().count());
    to.zigzag(bill.head.period.days());
    for (const char c : bill.head.currency.code) to.u8(static_cast<std::uint8_t>(c));
    to.zigzag(bill.head.total_minor);
    to.zigzag(bill.head.flags);
    to.varint(bill.legs.size());
    for (const auto& leg : bill.legs) {
        to.zigzag(leg.account_no);
        to.zigzag(leg.amount_minor);
    }
    const auto blob = [&](std::span<const std::uint8_t> bytes) {
        to.text({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    };
    blob(bill.derivation);
    blob(bill.carry);
    blob(bill.sha256);
    ++bills_;
}

std::optional<SpilledBill> SpillReader::next() {
    if (at_ == bytes_.size()) return std::nullopt;
    const std::span<const std::uint8_t> rest = bytes_.subspan(at_);
    ByteReader from(rest);
    SpilledBill bill;
    bill.account_id = from.zigzag();
    bill.org_unit_id = static_cast<std::int32_t>(from.zigzag());
    bill.bill_seq = static_cast<std::int32_t>(from.zigzag());
    bill.replaces_seq = static_cast<std::int32_t>(from.zigzag());
    bill.period.from = Date{std::chrono::days{from.zigzag()}};
    bill.period.to = bill.period.from + std::chrono::days{from.zigzag()};
    for (char& c : bill.currency.code) c = static_cast<char>(from.u8());
    bill.total_minor = from.zigzag();
    bill.flags = static_cast<std::int32_t>(from.zigzag());
    legs_.resize(from.count());
    for (auto& leg : legs_) {
        leg.account_no = static_cast<std::int32_t>(from.zigzag());
        leg.amount_minor = from.zigzag();
    }
    bill.legs = legs_;
    std::size_t end = 0;
    const auto blob = [&]() -> std::span<const std::uint8_t> {
        const std::string_view text = from.text();
        end = static_cast<std::size_t>(reinterpret_cast<const std::uint8_t*>(text.data()) + text.size() - rest.data());
        return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    };
    bill.derivation = blob();
    bill.carry = blob();
    bill.sha256 = blob();
    at_ += end;
    return bill;
}

namespace {

class OpenFile {
public:
    OpenFile(const std::filesystem::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
    ~OpenFile() {
        if (fd_ >= 0) ::close(fd_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    bool write(std::span<const std::uint8_t> bytes) const {
        while (!bytes.empty()) {
            const auto written = ::write(fd_, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) return false;
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        }
        return true;
    }
    bool sync() const { return ::fsync(fd_) == 0; }

private:
    int fd_;
};

}  // namespace

std::filesystem::path SpillFolder::file_of(std::int32_t range_no) const {
    return folder_ / fmt::format("range-{}", range_no);
}

void SpillFolder::save(std::int32_t range_no, std::span<const std::uint8_t> bytes) const {
    if (folder_.empty()) return;
    std::error_code failed;
    std::filesystem::create_directories(folder_, failed);
    // Another process may write the same range: each its own file until it is whole.
    const auto file = file_of(range_no);
    const std::filesystem::path unfinished = fmt::format("{}.{}", file.string(), ::getpid());
    bool whole = false;
    {
        const OpenFile out(unfinished, O_WRONLY | O_CREAT | O_TRUNC);
        whole = out.write(bytes) && out.sync();
    }
    if (whole) std::filesystem::rename(unfinished, file, failed);
    // A full disk costs time, not truth: issue rates the range again.
    if (!whole || failed) std::filesystem::remove(unfinished, failed);
    OpenFile(folder_, O_RDONLY | O_DIRECTORY).sync();
}

std::optional<std::vector<std::uint8_t>> SpillFolder::load(std::int32_t range_no, const Sha256& digest) const {
    if (folder_.empty()) return std::nullopt;
    std::error_code failed;
    const auto size = std::filesystem::file_size(file_of(range_no), failed);
    if (failed) return std::nullopt;
    std::vector<std::uint8_t> bytes(size);
    std::ifstream file(file_of(range_no), std::ios::binary);
    if (!file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size))) return std::nullopt;
    if (sha256_of(bytes) != digest) return std::nullopt;
    return bytes;
}

void SpillFolder::drop(std::int32_t range_no) const {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove(file_of(range_no), ignored);
}

}  // namespace mainspring::billing
