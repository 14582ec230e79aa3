#include "customer/customer_service.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/json.hpp"
#include "customer/dated.hpp"
#include "org/command_log.hpp"
#include "org/fact_moment.hpp"

namespace mainspring::customer {
namespace {

// What both moves ask for, and what they found.
struct Asked {
    std::string_view kind;
    const std::string &utility, &account, &service_point;
    Date on;
    const org::Actor& actor;
    Uuid command_id;
    std::string terms;
    Instant at;
};

struct Found {
    Account account;
    ServicePoint point;
    std::vector<Agreement> on_point;
    std::optional<Moved> before;  // the command was carried out before
};

using Outcome = std::expected<Moved, Refusal>;

std::unexpected<Refusal> refuse(RefusalCode code, std::string text) {
    return std::unexpected(Refusal{code, std::move(text)});
}

// Text of a result as moved_json() wrote it.
Moved moved_from(CellId cell, std::string_view text) {
    const Json json = stored_json(text);
    return {cell, json.at("agreement_id").integer(), static_cast<int>(json.at("gap_days").integer())};
}

std::string moved_json(const Moved& moved) {
    return fmt::format(R"({{"agreement_id": {}, "gap_days": {}}})", moved.agreement_id, moved.gap_days);
}

org::Command command_of(const Asked& asked, CellId cell, const std::string& request) {
    return {cell, asked.command_id, asked.kind, request};
}

std::string request_of(const Asked& asked) {
    return fmt::format("{}|{}|{}|{}|{}|{}", asked.kind, asked.utility, asked.account, asked.service_point,
                       format_date(asked.on), asked.terms);
}

// Locks the account's cell, like the bulk import: what is read after that stays true until the transaction ends.
std::expected<Found, Refusal> find(Tx& tx, const Asked& asked) {
    const auto utility = org::find_utility(tx, asked.utility);
    std::vector<CellId> cells;
    if (utility) cells = org::cells_of(tx, utility->legal_entity_id);
    auto accounts = select_accounts(tx, {cells, std::array{asked.account}});
    if (accounts.empty())
        return refuse(RefusalCode::unknown_account,
                      fmt::format("utility '{}' has no account '{}'", asked.utility, asked.account));
    Found found{.account = std::move(accounts.front()), .point = {}, .on_point = {}, .before = {}};
    org::lock_cell(tx, found.account.cell);
    const org::AccessQuestion question{org::Permission::change_customers, found.account.org_unit_id};
    if (const auto allowed = org::require(tx, asked.actor.actor_id, question); !allowed)
        return refuse(RefusalCode::access, allowed.error().text);
    const std::string request = request_of(asked);
    const auto done = org::find_command(tx, command_of(asked, found.account.cell, request));
    if (!done) return refuse(RefusalCode::command_reused, done.error());
    if (*done) {
        found.before = moved_from(found.account.cell, **done);
        return found;
    }
    auto points = select_service_points(tx, {cells, std::array{asked.service_point}});
    if (points.empty())
        return refuse(RefusalCode::unknown_service_point,
                      fmt::format("utility '{}' has no service point '{}'", asked.utility, asked.service_point));
    found.point = std::move(points.front());
    if (found.point.cell != found.account.cell)
        return refuse(RefusalCode::other_cell,
                      fmt::format("account '{}' and service point '{}' live in different cells", asked.account,
                                  asked.service_point));
    const std::array ids{found.point.service_point_id};
    auto agreements = select_agreements(tx, found.point.cell, ids);
    found.on_point = std::move(agreements[found.point.service_point_id]);
    return found;
}

void write(Tx& tx, const Asked& asked, const Found& found, const SupplyChange& change, Moved& moved) {
    Agreement agreement{found.account.account_id, 0, found.point.service_point_id, {}};
    if (change.agreement)
        agreement = found.on_point[*change.agreement];
    else
        agreement.agreement_id = select_last_ids(tx, found.account.cell).agreement + 1;
    moved.agreement_id = agreement.agreement_id;
    CustomerRows rows(asked.actor.actor_id, asked.at);
    for (const AgreementFact& fact : change.rows) rows.add(found.account.cell, agreement, fact);
    rows.copy_to(tx);

    const std::string result = moved_json(moved);
    const std::string request = request_of(asked);
    const org::Doer doer{asked.actor.actor_id, found.account.org_unit_id, asked.at};
    org::record_command(tx, command_of(asked, found.account.cell, request), doer, result);
    org::write_audit(tx, doer,
                     {.cell = found.account.cell,
                      .command_id = asked.command_id,
                      .action = asked.kind,
                      .object = asked.account,
                      .detail_json = result});
    org::write_outbox(tx, asked.at,
                      {.cell = found.account.cell, .topic = asked.kind, .key = asked.account, .payload_json = result});
}

int gap_before(std::span<const Agreement> on_point, Date from) {
    std::optional<Date> end;
    for (const Agreement& agreement : on_point)
        for (const DateRange& held : held_days(agreement))
            if (held.to <= from) end = std::max(end.value_or(held.to), held.to);
    return end ? days_between(*end, from) : 0;
}

std::string terms_text(const Terms& terms) {
    return fmt::format("{}|{}|{}|{}{}{}", terms.tariff, text_of(terms.customer_class),
                       fmt::join(terms.entitlements, ";"), terms.dwellings, terms.facts.empty() ? "" : "|",
                       text_of(terms.facts));
}

Outcome move_in_once(Tx& tx, const Asked& asked, const Terms& terms) {
    const auto found = find(tx, asked);
    if (!found) return std::unexpected(found.error());
    if (found->before) return *found->before;
    if (asked.on < found->account.opened_on)
        return refuse(RefusalCode::before_opening, fmt::format("account '{}' was opened on {}", asked.account,
                                                               format_date(found->account.opened_on)));
    for (const Agreement& agreement : found->on_point)
        for (const DateRange& held : held_days(agreement))
            if (held.to > asked.on)
                return refuse(
                    RefusalCode::supplied,
                    fmt::format(
                        "service point '{}' is supplied from {}{}", asked.service_point, format_date(held.from),
                        held.to == kForever ? std::string(" on; move out first") : " until " + format_date(held.to)));
    const auto change = apply_statement(
        found->on_point, {.account_id = found->account.account_id, .from = asked.on, .to = {}, .terms = terms});
    ensure(change.has_value(), "a free service point can be moved into");
    Moved moved{.cell = found->account.cell, .gap_days = gap_before(found->on_point, asked.on)};
    write(tx, asked, *found, *change, moved);
    return moved;
}

Outcome move_out_once(Tx& tx, const Asked& asked) {
    const auto found = find(tx, asked);
    if (!found) return std::unexpected(found.error());
    if (found->before) return *found->before;
    for (const Agreement& agreement : found->on_point) {
        if (agreement.account_id != found->account.account_id) continue;
        for (const DateRange& held : held_days(agreement)) {
            if (asked.on <= held.from || asked.on > held.to) continue;
            if (held.to != kForever)
                return refuse(RefusalCode::already_ended,
                              fmt::format("the agreement ends on {} already", format_date(held.to)));
            const auto timeline = timeline_of(agreement.rows);
            const auto change = apply_statement(found->on_point, {.account_id = agreement.account_id,
                                                                  .from = held.from,
                                                                  .to = asked.on,
                                                                  .terms = fact_on(timeline, held.from)->terms});
            ensure(change.has_value(), "an agreement can be shortened");
            Moved moved{.cell = found->account.cell};
            write(tx, asked, *found, *change, moved);
            return moved;
        }
    }
    return refuse(RefusalCode::not_supplied, fmt::format("account '{}' has no agreement on '{}' that holds before {}",
                                                         asked.account, asked.service_point, format_date(asked.on)));
}

}  // namespace

std::optional<AccountRef> find_account(Tx& tx, std::int32_t legal_entity_id, std::string_view code) {
    const auto cells = org::cells_of(tx, legal_entity_id);
    const auto accounts = select_accounts(tx, {cells, std::array{std::string(code)}});
    if (accounts.empty()) return std::nullopt;
    const Account& account = accounts.front();
    return AccountRef{.cell = account.cell,
                      .account_id = account.account_id,
                      .legal_entity_id = account.legal_entity_id,
                      .org_unit_id = account.org_unit_id,
                      .code = account.code,
                      .currency = account.currency,
                      .cycle = account.cycle};
}

std::vector<ServicePointRef> find_service_points(Tx& tx, std::span<const CellId> cells,
                                                 std::span<const std::string> codes) {
    std::vector<ServicePointRef> out;
    for (ServicePoint& point : select_service_points(tx, {cells, codes}))
        out.push_back({point.cell, point.service_point_id, std::move(point.code), point.commodity});
    return out;
}

std::map<std::int64_t, std::string> service_point_codes(Tx& tx, CellId cell, std::span<const std::int64_t> points) {
    return select_service_point_codes(tx, cell, points);
}

Outcome move_in(Pool& pool, const Clock& clock, const MoveIn& move) {
    Asked asked{"customer.move_in",
                move.utility,
                move.account,
                move.service_point,
                move.on,
                move.actor,
                move.command_id,
                terms_text(move.terms),
                {}};
    return with_tx(pool, {}, [&](Tx& tx) {
        asked.at = org::moment_of_facts(tx, clock.now());
        return move_in_once(tx, asked, move.terms);
    });
}

Outcome move_out(Pool& pool, const Clock& clock, const MoveOut& move) {
    Asked asked{"customer.move_out", move.utility, move.account,
                move.service_point,  move.on,      move.actor,
                move.command_id,     "",           {}};
    return with_tx(pool, {}, [&](Tx& tx) {
        asked.at = org::moment_of_facts(tx, clock.now());
        return move_out_once(tx, asked);
    });
}

}  // namespace mainspring::customer
