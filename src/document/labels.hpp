// The fixed words of a printed bill, in every language we print, in one place.
#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace mainspring::document {

enum class Language : std::uint8_t { en, zh, en_zh };
std::string_view text_of(Language language);  // "en", "zh", "en+zh"
std::expected<Language, std::string> language_of(std::string_view text);

enum class Label : std::uint8_t {
    bill_electricity,
    bill_gas,
    bill_water,
    bill_many,
    credit_note,
    electricity,
    gas,
    water,
    account_number,
    bill_number,
    credit_note_number,
    issued_on,
    due_on,
    period,
    supply_address,
    service_point,
    tariff,
    amount_due,
    credit_amount,
    debit_amount,  // of a credit note that takes a bill of less than nothing back
    tax_number,
    bank,
    meter_reads,
    meter,
    register_name,
    previous_read,
    current_read,
    multiplier,
    usage,
    read_actual,
    read_estimated,
    read_customer,
    charges,
    charge,
    charge_period,
    quantity,
    price,
    amount,
    subtotal,
    taxes,
    section_total,
    bill_total,
    credit_note_total,
    usage_history,
    estimated_bar,
    payment_slip,
    payee,
    reference,
    scan_to_pay,
    cut_here,
    tariffs_used,
    page_of,  // "Page {} of {}"
    continued,
};
inline constexpr std::size_t kLabels = static_cast<std::size_t>(Label::continued) + 1;

struct LabelWords {
    std::string_view en, zh;
};
const LabelWords& words_of(Label label);

// For en+zh both, with `between` in the middle.
std::string text_of(Label label, Language language, std::string_view between = " ");

}  // namespace mainspring::document
