// Everything that a bill's proof refers to, found in the database and put into words.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "billing/bill_page_of.hpp"
#include "billing/billing_store.hpp"
#include "org/org_service.hpp"

namespace mainspring::billing {

using PlansById = std::map<std::int64_t, std::shared_ptr<const tariff::Plan>>;

class NameFinder {
public:
    NameFinder(Tx& tx, const org::Utility& utility);
    BillNames names_of(Tx& tx, const store::StoredBill& bill, const Derivation& derivation) const;
    // As it is printed; a credit note with the lines of the bill that it takes back.
    document::BillPage page_of(Tx& tx, const store::StoredBill& bill) const;

private:
    void add_meters(Tx& tx, CellId cell, const Derivation& derivation, BillNames& names) const;
    document::PaymentSlip slip_of(const store::StoredBill& bill, const BillNames& names) const;

    org::Utility utility_;
    document::Utility printed_;
    document::Language language_{};
    PlansById plans_;
};

}  // namespace mainspring::billing
