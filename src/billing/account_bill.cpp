#include "billing/account_bill.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "ledger/posting.hpp"

namespace mainspring::billing {

namespace {}  // namespace

Cause cause_of(rating::Refusal refusal) {
    switch (refusal) {
        case rating::Refusal::no_tariff_version: return Cause::no_tariff_version;
        case rating::Refusal::fact_missing: return Cause::fact_missing;
        case rating::Refusal::register_missing: return Cause::register_missing;
        case rating::Refusal::input_missing: return Cause::input_missing;
        case rating::Refusal::usage_missing: return Cause::usage_missing;
        case rating::Refusal::intervals_missing: return Cause::intervals_missing;
        case rating::Refusal::price_missing: return Cause::price_missing;
        case rating::Refusal::currency_changed: return Cause::currency_changed;
        case rating::Refusal::unit_changed: return Cause::unit_changed;
        case rating::Refusal::class_not_allowed: return Cause::class_not_allowed;
    }
    return Cause::no_tariff;
}

AccountBiller::AccountBiller(const RunContext& context, std::int32_t cell_id)
    : context_(context), cell_id_(cell_id), published_(context.reference.published) {}

bool AccountBiller::rate_sections(const Account& account, std::vector<Exception>& exceptions) {
    bool rated = true;
    for (std::size_t i = 0; i < used_; ++i) {
        Section& section = sections_[i];
        rating::SectionInput input = input_of(section);
        published_.give(section, input);
        const auto result = rater_.rate(input, rated_[i]);
        if (!result) {
            const auto missing = missing_text(section, rated_[i], context_.reference.published, result.error());
            exceptions.push_back({section.agreement->agreement_id, cause_of(result.error()),
                                  fmt::format("{} to {}{}{}", format_date(section.dates.from),
                                              format_date(section.dates.to), missing.empty() ? "" : ": ", missing)});
            rated = false;
        } else if (rated_[i].currency != account.currency) {
            exceptions.push_back({section.agreement->agreement_id, Cause::currency_changed,
                                  fmt::format("the tariff is in {}, the account in {}", rated_[i].currency.text(),
                                              account.currency.text())});
            rated = false;
        } else {
            if (!rated_[i].published.empty()) fill_pins(rated_[i], context_.reference.published, section.published);
            pass_on(section.accumulated, section.dates, rated_[i].after);
            for_carry(rated_[i].after, section.carry_out.left);
        }
    }
    return rated;
}

BillHead AccountBiller::head_of(const BillRequest& request) const {
    BillHead head;
    head.cell_id = cell_id_;
    head.account_id = request.account.account_id;
    head.bill_seq = request.chain.last_seq + 1;
    head.replaces_seq = request.purpose.replaces_seq;
    head.period = sections_[0].dates;
    head.issued_on = context_.issued_on;
    head.due_on = context_.due_on;
    head.currency = request.account.currency;
    head.flags = (request.purpose.replaces_seq != 0 ? kCorrected : 0) | kFinal | kZeroUse;
    Int128 total = 0;
    for (std::size_t i = 0; i < used_; ++i) {
        const Section& section = sections_[i];
        head.period.from = std::min(head.period.from, section.dates.from);
        head.period.to = std::max(head.period.to, section.dates.to);
        if (section.estimated) head.flags |= kEstimated;
        if (!section.final) head.flags &= ~kFinal;
        if (section.total_micro != 0) head.flags &= ~kZeroUse;
        total += rated_[i].total_minor;
    }
    head.total_minor = narrow(total);
    return head;
}

// Agreements that were not billed this time keep what they had.
void AccountBiller::next_carry(const Carry& before) {
    carry_.agreements.clear();
    for (std::size_t i = 0; i < used_; ++i) carry_.agreements.push_back(sections_[i].carry_out);
    for (const auto& old : before.agreements)
        if (carry_.find(old.agreement_id) == nullptr) carry_.agreements.push_back(old);
    std::ranges::sort(carry_.agreements, {}, &AgreementCarry::agreement_id);
}

void AccountBiller::write(const BillRequest& request, ReadyBill& out) {
    out.head = head_of(request);
    legs_.clear();
    agreements_.clear();
    for (std::size_t i = 0; i < used_; ++i) {
        legs_.add(rated_[i], context_.postings);
        agreements_.push_back({&sections_[i], &rated_[i]});
    }
    out.legs = legs_.legs();
    out.derivation.clear();
    encode(out.head, agreements_, out.derivation);
    out.sha256 = sha256_of(out.derivation);
    next_carry(request.chain.carry);
    out.carry.clear();
    encode(carry_, out.carry);
}

// One absurd fact (a price, a multiplier, a value) must not keep all other accounts from their bills.
AccountBiller::Outcome AccountBiller::bill(const BillRequest& request, ReadyBill& out,
                                           std::vector<Exception>& exceptions) {
    try {
        return bill_within_range(request, out, exceptions);
    } catch (const OverflowError& error) {
        exceptions.push_back({0, Cause::beyond_range, error.what()});
        return Outcome::held_back;
    }
}

AccountBiller::Outcome AccountBiller::bill_within_range(const BillRequest& request, ReadyBill& out,
                                                        std::vector<Exception>& exceptions) {
    used_ = 0;
    bool held = false;
    for (const auto& agreement : request.account.agreements) {
        if (used_ == sections_.size()) {
            sections_.emplace_back();
            rated_.emplace_back();
        }
        const auto result = build_section({agreement, request.chain.carry.find(agreement.agreement_id), context_.rules,
                                           context_.reference, request.accepted},
                                          sections_[used_], exceptions);
        if (result == SectionResult::billed) ++used_;
        held = held || result == SectionResult::held_back;
    }
    if (held) return Outcome::held_back;
    if (used_ == 0) return Outcome::nothing_to_bill;
    if (!rate_sections(request.account, exceptions)) return Outcome::held_back;
    write(request, out);
    const bool every_leg_fits = std::ranges::all_of(out.legs, [](const Leg& leg) {
        return leg.amount_minor >= -ledger::kMostMinor && leg.amount_minor <= ledger::kMostMinor;
    });
    if (!every_leg_fits) {
        exceptions.push_back({0, Cause::beyond_range,
                              fmt::format("an amount of the bill is beyond {}",
                                          format_money({ledger::kMostMinor, request.account.currency}))});
        return Outcome::held_back;
    }
    const auto is_accepted = [&](const Acceptance& a) {
        return a.cause == Cause::bill_negative && out.head.period.to <= a.upto;
    };
    if (out.head.total_minor < 0 && std::ranges::none_of(request.accepted, is_accepted)) {
        exceptions.push_back({0, Cause::bill_negative, format_money({out.head.total_minor, request.account.currency})});
        return Outcome::held_back;
    }
    for (std::size_t i = 0; i < used_; ++i) {
        const Section& section = sections_[i];
        totals_.add(rated_[i], {section.agreement->commodity, section.unit, section.total_micro});
    }
    return Outcome::billed;
}

}  // namespace mainspring::billing
