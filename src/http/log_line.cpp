#include "http/log_line.hpp"

#include <fmt/format.h>

#include "base/json_writer.hpp"

namespace mainspring::http {

namespace {

// "2026-03-01T12:00:00.123Z"
std::string text_of(Instant at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(at - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                       time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

}  // namespace

std::string log_line(const Answered& answered, Instant at) {
    JsonObject line;
    line.text("time", text_of(at)).text("request", answered.request.id);
    if (!answered.request.path.empty()) line.text("method", text_of(answered.request.method));
    line.text("route", answered.route).number("status", answered.status);
    line.number("took_us", answered.took.count()).number("bytes", static_cast<std::int64_t>(answered.bytes));
    if (!answered.fault.empty()) line.text("fault", answered.fault);
    return line.done() + "\n";
}

}  // namespace mainspring::http
