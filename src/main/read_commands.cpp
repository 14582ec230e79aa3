#include "main/read_commands.hpp"

#include <fmt/format.h>
#include <memory>

#include "customer/customer_service.hpp"
#include "customer/dated.hpp"
#include "main/output.hpp"
#include "metering/point_view_service.hpp"
#include "metering/read_feed.hpp"
#include "metering/read_service.hpp"

namespace mainspring::cli {

namespace {

struct ReadFlags {
    std::string point, at, serial, note, utility, command_id, from, to;
    std::vector<std::string> values;  // REGISTER=VALUE
    bool suspect = false;
};

struct Point {
    org::Utility utility;
    customer::ServicePointRef ref;
    std::vector<metering::InstallationFact> timeline;
};

Point find_point(Session& session, const ReadFlags& flags) {
    Point point{.utility = session.utility(flags.utility), .ref = {}, .timeline = {}};
    session.require(org::Permission::look, point.utility.root_unit_id);
    const bool found = with_tx(session.database().app(), TxOptions(), [&](Tx& tx) {
        const auto cells = org::cells_of(tx, point.utility.legal_entity_id);
        const auto points = customer::find_service_points(tx, cells, std::array{flags.point});
        if (points.empty()) return false;
        point.ref = points.front();
        for (auto& meters : metering::meters_of(tx, point.ref.cell, std::array{point.ref.service_point_id}))
            point.timeline = std::move(meters.timeline);
        return true;
    });
    if (!found)
        throw Failure(Exit::refused,
                      fmt::format("utility {} has no service point '{}'", point.utility.code, flags.point));
    return point;
}

const metering::InstallationFact* device_of(const Point& point, std::int64_t device_id) {
    for (const auto& fact : point.timeline)
        if (fact.device_id == device_id) return &fact;
    return nullptr;
}

const metering::InstalledRegister* register_of(const metering::InstallationFact* device, std::int16_t number) {
    if (device != nullptr)
        for (const auto& installed : device->registers)
            if (installed.register_no == number) return &installed;
    return nullptr;
}

std::string wall_text(const Point& point, Instant at) {
    const WallTime wall = point.utility.zone_rules().wall_time_of(at);
    return fmt::format("{} {:02}:{:02}", format_date(wall.date), wall.minute_of_day / 60, wall.minute_of_day % 60);
}

std::string values_text(const metering::InstallationFact* device, const metering::ReadView& read) {
    std::string text;
    for (std::size_t i = 0; i < read.register_no.size(); ++i) {
        const auto* installed = register_of(device, read.register_no[i]);
        text += fmt::format("{}{}={}", text.empty() ? "" : " ",
                            installed != nullptr ? installed->code : fmt::to_string(read.register_no[i]),
                            format_decimal(read.value_micro[i], Quantity::kScale));
    }
    return text;
}

std::string_view status_text(std::string_view status) {
    if (status == "s") return "suspect";
    if (status == "c") return "confirmed";
    return status == "r" ? "rejected" : "valid";
}

Exit list_reads(Session& session, const ReadFlags& flags) {
    const Point point = find_point(session, flags);
    DateRange days{Date{}, kForever};
    if (!flags.from.empty()) days.from = date_argument("--from", flags.from);
    if (!flags.to.empty()) days.to = date_argument("--to", flags.to) + std::chrono::days(1);
    const auto reads = with_tx(session.database().app(), TxOptions(), [&](Tx& tx) {
        return metering::reads_of(tx, {point.ref.cell, point.ref.service_point_id, days});
    });
    Table table({{"READ AT", "read_at"},
                 {"METER", "serial"},
                 {"VALUES", "values"},
                 {"QUALITY", "quality"},
                 {"STATUS", "status"},
                 {"REASON", "reason"},
                 {"VERSION", "version", Table::Kind::number}});
    for (const auto& read : reads) {
        if (flags.suspect && read.status != "s") continue;
        const auto* device = device_of(point, read.device_id);
        table.add({wall_text(point, read.read_at), device != nullptr ? device->serial : "", values_text(device, read),
                   read.quality, std::string(status_text(read.status)), read.reason, fmt::to_string(read.version)});
    }
    print(session.json() ? table.json() + "\n" : table.text());
    return Exit::ok;
}

// The one read of this moment (of this meter, where several were read).
metering::ReadView find_read(Session& session, const Point& point, const ReadFlags& flags) {
    const auto wall = metering::parse_wall_time(flags.at);
    if (!wall) throw Failure(Exit::usage, fmt::format("READ_AT: {}", wall.error()));
    auto reads = with_tx(session.database().app(), TxOptions(), [&](Tx& tx) {
        return metering::reads_of(
            tx, {point.ref.cell, point.ref.service_point_id, {wall->date, wall->date + std::chrono::days(1)}});
    });
    std::erase_if(reads, [&](const metering::ReadView& read) {
        const auto* device = device_of(point, read.device_id);
        const bool other_meter = !flags.serial.empty() && (device == nullptr || device->serial != flags.serial);
        return other_meter || point.utility.zone_rules().wall_time_of(read.read_at) != *wall;
    });
    if (reads.empty())
        throw Failure(Exit::refused, fmt::format("service point {} has no read of {}: give day and time as "
                                                 "`mainspring read list {}` shows them",
                                                 flags.point, flags.at, flags.point));
    if (reads.size() > 1)
        throw Failure(Exit::refused,
                      fmt::format("two meters were read at service point {} on {}: say which with --serial",
                                  flags.point, flags.at));
    return reads.front();
}

std::vector<metering::CorrectedValue> corrected_values(const Point& point, const metering::ReadView& read,
                                                       const std::vector<std::string>& values) {
    const auto* device = device_of(point, read.device_id);
    std::vector<metering::CorrectedValue> out;
    for (const std::string& text : values) {
        const auto at = text.find('=');
        if (at == std::string::npos) throw Failure(Exit::usage, fmt::format("'{}' is not REGISTER=VALUE", text));
        const std::string code = text.substr(0, at);
        const auto* installed = device != nullptr ? device->find(code) : nullptr;
        if (installed == nullptr) throw Failure(Exit::refused, fmt::format("the meter has no register '{}'", code));
        const auto value = parse_decimal(text.substr(at + 1), Quantity::kScale);
        if (!value) throw Failure(Exit::usage, fmt::format("{}: {}", text, text_of(value.error())));
        out.push_back({installed->register_no, *value});
    }
    return out;
}

enum class Word : std::uint8_t { confirm, reject, correct };

Exit speak(Session& session, const ReadFlags& flags, Word word) {
    const Point point = find_point(session, flags);
    const metering::ReadView read = find_read(session, point, flags);
    const metering::ReadOrder order{
        .key = {point.ref.cell, point.ref.service_point_id, read.read_at, read.device_id, read.version},
        .actor = session.actor(),
        .command_id = session.command_id(flags.command_id),
        .note = flags.note};
    Pool& pool = session.database().app();
    const auto version = word == Word::confirm  ? metering::confirm_read(pool, session.clock(), order)
                         : word == Word::reject ? metering::reject_read(pool, session.clock(), order)
                                                : metering::correct_read(pool, session.clock(), order,
                                                                         corrected_values(point, read, flags.values));
    if (!version) throw Failure(Exit::refused, version.error().text);
    print(session.json() ? JsonObject()
                                   .text("command_id", format_uuid(order.command_id))
                                   .text("service_point", flags.point)
                                   .text("read_at", wall_text(point, read.read_at))
                                   .number("version", *version)
                                   .done() +
                               "\n"
                         : fmt::format("Read of {} at {} is now version {}.\n", flags.point,
                                       wall_text(point, read.read_at), *version));
    return Exit::ok;
}

void add_word(Command read, const char* name, const char* about, Word word) {
    auto flags = std::make_shared<ReadFlags>();
    Command command = read.add(name, about);
    command.option("SERVICE_POINT", flags->point, "Code").required();
    command
        .option("READ_AT", flags->at,
                "Local time of the read, as `read list` shows it: '2026-07-01 08:30'; a day alone is its midnight")
        .required();
    if (word == Word::correct)
        command.option("REGISTER=VALUE", flags->values, "What the dials showed; the other registers stay").required();
    command.option("--serial", flags->serial, "Of the meter, where two were read");
    command.option("--note", flags->note, "Why; kept in the audit trail");
    command.utility(flags->utility);
    command.command_id(flags->command_id);
    command.runs([flags, word](Session& session) { return speak(session, *flags, word); });
}

}  // namespace

void add_read_commands(Command app) {
    Command read = app.add_group("read", "Reads of a service point, and a person's word about them");
    auto flags = std::make_shared<ReadFlags>();
    Command list = read.add("list", "The reads of a service point, each as it counts now");
    list.option("SERVICE_POINT", flags->point, "Code").required();
    list.option("--from", flags->from, "First day");
    list.option("--to", flags->to, "Last day");
    list.flag("--suspect", flags->suspect, "Only those that wait for a person's word");
    list.utility(flags->utility);
    list.runs([flags](Session& session) { return list_reads(session, *flags); });
    add_word(read, "confirm", "A suspect read is right after all", Word::confirm);
    add_word(read, "reject", "The read does not count", Word::reject);
    add_word(read, "correct", "Other values in place of those read", Word::correct);
}

}  // namespace mainspring::cli
