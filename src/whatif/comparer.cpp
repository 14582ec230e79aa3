#include "whatif/comparer.hpp"

#include <algorithm>
#include <array>

#include "billing/account_bill.hpp"

namespace mainspring::whatif {

using billing::Acceptance;
using billing::Agreement;
using billing::Cause;
using billing::Section;
using billing::SectionResult;

namespace {

// Nobody is billed: what a person would look at first is rated as it is.
constexpr std::array kAccepted{
    Acceptance{0, Cause::suspect_read, kForever}, Acceptance{0, Cause::estimated_too_long, kForever},
    Acceptance{0, Cause::use_high, kForever},     Acceptance{0, Cause::use_low, kForever},
    Acceptance{0, Cause::use_zero, kForever},     Acceptance{0, Cause::bill_negative, kForever}};

std::vector<DateRange> months_of(DateRange dates) {
    std::vector<DateRange> months;
    for (Date day = dates.from; day < dates.to; day = months.back().to)
        months.push_back({day, std::min(first_of_next_month(day), dates.to)});
    return months;
}

bool starts_before(const Agreement& agreement, Date day) {
    return !agreement.versions.empty() && agreement.versions.front().dates.from < day;
}

}  // namespace

Comparer::Comparer(const Question& question)
    : question_(question),
      months_(months_of(question.dates)),
      rules_(question.rules),
      published_(question.reference.published) {}

std::optional<Customer> Comparer::compare(const billing::Account& account, Outcome& outcome) {
    Customer customer;
    customer.account_id = account.account_id;
    customer.currency = account.currency;
    sections_ = 0;
    for (const Agreement& agreement : account.agreements) compare_agreement(agreement, customer, outcome);
    if (sections_ == 0) return std::nullopt;
    return customer;
}

// The period begins at the read nearest to its first day, as a bill run would have ended the month before.
void Comparer::compare_agreement(const Agreement& agreement, Customer& customer, Outcome& outcome) {
    now_before_.clear();
    then_before_.clear();
    has_carry_ = starts_before(agreement, question_.dates.from);
    if (has_carry_) {
        carry_ = {};
        carry_.agreement_id = agreement.agreement_id;
        rules_.period = {question_.dates.from, question_.dates.from};
        carry_.billed_through = billing::end_of_period(agreement, rules_);
    }
    for (const DateRange month : months_) {
        rules_.period = month;
        if (!build(agreement, outcome)) continue;
        if (rate(agreement, customer, outcome)) ++sections_;
        std::swap(carry_, section_.carry_out);
        has_carry_ = true;
    }
}

bool Comparer::build(const Agreement& agreement, Outcome& outcome) {
    exceptions_.clear();
    try {
        const auto built = billing::build_section(
            {agreement, has_carry_ ? &carry_ : nullptr, rules_, question_.reference, kAccepted}, section_, exceptions_);
        for (const auto& exception : exceptions_) outcome.add_unrated_now(text_of(exception.cause));
        return built == SectionResult::billed;
    } catch (const OverflowError&) {
        outcome.add_unrated_now(text_of(Cause::beyond_range));
        return false;
    }
}

// Of interval values the periods are the tariff's: they are sorted into those of the scenario. What registers counted
// stays what it is.
const Section* Comparer::section_then(const Agreement& agreement, std::string_view& why_not) {
    const bool same = std::ranges::all_of(
        section_.spans, [&](const auto& span) { return question_.scenario.instead_of(span.tariff) == span.tariff; });
    if (same || section_.channels.empty()) return &section_;
    versions_.assign(agreement.versions.begin(), agreement.versions.end());
    for (auto& version : versions_) version.tariff = question_.scenario.instead_of(version.tariff);
    Agreement other = agreement;
    other.versions = versions_;
    exceptions_.clear();
    try {
        const auto built =
            billing::build_section({other, has_carry_ ? &carry_ : nullptr, rules_, question_.reference, kAccepted},
                                   other_section_, exceptions_);
        if (built == SectionResult::billed) return &other_section_;
        why_not = exceptions_.empty() ? "nothing_to_bill" : text_of(exceptions_.front().cause);
    } catch (const OverflowError&) {
        why_not = text_of(Cause::beyond_range);
    }
    return nullptr;
}

// One absurd price or fact must not keep the question from its answer.
std::string_view Comparer::try_to_rate(const rating::SectionInput& input, rating::RatedSection& out) {
    try {
        const auto rated = rater_.rate(input, out);
        return rated ? std::string_view() : text_of(rated.error());
    } catch (const OverflowError&) {
        return text_of(Cause::beyond_range);
    }
}

bool Comparer::rate(const Agreement& agreement, Customer& customer, Outcome& outcome) {
    rating::SectionInput input = billing::input_of(section_);
    published_.give(section_, input);
    input.before = &now_before_;
    if (const auto why_not = try_to_rate(input, now_); !why_not.empty()) {
        outcome.add_unrated_now(why_not);
        return false;
    }
    std::string_view no_section;
    const Section* other = section_then(agreement, no_section);
    if (other == nullptr) {
        outcome.add_unrated_then(no_section);
        return false;
    }
    spans_.assign(section_.spans.begin(), section_.spans.end());
    for (auto& span : spans_) span.tariff = question_.scenario.instead_of(span.tariff);
    input = billing::input_of(*other);
    published_.give(*other, input);
    input.spans = spans_;
    input.before = &then_before_;
    if (const auto why_not = try_to_rate(input, then_); !why_not.empty()) {
        outcome.add_unrated_then(why_not);
        return false;
    }
    if (then_.currency != now_.currency) {
        outcome.add_unrated_then("currency_changed");
        return false;
    }
    billing::pass_on(now_before_, section_.dates, now_.after);
    billing::pass_on(then_before_, section_.dates, then_.after);
    std::swap(now_before_, now_.after);
    std::swap(then_before_, then_.after);
    now_totals_.add(now_, {agreement.commodity, section_.unit, section_.total_micro});
    then_totals_.add(then_, {agreement.commodity, section_.unit, section_.total_micro});
    customer.customer_class = section_.spans.back().customer_class;
    customer.now_minor = narrow(Int128{customer.now_minor} + now_.total_minor);
    customer.then_minor = narrow(Int128{customer.then_minor} + then_.total_minor);
    return true;
}

}  // namespace mainspring::whatif
