#include "money/currency.hpp"

#include <algorithm>

#include "base/ensure.hpp"

namespace mainspring {

namespace {

// ISO 4217: codes whose minor unit is not 1/100, then those with two digits.
constexpr std::string_view kNoMinor[] = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                         "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::string_view kThreeDigits[] = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
constexpr std::string_view kTwoDigits[] = {
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BMD", "BND", "BOB", "BRL",
    "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DKK", "DOP",
    "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ", "GYD", "HKD", "HNL",
    "HTG", "HUF", "IDR", "ILS", "INR", "IRR", "JMD", "KES", "KGS", "KHR", "KPW", "KYD", "KZT", "LAK", "LBP", "LKR",
    "LRD", "LSL", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN",
    "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB",
    "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SYP", "SZL", "THB", "TJS",
    "TMT", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "USD", "UYU", "UZS", "VES", "WST", "XCD", "YER", "ZAR", "ZMW"};

// -1: unknown.
int digits_of(std::string_view code) {
    if (std::ranges::find(kTwoDigits, code) != std::end(kTwoDigits)) return 2;
    if (std::ranges::find(kNoMinor, code) != std::end(kNoMinor)) return 0;
    if (std::ranges::find(kThreeDigits, code) != std::end(kThreeDigits)) return 3;
    return -1;
}

}  // namespace

std::expected<Currency, std::string> currency_of(std::string_view code) {
    if (digits_of(code) < 0) return std::unexpected("'" + std::string(code) + "' is no currency of ISO 4217");
    return Currency{{code[0], code[1], code[2]}};
}

int minor_digits(Currency currency) {
    const int digits = digits_of(currency.text());
    ensure(digits >= 0, "unknown currency");
    return digits;
}

}  // namespace mainspring
