#include "office/dashboard_routes.hpp"

#include <fmt/format.h>

#include "base/json_writer.hpp"
#include "customer/account_of_call.hpp"
#include "org/org_service.hpp"

namespace mainspring::office {
namespace {

using api::Call;
using api::Problem;

// A witness: sums of the ledger's read model and of the entries that came after it. "Control" accounts hold what
// customers owe; what is billed lands on revenue, taxes and rounding; what is paid on cash, bank and transit.
const Statement kMoney{"office.money_of_units", R"(
    with rolled as (select cell_id, max(upto_tx) as upto from ledger.rollup group by 1),
    late as (select e.cell_id, e.tx, e.org_unit_id, e.business_date, l.account_no, l.amount
             from ledger.entry e, unnest(e.accounts, e.amounts) l(account_no, amount)
             where e.legal_entity_id = $1 and e.tx >= (select coalesce(min(coalesce(r.upto, 0)), 0)
                   from org.cell c left join rolled r using (cell_id) where c.legal_entity_id = $1)),
    moved as (select org_unit_id, account_no, business_date, debits - credits as amount from ledger.account_day
              where legal_entity_id = $1
              union all
              select late.org_unit_id, late.account_no, late.business_date, late.amount
              from late left join rolled using (cell_id) where late.tx >= coalesce(rolled.upto, 0))
    select m.org_unit_id, date_trunc('month', m.business_date)::date,
           coalesce(sum(m.amount) filter (where a.control), 0)::text,
           coalesce(-sum(m.amount) filter (where not a.control and a.kind in ('R', 'L', 'X')), 0)::text,
           coalesce(sum(m.amount) filter (where a.key in ('cash', 'bank', 'payments_in_transit')), 0)::text
    from moved m join ledger.account a using (account_no) group by 1, 2)"};
const Statement kAccounts{"office.accounts_of_units",
                          "select org_unit_id, count(*) from customer.account where legal_entity_id = $1 group by 1"};
const Statement kHeldBack{
    "office.held_back_of_units",
    "select a.org_unit_id, count(distinct (e.cell_id, e.account_id)) from billing.exception e "
    "join customer.account a using (cell_id, account_id) where e.run_id = (select max(run_id) from billing.run "
    "where legal_entity_id = $1 and state <> 'cancelled') group by 1"};

const Statement kNames{"office.names_of_units",
                       "select org_unit_id, name from org.org_unit where legal_entity_id = $1"};

struct Figures {
    std::string name;  // of the unit
    std::int64_t accounts = 0, held_back = 0;
    Int128 owed = 0;
    std::map<Date, std::pair<Int128, Int128>> months;  // billed, paid

    void add(const Figures& other) {
        accounts += other.accounts;
        held_back += other.held_back;
        owed += other.owed;
        for (const auto& [month, money] : other.months) {
            months[month].first += money.first;
            months[month].second += money.second;
        }
    }
};
using FiguresOfUnits = std::map<std::int32_t, Figures>;

Int128 whole(const std::string& text) {
    const auto value = parse_whole(text);
    ensure(value.has_value(), "a sum of minor units is a whole number");
    return *value;
}

FiguresOfUnits load(Tx& tx, std::int32_t legal_entity_id) {
    FiguresOfUnits units;
    for (const Row row : tx.exec(kMoney, legal_entity_id)) {
        Figures& figures = units[row.get<std::int32_t>(0)];
        figures.owed += whole(row.get<std::string>(2));
        auto& [billed, paid] = figures.months[row.get<Date>(1)];
        billed += whole(row.get<std::string>(3));
        paid += whole(row.get<std::string>(4));
    }
    for (const Row row : tx.exec(kAccounts, legal_entity_id))
        units[row.get<std::int32_t>(0)].accounts = row.get<std::int64_t>(1);
    for (const Row row : tx.exec(kHeldBack, legal_entity_id))
        units[row.get<std::int32_t>(0)].held_back = row.get<std::int64_t>(1);
    for (const Row row : tx.exec(kNames, legal_entity_id))
        units[row.get<std::int32_t>(0)].name = row.get<std::string>(1);
    return units;
}

class Board {
public:
    Board(const org::OrgTree& tree, FiguresOfUnits units, Currency currency, Date month)
        : tree_(tree), units_(std::move(units)), digits_(minor_digits(currency)), month_(month) {}

    std::string unit_json(const org::OrgTree::Unit& unit) const {
        const Figures figures = figures_of(unit.org_unit_id);
        const auto [billed, paid] = money_in(figures, month_);
        return JsonObject()
            .text("unit", unit.code)
            .text("name", units_.at(unit.org_unit_id).name)
            .number("accounts", figures.accounts)
            .text("billed", format_fixed(billed, digits_, digits_))
            .text("paid", format_fixed(paid, digits_, digits_))
            .text("owed", format_fixed(figures.owed, digits_, digits_))
            .number("held_back", figures.held_back)
            .done();
    }

    // Twelve of them, up to the month.
    std::string months_json(const org::OrgTree::Unit& unit) const {
        const Figures figures = figures_of(unit.org_unit_id);
        std::vector<Date> months;
        for (int back = 11; back >= 0; --back)
            months.push_back(Date(std::chrono::year_month_day(month_) - std::chrono::months{back}));
        return json_list(months, [&](Date month) {
            const auto [billed, paid] = money_in(figures, month);
            return JsonObject()
                .text("month", format_date(month).substr(0, 7))
                .text("billed", format_fixed(billed, digits_, digits_))
                .text("paid", format_fixed(paid, digits_, digits_))
                .done();
        });
    }

private:
    static std::pair<Int128, Int128> money_in(const Figures& figures, Date month) {
        const auto at = figures.months.find(month);
        return at != figures.months.end() ? at->second : std::pair<Int128, Int128>{};
    }

    Figures figures_of(std::int32_t org_unit_id) const {
        Figures sum;
        for (const std::int32_t below : tree_.below(org_unit_id))
            if (const auto at = units_.find(below); at != units_.end()) sum.add(at->second);
        return sum;
    }

    const org::OrgTree& tree_;
    FiguresOfUnits units_;
    int digits_;
    Date month_;
};

Date month_of(const Call& call, const org::Utility& utility) {
    const auto stated = call.query("month");
    if (!stated) {
        const std::chrono::year_month_day today(utility.zone_rules().date_of(call.clock.now()));
        return Date(today.year() / today.month() / 1);
    }
    const auto first = parse_date(*stated + "-01");
    if (!first) throw Problem(422, "bad_request", first.error(), "query.month");
    return *first;
}

const org::OrgTree::Unit& unit_of(Tx& tx, const Call& call, const org::OrgTree& tree, const org::Utility& utility) {
    const auto stated = call.query("unit");
    const auto* unit = stated ? tree.find(*stated) : tree.find(utility.root_unit_id);
    const bool known = unit != nullptr && unit->legal_entity_id == utility.legal_entity_id;
    if (!known || !org::require(tx, call.caller.actor_id, {org::Permission::look, unit->org_unit_id}))
        throw Problem(404, "unknown_unit", "There is no such organisation unit for you.", "query.unit");
    return *unit;
}

http::Response dashboard(Call& call) {
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        const org::Utility utility = customer::utility_of(tx, call);
        const org::OrgTree tree = org::load_org_tree(tx);
        const auto& unit = unit_of(tx, call, tree, utility);
        const Date month = month_of(call, utility);
        const Board board(tree, load(tx, utility.legal_entity_id), utility.currency, month);
        std::vector<const org::OrgTree::Unit*> parts;
        for (const std::int32_t id : tree.below(unit.org_unit_id))
            if (const auto* below = tree.find(id); below->parent_id == unit.org_unit_id) parts.push_back(below);
        JsonObject json;
        json.text("month", format_date(month).substr(0, 7))
            .text("currency", utility.currency.text())
            .raw("unit", board.unit_json(unit));
        if (const auto* above = unit.parent_id ? tree.find(*unit.parent_id) : nullptr) json.text("above", above->code);
        return api::ok(json.list("parts", parts, [&](const org::OrgTree::Unit* part) { return board.unit_json(*part); })
                           .raw("months", board.months_json(unit))
                           .done());
    });
}

}  // namespace

void add_dashboard_routes(api::Routes& routes) {
    routes.add(
        {http::Method::get, "/utilities/{utility}/dashboard", api::staff_who_may(org::Permission::look), dashboard});
}

}  // namespace mainspring::office
