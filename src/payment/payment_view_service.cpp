#include "payment/payment_view_service.hpp"

#include "payment/payment_store.hpp"

namespace mainspring::payment {

std::optional<PaymentView> locate_payment(Tx& tx, std::span<const CellId> cells, const Uuid& command_id) {
    for (const CellId cell : cells)
        if (const auto row = find_payment(tx, cell, command_id))
            return PaymentView{row->cell, row->account_id, row->legal_entity_id, row->amount, row->received_on};
    return std::nullopt;
}

}  // namespace mainspring::payment
