// SQL of the schema customer and its mapping.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "customer/agreement.hpp"
#include "quantity/quantity.hpp"
#include "storage/pool.hpp"

namespace mainspring::customer {

struct PartyText {
    std::string name, language;
    std::vector<std::string> address;
    std::optional<std::string> email, phone, tax_number;
    friend bool operator==(const PartyText&, const PartyText&) = default;
};

struct PartyFact {
    Date valid_from;
    std::int16_t version = 1;
    bool voided = false;
    PartyText text;
};

struct Party {
    CellId cell;
    std::int64_t party_id = 0;
    std::string code;
    std::vector<PartyFact> rows;
};

struct Premise {
    CellId cell;
    std::int64_t premise_id = 0;
    std::string code;
    std::vector<std::string> address;
};

struct ServicePoint {
    CellId cell;
    std::int64_t service_point_id = 0, premise_id = 0;
    std::string code;
    Commodity commodity = Commodity::electricity;
    std::optional<std::string> gas_zone;
};

struct Account {
    CellId cell;
    std::int64_t account_id = 0;
    std::string code;
    CellId party_cell;
    std::int64_t party_id = 0;
    std::int32_t legal_entity_id = 0, org_unit_id = 0;
    std::string currency, cycle;
    Date opened_on;
};

// Objects of the cells by their codes; unknown codes are left out.
struct CodeQuery {
    std::span<const CellId> cells;
    std::span<const std::string> codes;
};
std::vector<Party> select_parties(Tx& tx, const CodeQuery& query);
std::vector<Premise> select_premises(Tx& tx, const CodeQuery& query);
std::vector<ServicePoint> select_service_points(Tx& tx, const CodeQuery& query);
std::map<std::int64_t, std::string> select_service_point_codes(Tx& tx, CellId cell,
                                                               std::span<const std::int64_t> points);
std::vector<Account> select_accounts(Tx& tx, const CodeQuery& query);
std::optional<Account> select_account(Tx& tx, CellId cell, std::int64_t account_id);

// Every agreement of each service point with all rows. Whoever means to add one locks the cell first (org::lock_cell),
// so that two statements about one point cannot pass each other.
std::unordered_map<std::int64_t, std::vector<Agreement>> select_agreements(Tx& tx, CellId cell,
                                                                           std::span<const std::int64_t> points);

// From the columns fact_names and, after it, fact_values_micro.
std::vector<StatedFact> stated_facts(const Row& row, std::size_t names_column);

// The highest ids of the cell in use.
struct LastIds {
    std::int64_t party = 0, premise = 0, service_point = 0, account = 0, agreement = 0;
};
// REQUIRES: the cell is locked.
LastIds select_last_ids(Tx& tx, CellId cell);

// New rows, gathered for one COPY each.
class CustomerRows {
public:
    CustomerRows(std::int32_t actor_id, Instant at) : actor_id_(actor_id), at_(at) {}
    void add(const Party& party, const PartyFact& fact);
    void add(const Premise& premise, std::int32_t org_unit_id);
    void add(const ServicePoint& point);
    void add(const Account& account);
    void add(CellId cell, const Agreement& agreement, const AgreementFact& fact);
    // In the order of the foreign keys.
    void copy_to(Tx& tx);
    std::int64_t rows() const;

private:
    std::int32_t actor_id_;
    Instant at_;
    CopyBuffer parties_, premises_, points_, accounts_, agreements_;
};

}  // namespace mainspring::customer
