#include "payment/payment.hpp"

namespace mainspring::payment {

std::string_view text_of(Method method) {
    switch (method) {
        case Method::cash: return "cash";
        case Method::bank: return "bank";
        case Method::transit: return "transit";
    }
    return "cash";
}

std::optional<Method> method_of(std::string_view text) {
    for (const Method method : {Method::cash, Method::bank, Method::transit})
        if (text_of(method) == text) return method;
    return std::nullopt;
}

std::string_view text_of(PaymentRefusal refusal) {
    switch (refusal) {
        case PaymentRefusal::access: return "access";
        case PaymentRefusal::command_reused: return "command_reused";
        case PaymentRefusal::unknown_account: return "unknown_account";
        case PaymentRefusal::amount_not_positive: return "amount_not_positive";
        case PaymentRefusal::currency_differs: return "currency_differs";
        case PaymentRefusal::period_closed: return "period_closed";
        case PaymentRefusal::out_of_range: return "out_of_range";
        case PaymentRefusal::unknown_payment: return "unknown_payment";
        case PaymentRefusal::already_undone: return "already_undone";
        case PaymentRefusal::credit_used: return "credit_used";
    }
    return "unknown";
}

}  // namespace mainspring::payment
