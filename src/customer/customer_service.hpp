// Moving in and out, and finding accounts.
#pragma once
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "customer/agreement.hpp"
#include "customer/customer_store.hpp"
#include "org/org_service.hpp"

namespace mainspring::customer {

// The order is the precedence: the first that fits is given.
enum class RefusalCode : std::uint8_t {
    unknown_account,
    access,
    command_reused,
    unknown_service_point,
    other_cell,      // account and service point live in different cells
    before_opening,  // of the account
    supplied,        // the service point is supplied under an agreement on some of the days
    not_supplied,    // nothing to end on that day
    already_ended,   // the end is known and another
};
struct Refusal {
    RefusalCode code{};
    std::string text;
};

struct AccountRef {
    CellId cell;
    std::int64_t account_id = 0;
    std::int32_t legal_entity_id = 0, org_unit_id = 0;
    std::string code, currency, cycle;
};
// By code within a utility.
std::optional<AccountRef> find_account(Tx& tx, std::int32_t legal_entity_id, std::string_view code);

struct ServicePointRef {
    CellId cell;
    std::int64_t service_point_id = 0;
    std::string code;
    Commodity commodity = Commodity::electricity;
};
// Those of the codes that exist in the cells, in no particular order.
std::vector<ServicePointRef> find_service_points(Tx& tx, std::span<const CellId> cells,
                                                 std::span<const std::string> codes);

// The codes of those that exist in the cell, by id.
std::map<std::int64_t, std::string> service_point_codes(Tx& tx, CellId cell, std::span<const std::int64_t> points);

struct MoveIn {
    std::string utility, account, service_point;  // codes
    Date on;
    Terms terms;
    org::Actor actor;
    Uuid command_id;
};
struct Moved {
    CellId cell;
    std::int64_t agreement_id = 0;
    int gap_days = 0;  // days without any agreement before a move-in; allowed, but someone should know
};
std::expected<Moved, Refusal> move_in(Pool& pool, const Clock& clock, const MoveIn& move);

struct MoveOut {
    std::string utility, account, service_point;
    Date on;  // first day without agreement
    org::Actor actor;
    Uuid command_id;
};
std::expected<Moved, Refusal> move_out(Pool& pool, const Clock& clock, const MoveOut& move);

}  // namespace mainspring::customer
