#include "customer/customer_store.hpp"

#include "base/ensure.hpp"

namespace mainspring::customer {
namespace {

const Statement kParties{
    "customer.parties_by_code",
    "select cell_id, party_id, code, valid_from, version, voided, name, language, address, email, phone, tax_number "
    "from customer.party where code = any($1) and cell_id = any($2) order by cell_id, party_id, valid_from, version"};
const Statement kPremises{"customer.premises_by_code",
                          "select cell_id, premise_id, code, address from customer.premise "
                          "where code = any($1) and cell_id = any($2)"};
const Statement kServicePointCodes{
    "customer.service_point_codes",
    "select service_point_id, code from customer.service_point where cell_id = $1 and service_point_id = any($2)"};
const Statement kServicePoints{
    "customer.service_points_by_code",
    "select cell_id, service_point_id, premise_id, code, commodity, gas_zone from customer.service_point "
    "where code = any($1) and cell_id = any($2)"};
const Statement kAccounts{
    "customer.accounts_by_code",
    "select cell_id, account_id, code, party_cell_id, party_id, legal_entity_id, org_unit_id, currency::text, cycle, "
    "opened_on from customer.account where code = any($1) and cell_id = any($2)"};
const Statement kAccount{
    "customer.account_by_id",
    "select cell_id, account_id, code, party_cell_id, party_id, legal_entity_id, org_unit_id, currency::text, cycle, "
    "opened_on from customer.account where cell_id = $1 and account_id = $2"};
const Statement kAgreements{
    "customer.agreements_of_points",
    "select service_point_id, account_id, agreement_id, valid_from, version, voided, ended, tariff, customer_class, "
    "entitlements, dwellings, fact_names, fact_values_micro from customer.agreement where cell_id = $1 and "
    "service_point_id = any($2) "
    "order by service_point_id, account_id, agreement_id, valid_from, version"};
const Statement kLastIds{"customer.last_ids",
                         "select coalesce((select max(party_id) from customer.party where cell_id = $1), 0), "
                         "coalesce((select max(premise_id) from customer.premise where cell_id = $1), 0), "
                         "coalesce((select max(service_point_id) from customer.service_point where cell_id = $1), 0), "
                         "coalesce((select max(account_id) from customer.account where cell_id = $1), 0), "
                         "coalesce((select max(agreement_id) from customer.agreement where cell_id = $1), 0)"};

std::vector<std::int32_t> numbers_of(std::span<const CellId> cells) {
    std::vector<std::int32_t> out;
    out.reserve(cells.size());
    for (const CellId cell : cells) out.push_back(cell.value);
    return out;
}

Account account_from(const Row& row) {
    Account account;
    account.cell = row.get<CellId>(0);
    account.account_id = row.get<std::int64_t>(1);
    account.code = row.get<std::string>(2);
    account.party_cell = row.get<CellId>(3);
    account.party_id = row.get<std::int64_t>(4);
    account.legal_entity_id = row.get<std::int32_t>(5);
    account.org_unit_id = row.get<std::int32_t>(6);
    account.currency = row.get<std::string>(7);
    account.cycle = row.get<std::string>(8);
    account.opened_on = row.get<Date>(9);
    return account;
}

}  // namespace

std::vector<Party> select_parties(Tx& tx, const CodeQuery& query) {
    std::vector<Party> out;
    const Result rows = tx.exec(kParties, query.codes, numbers_of(query.cells));
    for (const Row row : rows) {
        const auto cell = row.get<CellId>(0);
        const auto id = row.get<std::int64_t>(1);
        if (out.empty() || out.back().cell != cell || out.back().party_id != id)
            out.push_back({.cell = cell, .party_id = id, .code = row.get<std::string>(2), .rows = {}});
        out.back().rows.push_back({.valid_from = row.get<Date>(3),
                                   .version = row.get<std::int16_t>(4),
                                   .voided = row.get<bool>(5),
                                   .text = {.name = row.get<std::string>(6),
                                            .language = row.get<std::string>(7),
                                            .address = row.get<std::vector<std::string>>(8),
                                            .email = row.get<std::optional<std::string>>(9),
                                            .phone = row.get<std::optional<std::string>>(10),
                                            .tax_number = row.get<std::optional<std::string>>(11)}});
    }
    return out;
}

std::vector<Premise> select_premises(Tx& tx, const CodeQuery& query) {
    std::vector<Premise> out;
    const Result rows = tx.exec(kPremises, query.codes, numbers_of(query.cells));
    for (const Row row : rows)
        out.push_back({.cell = row.get<CellId>(0),
                       .premise_id = row.get<std::int64_t>(1),
                       .code = row.get<std::string>(2),
                       .address = row.get<std::vector<std::string>>(3)});
    return out;
}

std::vector<ServicePoint> select_service_points(Tx& tx, const CodeQuery& query) {
    std::vector<ServicePoint> out;
    const Result rows = tx.exec(kServicePoints, query.codes, numbers_of(query.cells));
    for (const Row row : rows)
        out.push_back({.cell = row.get<CellId>(0),
                       .service_point_id = row.get<std::int64_t>(1),
                       .premise_id = row.get<std::int64_t>(2),
                       .code = row.get<std::string>(3),
                       .commodity = static_cast<Commodity>(row.get<std::int16_t>(4)),
                       .gas_zone = row.get<std::optional<std::string>>(5)});
    return out;
}

std::map<std::int64_t, std::string> select_service_point_codes(Tx& tx, CellId cell,
                                                               std::span<const std::int64_t> points) {
    std::map<std::int64_t, std::string> out;
    const Result rows = tx.exec(kServicePointCodes, cell, points);
    for (const Row row : rows) out.emplace(row.get<std::int64_t>(0), row.get<std::string>(1));
    return out;
}

std::vector<Account> select_accounts(Tx& tx, const CodeQuery& query) {
    std::vector<Account> out;
    const Result rows = tx.exec(kAccounts, query.codes, numbers_of(query.cells));
    for (const Row row : rows) out.push_back(account_from(row));
    return out;
}

std::optional<Account> select_account(Tx& tx, CellId cell, std::int64_t account_id) {
    const Result rows = tx.exec(kAccount, cell, account_id);
    const auto row = rows.maybe_one();
    return row ? std::optional(account_from(*row)) : std::nullopt;
}

std::unordered_map<std::int64_t, std::vector<Agreement>> select_agreements(Tx& tx, CellId cell,
                                                                           std::span<const std::int64_t> points) {
    std::unordered_map<std::int64_t, std::vector<Agreement>> out;
    const Result rows = tx.exec(kAgreements, cell, points);
    for (const Row row : rows) {
        const auto point = row.get<std::int64_t>(0);
        const auto account_id = row.get<std::int64_t>(1);
        const auto agreement_id = row.get<std::int64_t>(2);
        std::vector<Agreement>& list = out[point];
        if (list.empty() || list.back().account_id != account_id || list.back().agreement_id != agreement_id)
            list.push_back({account_id, agreement_id, point, {}});
        list.back().rows.push_back({.valid_from = row.get<Date>(3),
                                    .version = row.get<std::int16_t>(4),
                                    .voided = row.get<bool>(5),
                                    .ended = row.get<bool>(6),
                                    .terms = {.tariff = row.get<std::string>(7),
                                              .customer_class = static_cast<CustomerClass>(row.get<std::int16_t>(8)),
                                              .entitlements = row.get<std::vector<std::string>>(9),
                                              .dwellings = row.get<std::int32_t>(10),
                                              .facts = stated_facts(row, 11)}});
    }
    return out;
}

std::vector<StatedFact> stated_facts(const Row& row, std::size_t names_column) {
    const auto names = row.get<std::vector<std::string>>(names_column);
    const auto values = row.get<std::vector<std::int64_t>>(names_column + 1);
    std::vector<StatedFact> facts;
    for (std::size_t i = 0; i < names.size(); ++i) facts.push_back({names[i], values[i]});
    return facts;
}

LastIds select_last_ids(Tx& tx, CellId cell) {
    const Result rows = tx.exec(kLastIds, cell);
    const Row row = rows.one();
    return {.party = row.get<std::int64_t>(0),
            .premise = row.get<std::int64_t>(1),
            .service_point = row.get<std::int64_t>(2),
            .account = row.get<std::int64_t>(3),
            .agreement = row.get<std::int64_t>(4)};
}

void CustomerRows::add(const Party& party, const PartyFact& fact) {
    parties_.row(party.cell, party.party_id, fact.valid_from, fact.version, fact.voided, party.code, fact.text.name,
                 fact.text.language, fact.text.address, fact.text.email, fact.text.phone, fact.text.tax_number,
                 actor_id_, at_);
}

void CustomerRows::add(const Premise& premise, std::int32_t org_unit_id) {
    premises_.row(premise.cell, premise.premise_id, premise.code, premise.address, org_unit_id);
}

void CustomerRows::add(const ServicePoint& point) {
    points_.row(point.cell, point.service_point_id, point.premise_id, point.code,
                static_cast<std::int16_t>(point.commodity), point.gas_zone);
}

void CustomerRows::add(const Account& account) {
    accounts_.row(account.cell, account.account_id, account.code, account.party_cell, account.party_id,
                  account.legal_entity_id, account.org_unit_id, account.currency, account.cycle, account.opened_on);
}

void CustomerRows::add(CellId cell, const Agreement& agreement, const AgreementFact& fact) {
    std::vector<std::string_view> names;
    std::vector<std::int64_t> values;
    for (const StatedFact& stated : fact.terms.facts) {
        names.push_back(stated.name);
        values.push_back(stated.micro);
    }
    agreements_.row(cell, agreement.account_id, agreement.agreement_id, fact.valid_from, fact.version, fact.voided,
                    fact.ended, agreement.service_point_id, fact.terms.tariff,
                    static_cast<std::int16_t>(fact.terms.customer_class), fact.terms.entitlements, fact.terms.dwellings,
                    names, values, actor_id_, at_);
}

std::int64_t CustomerRows::rows() const {
    return parties_.rows() + premises_.rows() + points_.rows() + accounts_.rows() + agreements_.rows();
}

void CustomerRows::copy_to(Tx& tx) {
    const auto copy = [&](const CopyTarget& target, CopyBuffer& buffer) {
        if (buffer.rows() == 0) return;
        CopyIn in = tx.copy_in(target);
        in.put_raw(buffer);
        in.finish();
        buffer.clear();
    };
    copy({"customer.party",
          "cell_id, party_id, valid_from, version, voided, code, name, language, address, email, phone, tax_number, "
          "actor_id, recorded_at"},
         parties_);
    copy({"customer.premise", "cell_id, premise_id, code, address, org_unit_id"}, premises_);
    copy({"customer.service_point", "cell_id, service_point_id, premise_id, code, commodity, gas_zone"}, points_);
    copy({"customer.account",
          "cell_id, account_id, code, party_cell_id, party_id, legal_entity_id, org_unit_id, currency, cycle, "
          "opened_on"},
         accounts_);
    copy({"customer.agreement",
          "cell_id, account_id, agreement_id, valid_from, version, voided, ended, service_point_id, tariff, "
          "customer_class, entitlements, dwellings, fact_names, fact_values_micro, actor_id, recorded_at"},
         agreements_);
}

}  // namespace mainspring::customer
