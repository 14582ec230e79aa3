#include "customer/account_chunk.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "customer/dated.hpp"

namespace mainspring::customer {
namespace {

template <class T>
T* find_in(std::unordered_map<std::string, T>& map, const std::string& code) {
    const auto at = map.find(code);
    return at != map.end() ? &at->second : nullptr;
}

template <class Get>
std::vector<std::string> codes_of(std::span<const AccountRow> rows, Get get) {
    std::vector<std::string> codes;
    codes.reserve(rows.size());
    for (const AccountRow& row : rows) codes.push_back(row.*get);
    std::ranges::sort(codes);
    const auto doubles = std::ranges::unique(codes);
    codes.erase(doubles.begin(), doubles.end());
    return codes;
}

}  // namespace

AccountChunk::AccountChunk(Tx& tx, const ChunkContext& context)
    : tx_(tx), context_(context), new_rows_(context.actor_id, context.at) {}

ChunkResult AccountChunk::run(std::span<const AccountRow> rows) {
    load(rows);
    ChunkResult result;
    result.lines.reserve(rows.size());
    for (const AccountRow& row : rows) {
        LineOutcome outcome = LineOutcome::rejected;
        try {
            outcome = apply(row);
            result.report.count(outcome);
        } catch (const Rejected& rejected) {
            result.report.add({.file = context_.file,
                               .line = row.line,
                               .field = std::string(rejected.field),
                               .reason = rejected.reason,
                               .severity = formats::Severity::record});
        }
        result.lines.emplace_back(row.line, outcome);
    }
    finish();
    return result;
}

void AccountChunk::load(std::span<const AccountRow> rows) {
    cells_ = org::lock_cells(tx_, context_.utility.legal_entity_id);
    std::vector<CellId> cells;
    for (const org::Cell& cell : cells_) cells.push_back(cell.cell);
    if (cells.empty()) return;
    const auto parties = codes_of(rows, &AccountRow::party_code);
    for (Party& party : select_parties(tx_, {cells, parties})) {
        std::string code = party.code;
        parties_.emplace(std::move(code), std::move(party));
    }
    const auto premises = codes_of(rows, &AccountRow::premise_code);
    for (Premise& premise : select_premises(tx_, {cells, premises})) {
        std::string code = premise.code;
        premises_.emplace(std::move(code), std::move(premise));
    }
    const auto accounts = codes_of(rows, &AccountRow::account_code);
    for (Account& account : select_accounts(tx_, {cells, accounts})) {
        std::string code = account.code;
        accounts_.emplace(std::move(code), std::move(account));
    }
    const auto points = codes_of(rows, &AccountRow::service_point_code);
    std::map<CellId, std::vector<std::int64_t>> by_cell;
    for (ServicePoint& point : select_service_points(tx_, {cells, points})) {
        by_cell[point.cell].push_back(point.service_point_id);
        std::string code = point.code;
        points_.emplace(std::move(code), PointState{std::move(point), {}});
    }
    std::map<std::pair<CellId, std::int64_t>, std::vector<Agreement>> agreements;
    for (const auto& [cell, ids] : by_cell)
        for (auto& [id, list] : select_agreements(tx_, cell, ids)) agreements[{cell, id}] = std::move(list);
    for (auto& [code, state] : points_) {
        const auto at = agreements.find({state.point.cell, state.point.service_point_id});
        if (at != agreements.end()) state.agreements = std::move(at->second);
    }
}

void AccountChunk::check_account(const AccountRow& row, const Account& account, const Party* party) const {
    if (account.legal_entity_id != context_.utility.legal_entity_id)
        throw Rejected{"account_code", "belongs to another utility"};
    if (party == nullptr || account.party_id != party->party_id || account.party_cell != party->cell)
        throw Rejected{"party_code", fmt::format("account '{}' belongs to another party", row.account_code)};
    if (account.opened_on != row.opened_on)
        throw Rejected{"opened_on",
                       fmt::format("account '{}' was opened on {}", row.account_code, format_date(account.opened_on))};
    if (account.cycle != row.cycle)
        throw Rejected{"cycle", fmt::format("account '{}' has the cycle '{}'", row.account_code, account.cycle)};
}

void AccountChunk::check_premise(const AccountRow& row, const Premise& premise) {
    if (premise.address != row.premise_address)
        throw Rejected{"premise_address", fmt::format("premise '{}' has another address: {}", row.premise_code,
                                                      fmt::join(premise.address, "|"))};
}

void AccountChunk::check_point(const AccountRow& row, const ServicePoint& point, const Premise* premise) {
    if (premise == nullptr || point.premise_id != premise->premise_id || point.cell != premise->cell)
        throw Rejected{"premise_code",
                       fmt::format("service point '{}' lies on another premise", row.service_point_code)};
    if (point.commodity != row.commodity)
        throw Rejected{"commodity",
                       fmt::format("service point '{}' is for {}", row.service_point_code, text_of(point.commodity))};
    if (point.gas_zone != row.gas_zone)
        throw Rejected{"gas_zone", fmt::format("service point '{}' lies in zone '{}'", row.service_point_code,
                                               point.gas_zone.value_or(""))};
}

SupplyChange AccountChunk::supply_change(const AccountRow& row, const Account* account, const PointState* point) {
    static const std::vector<Agreement> kNone;
    const auto& on_point = point != nullptr ? point->agreements : kNone;
    auto change = apply_statement(on_point, {.account_id = account != nullptr ? account->account_id : 0,
                                             .from = row.valid_from,
                                             .to = row.valid_to,
                                             .terms = row.terms});
    if (change) return *std::move(change);
    const SupplyOverlap& overlap = change.error();
    std::string code = fmt::format("#{}", overlap.account_id);
    for (const auto& [other_code, other] : accounts_)
        if (other.account_id == overlap.account_id && other.cell == point->point.cell) code = other_code;
    if (code.front() == '#')
        if (const auto other = select_account(tx_, point->point.cell, overlap.account_id)) code = other->code;
    const std::string until =
        overlap.days.to == kForever ? std::string("on") : fmt::format("until {}", format_date(overlap.days.to));
    throw Rejected{"valid_from", fmt::format("service point '{}' is supplied under account '{}' from {} {}",
                                             row.service_point_code, code, format_date(overlap.days.from), until)};
}

AccountChunk::CellState& AccountChunk::cell_state(CellId cell) {
    const auto at = states_.find(cell.value);
    if (at != states_.end()) return at->second;
    CellState state;
    state.last = select_last_ids(tx_, cell);
    for (const org::Cell& each : cells_)
        if (each.cell == cell) state.service_points = each.service_points;
    return states_.emplace(cell.value, state).first->second;
}

std::int32_t AccountChunk::unit_of(CellId cell) const {
    const auto at = std::ranges::find(cells_, cell, &org::Cell::cell);
    ensure(at != cells_.end(), "what is imported lies in a cell of the utility");
    return at->org_unit_id;
}

void AccountChunk::check_unit(CellId cell, std::string_view field) const {
    const std::int32_t unit = unit_of(cell);
    if (context_.units.contains(context_.org_unit_id, unit)) return;
    throw Rejected{field,
                   fmt::format("belongs to org unit '{}', which is neither '{}' nor below it",
                               context_.units.find(unit)->code, context_.units.find(context_.org_unit_id)->code)};
}

CellId AccountChunk::cell_for(const Account* account, const Premise* premise) {
    if (premise != nullptr) return premise->cell;
    if (account != nullptr) return account->cell;
    if (open_cell_) {
        const CellState& state = cell_state(*open_cell_);
        if (state.service_points + state.new_points < context_.points_of_cell) return *open_cell_;
        org::add_service_points(tx_, *open_cell_, state.new_points);
        cell_state(*open_cell_).service_points += state.new_points;
        cell_state(*open_cell_).new_points = 0;
    }
    const org::Cell cell = org::cell_with_room(tx_, {.legal_entity_id = context_.utility.legal_entity_id,
                                                     .org_unit_id = context_.org_unit_id,
                                                     .limit = context_.points_of_cell});
    if (std::ranges::find(cells_, cell.cell, &org::Cell::cell) == cells_.end()) cells_.push_back(cell);
    open_cell_ = cell.cell;
    return cell.cell;
}

LineOutcome AccountChunk::apply(const AccountRow& row) {
    const Party* known_party = find_in(parties_, row.party_code);
    const Account* known_account = find_in(accounts_, row.account_code);
    const Premise* known_premise = find_in(premises_, row.premise_code);
    const PointState* known_point = find_in(points_, row.service_point_code);
    if (known_account != nullptr) check_account(row, *known_account, known_party);
    if (known_account != nullptr) check_unit(known_account->cell, "account_code");
    if (known_premise != nullptr) check_premise(row, *known_premise);
    if (known_premise != nullptr) check_unit(known_premise->cell, "premise_code");
    if (known_point != nullptr) check_point(row, known_point->point, known_premise);
    if (known_account != nullptr && known_premise != nullptr && known_account->cell != known_premise->cell)
        throw Rejected{"account_code",
                       fmt::format("account '{}' lives in cell {}, the premise in cell {}: open an account there",
                                   row.account_code, known_account->cell.value, known_premise->cell.value)};
    const SupplyChange change = supply_change(row, known_account, known_point);

    LineOutcome outcome = LineOutcome::unchanged;
    const CellId cell = cell_for(known_account, known_premise);
    const Party& party = party_of(row, cell, outcome);
    const Account& account = account_of(row, cell, party);
    PointState& point = point_of(row, premise_of(row, cell));
    write_supply(account, point, change, outcome);
    return outcome;
}

Party& AccountChunk::party_of(const AccountRow& row, CellId cell, LineOutcome& outcome) {
    if (Party* known = find_in(parties_, row.party_code)) {
        restate(*known, row, outcome);
        return *known;
    }
    Party party{.cell = cell, .party_id = ++cell_state(cell).last.party, .code = row.party_code, .rows = {}};
    party.rows.push_back({.valid_from = row.opened_on, .text = row.party});
    new_rows_.add(party, party.rows.back());
    return parties_.emplace(row.party_code, std::move(party)).first->second;
}

void AccountChunk::restate(Party& party, const AccountRow& row, LineOutcome& outcome) {
    const auto timeline = timeline_of(party.rows);
    if (!timeline.empty() && timeline.back().text == row.party) return;
    check_unit(party.cell, "party_code");
    const Date from = timeline.empty() ? context_.today : std::max(context_.today, timeline.back().valid_from);
    PartyFact fact{.valid_from = from, .version = next_version(party.rows, from), .text = row.party};
    new_rows_.add(party, fact);
    party.rows.push_back(std::move(fact));
    outcome = std::max(outcome, LineOutcome::changed);
}

Account& AccountChunk::account_of(const AccountRow& row, CellId cell, const Party& party) {
    if (Account* known = find_in(accounts_, row.account_code)) return *known;
    Account account{.cell = cell,
                    .account_id = ++cell_state(cell).last.account,
                    .code = row.account_code,
                    .party_cell = party.cell,
                    .party_id = party.party_id,
                    .legal_entity_id = context_.utility.legal_entity_id,
                    .org_unit_id = unit_of(cell),
                    .currency = std::string(context_.utility.currency.text()),
                    .cycle = row.cycle,
                    .opened_on = row.opened_on};
    new_rows_.add(account);
    return accounts_.emplace(row.account_code, std::move(account)).first->second;
}

Premise& AccountChunk::premise_of(const AccountRow& row, CellId cell) {
    if (Premise* known = find_in(premises_, row.premise_code)) return *known;
    Premise premise{.cell = cell,
                    .premise_id = ++cell_state(cell).last.premise,
                    .code = row.premise_code,
                    .address = row.premise_address};
    new_rows_.add(premise, unit_of(cell));
    return premises_.emplace(row.premise_code, std::move(premise)).first->second;
}

AccountChunk::PointState& AccountChunk::point_of(const AccountRow& row, const Premise& premise) {
    if (PointState* known = find_in(points_, row.service_point_code)) return *known;
    CellState& cell = cell_state(premise.cell);
    ++cell.new_points;
    ServicePoint point{.cell = premise.cell,
                       .service_point_id = ++cell.last.service_point,
                       .premise_id = premise.premise_id,
                       .code = row.service_point_code,
                       .commodity = row.commodity,
                       .gas_zone = row.gas_zone};
    new_rows_.add(point);
    return points_.emplace(row.service_point_code, PointState{std::move(point), {}}).first->second;
}

void AccountChunk::write_supply(const Account& account, PointState& point, const SupplyChange& change,
                                LineOutcome& outcome) {
    if (change.rows.empty()) return;
    if (!change.agreement) {
        point.agreements.push_back({.account_id = account.account_id,
                                    .agreement_id = ++cell_state(account.cell).last.agreement,
                                    .service_point_id = point.point.service_point_id,
                                    .rows = {}});
        outcome = LineOutcome::added;
    } else {
        outcome = std::max(outcome, LineOutcome::changed);
    }
    Agreement& agreement = change.agreement ? point.agreements[*change.agreement] : point.agreements.back();
    for (const AgreementFact& fact : change.rows) {
        new_rows_.add(account.cell, agreement, fact);
        agreement.rows.push_back(fact);
    }
}

void AccountChunk::finish() {
    for (const auto& [cell, state] : states_)
        if (state.new_points > 0) org::add_service_points(tx_, CellId{cell}, state.new_points);
    new_rows_.copy_to(tx_);
}

}  // namespace mainspring::customer
