// A small utility with customers, meters, reads and tariffs in a database of its own, and the commands to bill it.
//
//   A01 … A06  flat tariff, one register: 100, 200, … 600 kWh in January and as much in February
//   A07        energy only, a meter that stands still: bills of zero
//   A08        no read on its first day: opening_read_missing
//   A09        is paid for what it uses: bill_negative
//   A10        lamps without a meter
//   A11        an interval channel, 1 kWh an hour
//   A12        two service points, 100 and 200 kWh a month
//
// Actors: the command line's (administrator), 7 (billing), 8 (auditor). Five service points a cell; flat: 0.5 a kWh,
// 0.1 a day, 13 % tax on both.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "billing/billing_store.hpp"
#include "billing/resources.hpp"
#include "billing/run_service.hpp"
#include "customer/customer_service.hpp"
#include "org/org_service.hpp"
#include "support/test_database.hpp"

namespace mainspring {

// "2026-02-01"
Date date_of(std::string_view text);

class BillingSample {
public:
    BillingSample();
    // Whatever a test did, the books must be right.
    ~BillingSample();
    BillingSample(const BillingSample&) = delete;
    BillingSample& operator=(const BillingSample&) = delete;

    Pool& pool() { return database.app(); }
    const FixedClock& clock() const { return clock_; }
    // Later commands see later facts.
    void pass_time(std::chrono::hours by = std::chrono::hours{1}) { clock_ = FixedClock(clock_.now() + by); }

    // Facts
    // -------------------------------------------------------------------------------------------------------------
    struct TariffText {
        std::string key, version = "1", effective = "2020-01-01";
        std::string charges;  // rows of the YAML list
        std::string lines;  // what they come to in ten days without use, "energy: '0'"
        std::string total = "0", calendar = {};
        std::string head = {};  // further rows of the head, such as facts
    };
    // Drafts and activates. Gives the version's id.
    std::int64_t add_tariff(const TariffText& tariff);
    // "A01,S01,flat": account, service point, tariff; "A01,S01,flat,contract_kw=2" with stated facts.
    void add_customers(const std::vector<std::string>& rows, std::string_view valid_from = "2026-01-01");
    // "S01,M01,2026-02-01,1300"
    void add_reads(const std::vector<std::string>& rows);
    struct Correction {
        std::string point, on, value;
    };
    void correct_read(const Correction& correction);

    customer::AccountRef account(std::string_view code);
    customer::ServicePointRef point(const std::string& code);

    // Runs
    // --------------------------------------------------------------------------------------------------------------
    billing::RunCommand january() const;
    billing::RunCommand february() const;
    // REQUIRES: not refused.
    std::int64_t start(const billing::RunCommand& command);
    billing::ExecuteOptions options(std::int64_t run_id, int workers = 2) const;
    billing::Executed execute(const billing::ExecuteOptions& options);
    std::int64_t bill(const billing::RunCommand& command);  // start and execute
    std::string digest(std::int64_t run_id);
    billing::RunStatus status(std::int64_t run_id);

    // What came of it
    // ---------------------------------------------------------------------------------------------------
    std::vector<billing::store::StoredBill> bills(std::string_view account_code);
    std::int64_t owed(std::string_view account_code);
    void pay(std::string_view account_code, std::int64_t minor);
    std::int64_t count(const std::string& from);

    TestDatabase database;
    org::Actor actor;
    std::filesystem::path folder;

private:
    std::filesystem::path write(std::string_view name, std::string_view text) const;
    void add_meters();
    void add_channel_days();

    FixedClock clock_;
};

}  // namespace mainspring
