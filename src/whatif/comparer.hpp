// Rates one account over a period twice, by what was in force and by a scenario, with the engine of bill runs.
// Pure. Rules: docs/WHATIF.md.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "billing/published.hpp"
#include "billing/section.hpp"
#include "rating/rating.hpp"
#include "whatif/outcome.hpp"
#include "whatif/scenario.hpp"

namespace mainspring::whatif {

// What all workers of a comparison share.
struct Question {
    DateRange dates;  // billed month by month
    billing::RunRules rules;
    billing::Reference reference;
    const Scenario& scenario;
};

// Holds buffers: one per thread.
class Comparer {
public:
    explicit Comparer(const Question& question);

    // Both bills of the account over the whole period; empty where nothing of it could be rated by both. Adds sections
    // and causes to `outcome`, not the account itself.
    std::optional<Customer> compare(const billing::Account& account, Outcome& outcome);

    std::int64_t sections() const { return sections_; }  // of the last account
    const billing::ClauseTotals& now() const { return now_totals_; }
    const billing::ClauseTotals& then() const { return then_totals_; }

private:
    void compare_agreement(const billing::Agreement& agreement, Customer& customer, Outcome& outcome);
    bool build(const billing::Agreement& agreement, Outcome& outcome);
    bool rate(const billing::Agreement& agreement, Customer& customer, Outcome& outcome);
    // Empty, or why it could not be rated.
    std::string_view try_to_rate(const rating::SectionInput& input, rating::RatedSection& out);
    const billing::Section* section_then(const billing::Agreement& agreement, std::string_view& why_not);

    const Question& question_;
    std::vector<DateRange> months_;
    billing::RunRules rules_;
    billing::PublishedViews published_;
    rating::Rater rater_;
    billing::Section section_, other_section_;
    billing::AgreementCarry carry_;
    bool has_carry_ = false;
    std::vector<billing::Exception> exceptions_;
    std::vector<billing::AgreementVersion> versions_;
    std::vector<rating::AgreementSpan> spans_;
    rating::RatedSection now_, then_;
    rating::Accumulated now_before_, then_before_;
    billing::ClauseTotals now_totals_, then_totals_;
    std::int64_t sections_ = 0;
};

}  // namespace mainspring::whatif
