#include "metering/metering_routes.hpp"

#include <array>
#include <charconv>
#include <fmt/format.h>

#include "customer/customer_service.hpp"
#include "metering/interval_view_service.hpp"
#include "metering/point_of_call.hpp"
#include "metering/read_service.hpp"

namespace mainspring::metering {
namespace {

using api::Call;
using api::Problem;
using http::Response;

std::string register_json(const InstalledRegister& each) {
    return JsonObject()
        .number("register", each.register_no)
        .text("code", each.code)
        .text("stream", each.stream)
        .text("unit", text_of(each.unit))
        .number("dials", each.dials)
        .number("decimals", each.decimals)
        .text("multiplier", format_decimal(each.multiplier_e6, 6))
        .number("interval_minutes", each.interval_minutes)
        .done();
}

std::string installation_json(const InstallationFact& fact) {
    return JsonObject()
        .text("from", format_date(fact.valid_from))
        .number("version", fact.version)
        .text("serial", fact.serial)
        .text("volume_factor", format_decimal(fact.volume_factor_e8, 8))
        .list("registers", fact.registers, register_json)
        .done();
}

std::string relations_json(Tx& tx, const PointOfCall& point) {
    const auto relations = relations_of(tx, point.ref.cell, std::array{point.ref.service_point_id});
    std::vector<std::int64_t> others;
    for (const RelationView& each : relations) others.insert(others.end(), {each.parent_id, each.child_id});
    const auto codes = customer::service_point_codes(tx, point.ref.cell, others);
    return json_list(relations, [&](const RelationView& each) {
        return JsonObject()
            .text("parent", codes.at(each.parent_id))
            .text("child", codes.at(each.child_id))
            .text("kind", text_of(each.kind))
            .text("from", format_date(each.valid_from))
            .raw("ended", each.ended ? "true" : "false")
            .done();
    });
}

Response show_point(Call& call) {
    return with_tx(call.people, as_caller(call), [&](Tx& tx) {
        const PointOfCall point = point_of(tx, call);
        return api::ok(JsonObject()
                           .text("service_point", point.ref.code)
                           .text("commodity", mainspring::text_of(point.ref.commodity))
                           .list("installations", point.timeline, installation_json)
                           .raw("relations", relations_json(tx, point))
                           .done());
    });
}

constexpr std::size_t kMostReads = 1000;

Response list_reads(Call& call) {
    return with_tx(call.people, as_caller(call), [&](Tx& tx) {
        const PointOfCall point = point_of(tx, call);
        const auto reads = reads_of(tx, {point.ref.cell, point.ref.service_point_id, days_of(call)});
        if (reads.size() > kMostReads)
            throw Problem(422, "too_many",
                          fmt::format("There are {} reads in these days; ask for fewer days.", reads.size()),
                          "query.to");
        return api::ok(
            JsonObject().list("items", reads, [&](const ReadView& read) { return read_json(point, read); }).done());
    });
}

// Intervals -----------------------------------------------------------------------------------------------------------

constexpr int kMostIntervalDays = 400;

// The digits of value * 10^-scale as JSON text, without a string of its own: a year has 35,040 of them.
void append_decimal(std::string& out, Int128 value, int scale) {
    std::array<char, 64> digits{};
    const bool negative = value < 0;
    if (negative) value = -value;
    while (scale > 0 && value % 10 == 0) {
        value /= 10;
        --scale;
    }
    auto at = digits.end();
    for (int place = 0; value > 0 || place <= scale; ++place) {
        if (place == scale && scale > 0) *--at = '.';
        *--at = static_cast<char>('0' + static_cast<int>(value % 10));
        value /= 10;
    }
    out += negative ? "\"-" : "\"";
    out.append(at, digits.end());
    out += '"';
}

struct Channel {
    Unit unit = Unit::none;
    std::int64_t multiplier_e6 = 1'000'000;
};

class IntervalWriter {
public:
    IntervalWriter(const PointOfCall& point, const IntervalQuestion& question)
        : point_(point), register_no_(question.register_no) {}

    std::string write(const IntervalView& view) {
        std::string days = "[";
        days.reserve(view.values.size() * 10 + view.days.size() * 100);
        Channel last;
        for (const IntervalDayView& day : view.days) {
            last = channel_of(day.device_id);
            if (days.size() > 1) days += ", ";
            append_day(days, day, view.values_of(day), last);
        }
        days += "]";
        return JsonObject()
            .text("unit", mainspring::text_of(last.unit))
            .number("minutes", view.days.empty() ? 0 : view.days.back().interval_minutes)
            .raw("days", days)
            .done();
    }

private:
    static void append_day(std::string& out, const IntervalDayView& day, std::span<const std::int64_t> values,
                           const Channel& channel) {
        out += "{\"start\": \"" + api::instant_text(day.start) + "\", \"minutes\": ";
        out += fmt::to_string(day.interval_minutes);
        out += ", \"values\": [";
        const bool plain = channel.multiplier_e6 == 1'000'000;
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i > 0) out += ", ";
            if (plain)
                append_decimal(out, values[i], day.scale);
            else
                append_decimal(out, multiply(values[i], channel.multiplier_e6), day.scale + 6);
        }
        out += "], \"qualities\": " + json_string(day.qualities) + "}";
    }

    Channel channel_of(std::int64_t device_id) const {
        if (const InstallationFact* fact = point_.device(device_id))
            for (const InstalledRegister& each : fact->registers)
                if (each.register_no == register_no_) return {each.unit, each.multiplier_e6};
        return {};
    }

    const PointOfCall& point_;
    std::int16_t register_no_;
};

Response list_intervals(Call& call) {
    return with_tx(call.people, as_caller(call), [&](Tx& tx) {
        const PointOfCall point = point_of(tx, call);
        const DateRange days = days_of(call);
        if (days.days() > kMostIntervalDays)
            throw Problem(422, "too_many", fmt::format("Ask for at most {} days.", kMostIntervalDays), "query.to");
        const Zone zone = point.utility.zone_rules();
        const IntervalQuestion question{point.ref.cell,
                                        point.ref.service_point_id,
                                        static_cast<std::int16_t>(std::stoi(*call.query("register"))),
                                        {zone.start_of(days.from), zone.start_of(days.to)}};
        return api::ok(IntervalWriter(point, question).write(intervals_of(tx, question)));
    });
}

}  // namespace

// What paths name -----------------------------------------------------------------------------------------------------

const InstallationFact* PointOfCall::device(std::int64_t device_id) const {
    for (const InstallationFact& fact : timeline)
        if (fact.device_id == device_id) return &fact;
    return nullptr;
}

PointOfCall point_of(Tx& tx, const Call& call) {
    const std::string &utility_code = call.path_values.at(0), &code = call.path_values.at(1);
    auto utility = org::find_utility(tx, utility_code);
    if (!utility || !org::may_see_utility(tx, call.caller.actor_id, utility->legal_entity_id))
        throw Problem(404, "unknown_utility", fmt::format("There is no utility '{}'.", utility_code), "path.utility");
    PointOfCall point{.utility = *std::move(utility), .ref = {}, .timeline = {}};
    const auto points =
        customer::find_service_points(tx, org::cells_of(tx, point.utility.legal_entity_id), std::array{code});
    if (points.empty() ||
        !org::require(tx, call.caller.actor_id, {org::Permission::look, unit_of_cell(tx, points.front().cell)}))
        throw Problem(404, "unknown_service_point",
                      fmt::format("Utility '{}' has no service point '{}'.", utility_code, code), "path.service_point");
    point.ref = points.front();
    for (auto& meters : meters_of(tx, point.ref.cell, std::array{point.ref.service_point_id}))
        point.timeline = std::move(meters.timeline);
    return point;
}

DateRange days_of(const Call& call) {
    const DateRange days{call.date("from"), call.date("to")};
    if (days.from >= days.to) throw Problem(422, "bad_request", "It must be later than the first day.", "query.to");
    return days;
}

void add_metering_routes(api::Routes& routes) {
    using http::Method;
    using org::Permission;
    const auto look = api::staff_who_may(Permission::look);
    const auto change = api::staff_who_may(Permission::change_meters);
    const std::string point = "/utilities/{utility}/service-points/{service_point}";
    routes.add({Method::get, point, look, show_point});
    routes.add({Method::get, point + "/reads", look, list_reads});
    routes.add({Method::post, point + "/reads", change, enter_read_route});
    routes.add({Method::post, point + "/reads/plausibility", change, judge_read_route});
    routes.add({Method::post, point + "/reads/{read}/decision", change, decide_read_route});
    routes.add({Method::get, point + "/intervals", look, list_intervals});
}

}  // namespace mainspring::metering
