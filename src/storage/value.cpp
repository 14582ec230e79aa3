#include "storage/value.hpp"

#include <fmt/core.h>

namespace mainspring {

void WireBuffer::grow(std::size_t size) {
    const std::size_t capacity = std::max<std::size_t>({capacity_ * 2, size_ + size, 1024});
    auto bigger = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ != 0) std::memcpy(bigger.get(), data_.get(), size_);
    data_ = std::move(bigger);
    capacity_ = capacity;
}

namespace wire {

namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int32_t kDayInfinity = std::numeric_limits<std::int32_t>::max();
constexpr std::int32_t kDayMinusInfinity = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t kInstantInfinity = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kInstantMinusInfinity = std::numeric_limits<std::int64_t>::min();
constexpr year_month_day kLastDate{std::chrono::year::max(), std::chrono::December, std::chrono::day{31}};
constexpr year_month_day kFirstDate{std::chrono::year::min(), std::chrono::January, std::chrono::day{1}};
// Limits of PostgreSQL's types: Julian day 0 and 5874898-01-01; 294277-01-01 for instants.
constexpr std::int64_t kFirstDay = -2451545;
constexpr std::int64_t kEndDay = 2145031949;
constexpr std::int64_t kEndMicroseconds = 9'223'371'331'200'000'000;
constexpr std::int64_t kFirstMicroseconds = kFirstDay * 86'400'000'000;

}  // namespace

std::int32_t day_to_wire(sys_days day) {
    if (day == sys_days::max()) return kDayInfinity;
    if (day == sys_days::min()) return kDayMinusInfinity;
    const auto count = static_cast<std::int64_t>((day - kEpochDay).count());
    ensure(count >= kFirstDay && count < kEndDay, "a date lies within the range of the database");
    return static_cast<std::int32_t>(count);
}

sys_days day_from_wire(std::int32_t day) {
    if (day == kDayInfinity) return sys_days::max();
    if (day == kDayMinusInfinity) return sys_days::min();
    return kEpochDay + std::chrono::days{day};
}

std::int32_t date_to_wire(year_month_day date) {
    ensure(date.ok(), "a date exists in the calendar");
    if (date == kLastDate) return kDayInfinity;
    if (date == kFirstDate) return kDayMinusInfinity;
    return day_to_wire(sys_days{date});
}

year_month_day date_from_wire(std::int32_t day) {
    if (day == kDayInfinity) return kLastDate;
    if (day == kDayMinusInfinity) return kFirstDate;
    const sys_days from = day_from_wire(day);
    ensure(from < sys_days{kLastDate}, "a date of the database lies before the year 32767");
    return year_month_day{from};
}

std::int64_t instant_to_wire(Instant instant) {
    if (instant == Instant::max()) return kInstantInfinity;
    if (instant == Instant::min()) return kInstantMinusInfinity;
    const std::int64_t milliseconds = instant.time_since_epoch().count();
    ensure(milliseconds >= kFirstMicroseconds / 1000 + kEpochMilliseconds &&
               milliseconds < kEndMicroseconds / 1000 + kEpochMilliseconds,
           "an instant lies within the range of the database");
    return (milliseconds - kEpochMilliseconds) * 1000;
}

Instant instant_from_wire(std::int64_t microseconds) {
    if (microseconds == kInstantInfinity) return Instant::max();
    if (microseconds == kInstantMinusInfinity) return Instant::min();
    std::int64_t milliseconds = microseconds / 1000;
    if (microseconds % 1000 < 0) --milliseconds;
    return Instant{std::chrono::milliseconds{milliseconds + kEpochMilliseconds}};
}

ArrayHeader read_array_header(std::string_view& field) {
    ensure(field.size() >= 12, "an array field holds its header");
    const auto dimensions = load_be<std::int32_t>(field.data());
    ArrayHeader header{.element = load_be<TypeOid>(field.data() + 8),
                       .has_null = load_be<std::int32_t>(field.data() + 4) != 0};
    ensure(dimensions == 0 || dimensions == 1, "an array has one dimension");
    if (dimensions == 0) {
        field.remove_prefix(12);
        return header;
    }
    ensure(field.size() >= 20, "an array field holds its dimension");
    header.size = static_cast<std::size_t>(load_be<std::int32_t>(field.data() + 12));
    field.remove_prefix(20);
    return header;
}

void write_array_header(WireBuffer& out, const ArrayHeader& header) {
    out.put(std::int32_t{header.size == 0 ? 0 : 1});
    out.put(std::int32_t{header.has_null ? 1 : 0});
    out.put(header.element);
    if (header.size == 0) return;
    ensure(header.size <= 100'000'000, "an array parameter has a sane number of elements");
    out.put(static_cast<std::int32_t>(header.size));
    out.put(std::int32_t{1});
}

TypeOid element_of(TypeOid array) {
    using namespace type_oid;
    switch (array) {
        case kBoolArray: return kBool;
        case kByteaArray: return kBytea;
        case kInt2Array: return kInt2;
        case kInt4Array: return kInt4;
        case kInt8Array: return kInt8;
        case kTextArray: return kText;
        case kVarcharArray: return kVarchar;
        case kDateArray: return kDate;
        case kTimestamptzArray: return kTimestamptz;
        case kUuidArray: return kUuid;
        case kJsonbArray: return kJsonb;
        default: return 0;
    }
}

void fail_size(std::size_t size) {
    throw BugError(fmt::format("a database value of {} bytes was read as another type", size));
}

void fail_null() { throw BugError("a NULL element was read from an array that holds none by its type"); }

}  // namespace wire

}  // namespace mainspring
