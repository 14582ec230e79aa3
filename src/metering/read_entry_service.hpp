// A read as a person types it: judged by what the meter showed before, and stored.
#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "customer/customer_service.hpp"
#include "metering/plausibility.hpp"
#include "org/access.hpp"
#include "storage/pool.hpp"

namespace mainspring::metering {

// The order is the precedence.
enum class EntryRefusalCode : std::uint8_t {
    command_reused,
    access,
    in_future,
    no_meter,          // none, or not that one, on the day
    unknown_register,  // the meter has no such register, or it is named twice, or is an interval channel
    bad_value,         // negative, or more than the dials can show
    already_read,      // on this day, by another read
    implausible,       // until it is confirmed
};
inline constexpr std::size_t kEntryRefusals = 8;
struct EntryRefusal {
    EntryRefusalCode code{};
    std::string text;
    std::size_t value = 0;  // which of the values is meant; of the last three
};

struct TypedValue {
    std::int16_t register_no = 0;
    std::int64_t value_micro = 0;
};
struct TypedRead {
    std::int32_t legal_entity_id = 0;
    customer::ServicePointRef point;
    Date on;
    std::string serial = {};  // needed on the day of an exchange, unless the reason tells
    ReadReason reason = ReadReason::billing;
    char quality = 'A';
    std::vector<TypedValue> values;
};

// What is to be said of each value, before anything is stored.
struct JudgedValue {
    InstalledRegister installed;
    Plausibility plausibility;
};
struct Judged {
    std::string serial;
    std::vector<JudgedValue> values;    // as typed
    std::vector<std::string> not_read;  // codes of registers that are billed and were not typed
};
std::expected<Judged, EntryRefusal> judge_read(Tx& tx, const TypedRead& read, Date today);

enum class Confirmed : std::uint8_t { no, yes };
struct EntryOrder {
    TypedRead read;
    Confirmed confirmed = Confirmed::no;
    org::Actor actor;
    Uuid command_id;
};
struct EnteredRead {
    Instant read_at;
    std::int64_t device_id = 0;
    std::int16_t version = 1;
};
// The instant is the beginning of the local day. What was confirmed against a doubt has the status c (confirmed). A
// rejected read of the same day is replaced; registers that a read of the same day does not hold are added to it.
std::expected<EnteredRead, EntryRefusal> enter_read(Pool& pool, const Clock& clock, const EntryOrder& order);

}  // namespace mainspring::metering
