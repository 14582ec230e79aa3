// Some rows of an accounts file against what the database holds: one transaction's work.
#pragma once
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "customer/account_row.hpp"
#include "customer/customer_store.hpp"
#include "customer/import_report.hpp"
#include "org/org_service.hpp"

namespace mainspring::customer {

struct ChunkContext {
    const org::Utility& utility;
    const org::OrgTree& units;
    std::int32_t org_unit_id = 0;  // for which is imported: what lies outside of it is left alone
    std::int32_t actor_id = 0;
    std::int32_t points_of_cell = 0;
    Instant at;  // of the transaction (org::moment_of_facts)
    Date today;  // of the utility
    std::string file;
};

struct ChunkResult {
    ImportReport report;
    std::vector<std::pair<int, LineOutcome>> lines;
};

class AccountChunk {
public:
    AccountChunk(Tx& tx, const ChunkContext& context);
    // Locks, reads, decides, writes.
    ChunkResult run(std::span<const AccountRow> rows);

private:
    struct PointState {
        ServicePoint point;
        std::vector<Agreement> agreements;
    };
    struct CellState {
        LastIds last;
        std::int32_t service_points = 0, new_points = 0;
    };
    struct Rejected {
        std::string_view field;
        std::string reason;
    };

    void load(std::span<const AccountRow> rows);
    LineOutcome apply(const AccountRow& row);
    void check_account(const AccountRow& row, const Account& account, const Party* party) const;
    static void check_premise(const AccountRow& row, const Premise& premise);
    static void check_point(const AccountRow& row, const ServicePoint& point, const Premise* premise);
    SupplyChange supply_change(const AccountRow& row, const Account* account, const PointState* point);
    // An account and a premise are of the unit of their cell.
    std::int32_t unit_of(CellId cell) const;
    void check_unit(CellId cell, std::string_view field) const;
    CellId cell_for(const Account* account, const Premise* premise);
    CellState& cell_state(CellId cell);

    Party& party_of(const AccountRow& row, CellId cell, LineOutcome& outcome);
    void restate(Party& party, const AccountRow& row, LineOutcome& outcome);
    Account& account_of(const AccountRow& row, CellId cell, const Party& party);
    Premise& premise_of(const AccountRow& row, CellId cell);
    PointState& point_of(const AccountRow& row, const Premise& premise);
    void write_supply(const Account& account, PointState& point, const SupplyChange& change, LineOutcome& outcome);
    void finish();

    Tx& tx_;
    const ChunkContext& context_;
    std::vector<org::Cell> cells_;
    std::unordered_map<std::int32_t, CellState> states_;
    std::optional<CellId> open_cell_;
    std::unordered_map<std::string, Party> parties_;
    std::unordered_map<std::string, Premise> premises_;
    std::unordered_map<std::string, PointState> points_;
    std::unordered_map<std::string, Account> accounts_;
    CustomerRows new_rows_;
};

}  // namespace mainspring::customer
