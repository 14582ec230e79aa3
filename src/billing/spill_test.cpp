#include "billing/spill.hpp"

#include <fstream>

#include "base/bytes.hpp"
#include "billing/billing_test_help.hpp"

using namespace mainspring;
using namespace mainspring::billing;
using rating::testing::day;

namespace {

ReadyBill ready(std::int64_t account, std::int64_t total) {
    ReadyBill bill;
    bill.head.account_id = account;
    bill.head.bill_seq = 4;
    bill.head.replaces_seq = 3;
    bill.head.period = {day("2026-01-01"), day("2026-02-01")};
    bill.head.currency = Currency{{'C', 'N', 'Y'}};
    bill.head.total_minor = total;
    bill.head.flags = kFinal;
    if (total != 0) bill.legs = {{1110, total}, {4110, -total}};
    bill.derivation = {1, 2, 3};
    bill.carry = {4, 5};
    bill.sha256 = sha256_of(bill.derivation);
    return bill;
}

SpillWriter two_bills() {
    SpillWriter writer;
    writer.add(ready(7, 155'00), 3);
    writer.add(ready(8, 0), -1);
    return writer;
}

std::vector<std::uint8_t> copy_of(std::span<const std::uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

struct Folder {
    ~Folder() { std::filesystem::remove_all(path); }
    std::filesystem::path file() const { return path / "range-2"; }
    std::filesystem::path path = std::filesystem::temp_directory_path() /
                                 fmt::format("mainspring-spill-{}", reinterpret_cast<std::uintptr_t>(this));
};

}  // namespace

TEST_CASE("bills come back from the spill as they went in") {
    const SpillWriter writer = two_bills();
    CHECK(writer.bills() == 2);
    SpillReader reader(writer.bytes());
    auto bill = reader.next();
    REQUIRE(bill.has_value());
    CHECK(bill->account_id == 7);
    CHECK(bill->org_unit_id == 3);
    CHECK(bill->bill_seq == 4);
    CHECK(bill->replaces_seq == 3);
    CHECK(bill->period == DateRange{day("2026-01-01"), day("2026-02-01")});
    CHECK(bill->currency == Currency{{'C', 'N', 'Y'}});
    CHECK(bill->total_minor == 155'00);
    CHECK(bill->flags == kFinal);
    CHECK(std::vector<Leg>(bill->legs.begin(), bill->legs.end()) == ready(7, 155'00).legs);
    CHECK(copy_of(bill->derivation) == ready(7, 1).derivation);
    CHECK(copy_of(bill->carry) == ready(7, 1).carry);
    CHECK(copy_of(bill->sha256) == copy_of(ready(7, 1).sha256));
    bill = reader.next();
    REQUIRE(bill.has_value());
    CHECK(bill->org_unit_id == -1);
    CHECK(bill->legs.empty());
    CHECK_FALSE(reader.next().has_value());
    CHECK_FALSE(SpillReader(std::span<const std::uint8_t>()).next().has_value());
}

TEST_CASE("a spill that is cut off is refused") {
    const auto bytes = copy_of(two_bills().bytes());
    int whole = 0;
    for (std::size_t length = 1; length < bytes.size(); ++length) {
        SpillReader reader(std::span<const std::uint8_t>(bytes).first(length));
        try {
            while (reader.next()) {
            }
            ++whole;
        } catch (const BytesError&) {
        }
    }
    CHECK(whole == 1);  // the first bill alone; the digest of the range is another
}

TEST_CASE("a folder gives back only what was rated") {
    const Folder place;
    const SpillFolder folder(place.path);
    const SpillWriter writer = two_bills();
    folder.save(2, writer.bytes());
    CHECK(folder.load(2, writer.digest()) == copy_of(writer.bytes()));
    CHECK_FALSE(folder.load(1, writer.digest()).has_value());
    CHECK_FALSE(folder.load(2, sha256_of({})).has_value());

    for (std::size_t at = 0; at < writer.bytes().size(); at += 7) {
        auto changed = copy_of(writer.bytes());
        changed[at] ^= 1;
        std::ofstream(place.file(), std::ios::binary)
            .write(reinterpret_cast<const char*>(changed.data()), static_cast<std::streamsize>(changed.size()));
        CHECK_FALSE(folder.load(2, writer.digest()).has_value());
    }
    std::filesystem::resize_file(place.file(), 3);
    CHECK_FALSE(folder.load(2, writer.digest()).has_value());

    folder.save(2, writer.bytes());
    folder.drop(2);
    CHECK_FALSE(std::filesystem::exists(place.file()));
    folder.drop(2);
}

TEST_CASE("without a folder nothing is kept") {
    const SpillFolder none{std::filesystem::path()};
    const SpillWriter writer = two_bills();
    none.save(2, writer.bytes());
    none.drop(2);
    CHECK_FALSE(none.load(2, writer.digest()).has_value());
    CHECK_FALSE(SpillFolder("/dev/null/nowhere").load(2, writer.digest()).has_value());
    SpillFolder("/dev/null/nowhere").save(2, writer.bytes());
}
