// An account as a person looks at it: whose it is, what it is supplied with.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "customer/customer_service.hpp"

namespace mainspring::customer {

struct ServiceView {
    std::int64_t agreement_id = 0, service_point_id = 0;
    std::string service_point;  // code
    Commodity commodity = Commodity::electricity;
    std::vector<std::string> premise_address;
    std::vector<AgreementFact> facts;  // a timeline
};

struct AccountView {
    std::string party_code, party_name;
    std::vector<std::string> party_address;
    std::string email, phone;  // empty: not known
    Date opened_on;
    std::vector<ServiceView> services;  // by agreement id
};

// The party as of `on`.
AccountView account_view(Tx& tx, const AccountRef& account, Date on);

// What a row of an agreement of the account states, as text; those that state nothing are left out.
struct AgreementFactsView {
    std::int64_t agreement_id = 0;
    Date valid_from;
    std::int16_t version = 1;
    std::string facts;  // "contract_kw=200;persons=5"
};
std::vector<AgreementFactsView> stated_facts_of(Tx& tx, CellId cell, std::int64_t account_id);

}  // namespace mainspring::customer
