#include "billing/bill_names.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/ensure.hpp"
#include "billing/bill_list_service.hpp"
#include "customer/account_view_service.hpp"
#include "customer/billing_stream.hpp"
#include "metering/point_view_service.hpp"
#include "pricebook/pricebook_service.hpp"

namespace mainspring::billing {

namespace {

const Statement kMembers{"billing.json_members", "select key, value from jsonb_each_text($1)"};

std::map<std::string, std::string> members_of(Tx& tx, const std::string& json) {
    std::map<std::string, std::string> members;
    const Result result = tx.exec(kMembers, Jsonb{json});
    for (const Row row : result) members.emplace(row.get<std::string>(0), row.get<std::string>(1));
    return members;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += (text.empty() ? "" : ", ") + line;
    return text;
}

// The two capital letters and the colour that the utility's code gives: the same every time.
document::Logo logo_of(const org::Utility& utility) {
    document::Logo logo;
    logo.initials = utility.bill_prefix.substr(0, 2);
    std::uint32_t mix = 17;
    for (const char c : utility.code) mix = mix * 31 + static_cast<unsigned char>(c);
    constexpr document::Colour kColours[] = {
        {0x1f, 0x4e, 0x79}, {0x1d, 0x6b, 0x52}, {0x7a, 0x2e, 0x3a}, {0x4a, 0x3f, 0x7d}};
    logo.colour = kColours[mix % std::size(kColours)];
    return logo;
}

// Bills and credit notes are counted apart: their printed numbers must not be taken for each other.
std::string number_text(const org::Utility& utility, BillKind kind, std::int64_t number) {
    return bill_display(utility.bill_prefix, kind, number);
}

// Another link of the bill's chain.
store::StoredBill earlier(Tx& tx, const store::StoredBill& bill, std::int32_t seq) {
    auto found = store::bill_at(tx, {bill.cell, bill.account_id, seq});
    ensure(found.has_value(), "a bill names another that is missing");
    return *std::move(found);
}

}  // namespace

NameFinder::NameFinder(Tx& tx, const org::Utility& utility) : utility_(utility) {
    const auto name = members_of(tx, utility.name_json);
    const auto contact = members_of(tx, utility.contact_json);
    const auto find = [](const auto& map, const char* key) {
        const auto at = map.find(key);
        return at == map.end() ? std::string() : at->second;
    };
    printed_.name = {find(name, "en"), find(name, "zh")};
    printed_.address = utility.address;
    for (const auto* key : {"phone", "email", "web"})
        if (const auto line = find(contact, key); !line.empty()) printed_.contact.push_back(line);
    printed_.tax_number = find(contact, "tax_number");
    printed_.bank = find(contact, "bank_account");
    printed_.logo = logo_of(utility);
    language_ = document::language_of(utility.language).value_or(document::Language::en);
    for (const auto& [key, tariff] : pricebook::load_active(tx))
        for (const auto& plan : tariff.versions) plans_.emplace(plan->version_id, plan);
}

void NameFinder::add_meters(Tx& tx, CellId cell, const Derivation& derivation, BillNames& names) const {
    std::vector<std::int64_t> points;
    for (const auto& section : derivation.sections) {
        points.push_back(section.service_point_id);
        for (const auto& related : section.adjustments.related) points.push_back(related.service_point_id);
    }
    std::ranges::sort(points);
    points.erase(std::unique(points.begin(), points.end()), points.end());
    for (const auto& point : metering::meters_of(tx, cell, points))
        for (const auto& fact : point.timeline)
            for (const auto& r : fact.registers)
                names.registers[{point.service_point_id, fact.valid_from, fact.version, r.register_no}] = {
                    fact.serial, r.stream, r.unit, r.multiplier_e6, fact.volume_factor_e8};
}

document::PaymentSlip NameFinder::slip_of(const store::StoredBill& bill, const BillNames& names) const {
    document::PaymentSlip slip;
    slip.payee = printed_.name;
    slip.bank = printed_.bank;
    slip.reference = names.bill_number;
    slip.qr_payload =
        fmt::format("pay:{}?account={}&bill={}&amount={}&currency={}&due={}", utility_.code, names.account_number,
                    names.bill_number, format_money({bill.total_minor, bill.currency}), bill.currency.text(),
                    format_date(bill.due_on));
    return slip;
}

BillNames NameFinder::names_of(Tx& tx, const store::StoredBill& bill, const Derivation& derivation) const {
    BillNames names;
    names.language = language_;
    names.utility = printed_;
    names.plans = plans_;
    names.account_number = customer::account_code(tx, bill.cell, bill.account_id);
    names.bill_number = number_text(utility_, bill.kind, bill.number);
    const customer::AccountRef account{bill.cell, bill.account_id, bill.legal_entity_id, 0, names.account_number, {},
                                       {}};
    const auto view = customer::account_view(tx, account, bill.issued_on);
    names.customer_name = view.party_name;
    names.postal_address = view.party_address;
    for (const auto& service : view.services)
        names.points[service.service_point_id] = {joined(service.premise_address), service.service_point};
    for (auto& stated : customer::stated_facts_of(tx, bill.cell, bill.account_id))
        names.stated_facts[{stated.agreement_id, stated.valid_from, stated.version}] = std::move(stated.facts);
    add_meters(tx, bill.cell, derivation, names);
    if (bill.cancels_seq)
        names.cancels_number = number_text(utility_, BillKind::bill, earlier(tx, bill, *bill.cancels_seq).number);
    if (bill.replaces_seq) {
        const auto replaced = earlier(tx, bill, *bill.replaces_seq);
        names.replaces_number = number_text(utility_, BillKind::bill, replaced.number);
        names.replaced_minor = replaced.total_minor;
    }
    decode(bill.carry, names.carry);
    if (bill.kind == BillKind::bill && bill.total_minor > 0) names.slip = slip_of(bill, names);
    return names;
}

document::BillPage NameFinder::page_of(Tx& tx, const store::StoredBill& bill) const {
    Derivation derivation = decode_derivation(bill.derivation);
    if (bill.cancels_seq)
        derivation.sections = decode_derivation(earlier(tx, bill, *bill.cancels_seq).derivation).sections;
    return bill_page_of(derivation, names_of(tx, bill, derivation));
}

}  // namespace mainspring::billing
