// One account, one run: facts in, a bill ready to be numbered and written, or the reasons why not. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "billing/derivation.hpp"
#include "billing/posting.hpp"
#include "billing/published.hpp"
#include "billing/section.hpp"

namespace mainspring::billing {

// What all workers of a run share.
struct RunContext {
    RunRules rules;
    Reference reference;
    PostingMap postings;
    Date issued_on, due_on;
};

// The account's chain of bills so far.
struct BillChain {
    std::int32_t last_seq = 0;
    Carry carry;
};

struct ReadyBill {
    BillHead head;
    std::vector<Leg> legs;  // empty: a bill of zero
    std::vector<std::uint8_t> derivation, carry;
    Sha256 sha256{};
};

// Why this bill is made; changes only what the bill says of itself.
struct BillPurpose {
    std::int32_t replaces_seq = 0;
};

struct BillRequest {
    const Account& account;
    const BillChain& chain;
    std::span<const Acceptance> accepted;
    BillPurpose purpose = {};
};

Cause cause_of(rating::Refusal refusal);

// Holds buffers: one per thread.
class AccountBiller {
public:
    AccountBiller(const RunContext& context, std::int32_t cell_id);

    enum class Outcome { billed, nothing_to_bill, held_back };
    // Fills `out` when billed; adds to `exceptions` when held back. Adds the lines to totals() when billed.
    Outcome bill(const BillRequest& request, ReadyBill& out, std::vector<Exception>& exceptions);

    const ClauseTotals& totals() const { return totals_; }

private:
    Outcome bill_within_range(const BillRequest& request, ReadyBill& out, std::vector<Exception>& exceptions);
    bool rate_sections(const Account& account, std::vector<Exception>& exceptions);
    void write(const BillRequest& request, ReadyBill& out);
    BillHead head_of(const BillRequest& request) const;
    void next_carry(const Carry& before);

    const RunContext& context_;
    std::int32_t cell_id_;
    PublishedViews published_;
    rating::Rater rater_;
    std::vector<Section> sections_;
    std::vector<rating::RatedSection> rated_;
    std::size_t used_ = 0;  // of sections_ and rated_
    std::vector<RatedAgreement> agreements_;
    LegSummer legs_;
    ClauseTotals totals_;
    Carry carry_;
};

}  // namespace mainspring::billing
