// Does the quantity of a NEM13 record follow from its two readings? And the check digit of an NMI.
#pragma once
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/decimal.hpp"
#include "formats/nem.hpp"

namespace mainspring::formats {

enum class AdvanceVerdict {
    ok,                      // quantity = current - previous
    rounded,                 // differs by less than one step of the register
    rollover,                // the register passed its end: quantity = difference + 10^dials
    negative_of_difference,  // written with the opposite sign, as import registers are by some
    reverse,                 // the register ran backward through zero: quantity = 10^dials - difference
    mismatch,                // none of these: for review
};
std::string_view text_of(AdvanceVerdict verdict);

struct AdvanceQuestion {
    std::string_view previous, current;  // as displayed, leading zeros and all
    std::string_view quantity;           // exponents accepted
    NemDirection direction = NemDirection::export_;
};

struct AdvanceJudgement {
    AdvanceVerdict verdict = AdvanceVerdict::mismatch;
    int dials = 0;  // digits before the point of the longer reading: for this judgement alone. Billing takes
                    // the dials of the installation.
    std::string difference;  // current - previous, exact
    // What speaks against taking it unseen: a negative difference under E; a rollover or reverse run by more than
    // a quarter of the register.
    bool review = false;
};

// Error: which of the three texts is no decimal. Whether a rollover is plausible for the customer is for validation.
std::expected<AdvanceJudgement, std::string> judge_advance(const AdvanceQuestion& question);

// The check digit (the 11th character) of a National Metering Identifier of ten characters: from the right, the ASCII
// code of every character, every second doubled beginning with the rightmost; all decimal digits added; up to the
// next ten. Empty unless there are ten letters (upper case) or digits. Source: AEMO, NMI Procedure, appendix on the
// NMI checksum.
std::optional<int> nmi_check_digit(std::string_view nmi);
// Ten characters, or eleven of which the last is right.
bool is_valid_nmi(std::string_view nmi);

}  // namespace mainspring::formats
