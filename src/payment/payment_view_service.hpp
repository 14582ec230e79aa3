// Finding a payment by the only name that its payer's slip carries.
#pragma once
#include <optional>
#include <span>

#include "payment/payment.hpp"
#include "storage/pool.hpp"

namespace mainspring::payment {

struct PaymentView {
    CellId cell;
    std::int64_t account_id = 0;
    std::int32_t legal_entity_id = 0;
    Money amount;
    Date received_on;
};
// In one of the cells; nothing when there is none.
std::optional<PaymentView> locate_payment(Tx& tx, std::span<const CellId> cells, const Uuid& command_id);

}  // namespace mainspring::payment
