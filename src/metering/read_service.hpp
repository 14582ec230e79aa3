// A person's word about a read: confirmed, rejected, corrected. Each is a new version of it.
#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/uuid.hpp"
#include "org/access.hpp"
#include "storage/pool.hpp"

namespace mainspring::metering {

// The order is the precedence.
enum class ReadRefusalCode : std::uint8_t {
    access,
    command_reused,
    unknown_read,
    changed_since,     // another version came after the one that the person saw
    already_so,        // it is confirmed (rejected) already
    unknown_register,  // a correction of a register that the read does not hold
    bad_value,         // negative
};
struct ReadRefusal {
    ReadRefusalCode code{};
    std::string text;
};

inline constexpr std::size_t kReadRefusals = 7;

// Which read, and what the person saw.
struct ReadKey {
    CellId cell;
    std::int64_t service_point_id = 0;
    Instant read_at;
    std::int64_t device_id = 0;
    std::int16_t version = 0;
};

struct ReadOrder {
    ReadKey key;
    org::Actor actor;
    Uuid command_id;
    std::string note = {};  // why; kept in the audit
};

// The number of the new version.
std::expected<std::int16_t, ReadRefusal> confirm_read(Pool& pool, const Clock& clock, const ReadOrder& order);
std::expected<std::int16_t, ReadRefusal> reject_read(Pool& pool, const Clock& clock, const ReadOrder& order);

struct CorrectedValue {
    std::int16_t register_no = 0;
    std::int64_t value_micro = 0;
};
// Registers that are not named keep their values. The corrected read is confirmed and of quality S (substituted).
std::expected<std::int16_t, ReadRefusal> correct_read(Pool& pool, const Clock& clock, const ReadOrder& order,
                                                      const std::vector<CorrectedValue>& values);

// The organisation unit of the cell; 0 when there is no such cell.
std::int32_t unit_of_cell(Tx& tx, CellId cell);

}  // namespace mainspring::metering
