#include "customer/account_view_service.hpp"

#include "base/ensure.hpp"
#include "customer/dated.hpp"

namespace mainspring::customer {
namespace {

// What was said last before the day; before all of it, what was said first.
const Statement kPartyOfAccount{"customer.party_of_account", R"(
    select f.code, f.name, f.address, coalesce(f.email, ''), coalesce(f.phone, ''), a.opened_on
    from customer.account a
    join lateral (select distinct on (p.valid_from) p.code, p.name, p.address, p.email, p.phone, p.valid_from, p.voided
                  from customer.party p where p.cell_id = a.party_cell_id and p.party_id = a.party_id
                  order by p.valid_from, p.version desc) f on not f.voided
    where a.cell_id = $1 and a.account_id = $2
    order by f.valid_from > $3, abs(f.valid_from - $3) limit 1)"};

const Statement kServicesOfAccount{"customer.services_of_account", R"(
    select a.agreement_id, a.service_point_id, p.code, p.commodity, m.address, a.valid_from, a.version, a.voided,
           a.ended, a.tariff, a.customer_class, a.entitlements, a.dwellings, a.fact_names,
           a.fact_values_micro
    from customer.agreement a
    join customer.service_point p using (cell_id, service_point_id)
    join customer.premise m using (cell_id, premise_id)
    where a.cell_id = $1 and a.account_id = $2 order by a.agreement_id, a.valid_from, a.version)"};

const Statement kStatedFacts{"customer.stated_facts_of_account", R"(
    select agreement_id, valid_from, version, fact_names, fact_values_micro from customer.agreement
    where cell_id = $1 and account_id = $2 and cardinality(fact_names) > 0 order by 1, 2, 3)"};

}  // namespace

std::vector<AgreementFactsView> stated_facts_of(Tx& tx, CellId cell, std::int64_t account_id) {
    std::vector<AgreementFactsView> out;
    const Result rows = tx.exec(kStatedFacts, cell, account_id);
    for (const Row row : rows)
        out.push_back(
            {row.get<std::int64_t>(0), row.get<Date>(1), row.get<std::int16_t>(2), text_of(stated_facts(row, 3))});
    return out;
}

AccountView account_view(Tx& tx, const AccountRef& account, Date on) {
    AccountView view;
    const Result party = tx.exec(kPartyOfAccount, account.cell, account.account_id, on);
    if (const auto row = party.maybe_one()) {
        view.party_code = row->get<std::string>(0);
        view.party_name = row->get<std::string>(1);
        view.party_address = row->get<std::vector<std::string>>(2);
        view.email = row->get<std::string>(3);
        view.phone = row->get<std::string>(4);
        view.opened_on = row->get<Date>(5);
    }
    for (const Row row : tx.exec(kServicesOfAccount, account.cell, account.account_id)) {
        const auto agreement = row.get<std::int64_t>(0);
        if (view.services.empty() || view.services.back().agreement_id != agreement)
            view.services.push_back({.agreement_id = agreement,
                                     .service_point_id = row.get<std::int64_t>(1),
                                     .service_point = row.get<std::string>(2),
                                     .commodity = static_cast<Commodity>(row.get<std::int16_t>(3)),
                                     .premise_address = row.get<std::vector<std::string>>(4),
                                     .facts = {}});
        view.services.back().facts.push_back(
            {.valid_from = row.get<Date>(5),
             .version = row.get<std::int16_t>(6),
             .voided = row.get<bool>(7),
             .ended = row.get<bool>(8),
             .terms = {.tariff = row.get<std::string>(9),
                       .customer_class = static_cast<CustomerClass>(row.get<std::int16_t>(10)),
                       .entitlements = row.get<std::vector<std::string>>(11),
                       .dwellings = row.get<std::int32_t>(12),
                       .facts = stated_facts(row, 13)}});
    }
    for (ServiceView& service : view.services) resolve_sorted(service.facts);
    return view;
}

}  // namespace mainspring::customer
