#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

#include "base/ensure.hpp"
#include "metering/metering_problem.hpp"
#include "metering/point_of_call.hpp"

namespace mainspring::metering {
namespace {

using api::Call;
using api::Problem;
using http::Response;

std::string_view quality_text(char letter) {
    switch (letter) {
        case 'C': return "customer";
        case 'E': return "estimated";
        case 'S': return "substituted";
        default: return "actual";
    }
}

char quality_of(std::string_view text) {
    if (text == "customer") return 'C';
    return text == "estimated" ? 'E' : 'A';
}

std::string_view status_text(char letter) {
    switch (letter) {
        case 's': return "suspect";
        case 'c': return "confirmed";
        case 'r': return "rejected";
        default: return "valid";
    }
}

std::string shown(std::int64_t micro) { return format_decimal(micro, Quantity::kScale); }

std::int64_t value_in(const Json& object, std::size_t place) {
    const auto value = parse_decimal(object.at("value").text(), Quantity::kScale);
    if (!value)
        throw Problem(422, "bad_request", std::string(mainspring::text_of(value.error())),
                      fmt::format("body.values[{}].value", place));
    return *value;
}

// {register, value} pairs of a body, as `Value` has them.
template <class Value>
std::vector<Value> values_in(const Json& body) {
    std::vector<Value> values;
    if (const Json* stated = body.find("values"))
        for (const Json& each : stated->items())
            values.push_back({static_cast<std::int16_t>(each.at("register").integer()), value_in(each, values.size())});
    return values;
}

TypedRead typed_read(const Call& call, const PointOfCall& point) {
    const Json& body = call.body;
    const auto reason = read_reason_of(api::text_in(body, "reason"));
    ensure(reason.has_value(), "the contract knows the reasons");
    return {.legal_entity_id = point.utility.legal_entity_id,
            .point = point.ref,
            .on = *api::date_in(body, "on"),
            .serial = api::text_in(body, "serial"),
            .reason = *reason,
            .quality = quality_of(api::text_in(body, "quality")),
            .values = values_in<TypedValue>(body)};
}

PointOfCall found_point(const Call& call) {
    return with_tx(call.people, as_caller(call), [&](Tx& tx) { return point_of(tx, call); });
}

org::Actor actor_of(const Call& call) {
    return {.actor_id = call.caller.actor_id, .code = call.caller.code, .name = call.caller.name};
}

std::string judged_json(const JudgedValue& value) {
    const Plausibility& found = value.plausibility;
    JsonObject json;
    json.number("register", value.installed.register_no)
        .text("code", value.installed.code)
        .text("unit", mainspring::text_of(value.installed.unit));
    if (found.previous)
        json.text("previous", shown(found.previous->value_micro)).text("previous_on", format_date(found.previous->on));
    if (found.use_micro) json.text("use", shown(*found.use_micro));
    if (found.usual)
        json.text("usual_from", shown(found.usual->from_micro)).text("usual_to", shown(found.usual->to_micro));
    if (found.doubt) json.text("doubt", text_of(*found.doubt)).text("sentence", found.sentence);
    return json.done();
}

ReadView stored_read(Tx& tx, const PointOfCall& point, const EnteredRead& entered) {
    const Date on = point.utility.zone_rules().date_of(entered.read_at);
    for (ReadView& read : reads_of(tx, {point.ref.cell, point.ref.service_point_id, {on, on + std::chrono::days(1)}}))
        if (read.read_at == entered.read_at && read.device_id == entered.device_id) return std::move(read);
    ensure(false, "a read that was entered is there");
    return {};
}

// "1767225600000.12.1"
std::optional<std::array<std::int64_t, 3>> numbers_of(std::string_view id) {
    std::array<std::int64_t, 3> numbers{};
    const char *at = id.data(), *end = id.data() + id.size();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (i > 0 && (at == end || *at++ != '.')) return std::nullopt;
        const auto [next, error] = std::from_chars(at, end, numbers.at(i));
        if (error != std::errc()) return std::nullopt;
        at = next;
    }
    return at == end && numbers[2] > 0 && numbers[2] < 32'768 ? std::optional(numbers) : std::nullopt;
}

ReadKey key_of(const Call& call, const PointOfCall& point) {
    const auto numbers = numbers_of(call.path_values.at(2));
    // So far off that no calendar has it: there is no such read either.
    constexpr std::int64_t kFarthest = 10'000'000'000'000;
    if (!numbers || (*numbers)[0] > kFarthest || (*numbers)[0] < -kFarthest)
        throw Problem(404, "unknown_read", "There is no such read.", "path.read");
    return {.cell = point.ref.cell,
            .service_point_id = point.ref.service_point_id,
            .read_at = Instant(std::chrono::milliseconds((*numbers)[0])),
            .device_id = (*numbers)[1],
            .version = static_cast<std::int16_t>((*numbers)[2])};
}

}  // namespace

std::string read_id(Instant read_at, std::int64_t device_id, std::int16_t version) {
    return fmt::format("{}.{}.{}", read_at.time_since_epoch().count(), device_id, version);
}

std::string read_json(const PointOfCall& point, const ReadView& read) {
    std::vector<std::size_t> places(read.register_no.size());
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
    JsonObject json;
    json.text("id", read_id(read.read_at, read.device_id, read.version))
        .text("at", api::instant_text(read.read_at))
        .text("on", format_date(read.read_on));
    if (const auto* device = point.device(read.device_id)) json.text("serial", device->serial);
    return json.number("version", read.version)
        .list("values", places,
              [&](std::size_t i) {
                  return JsonObject()
                      .number("register", read.register_no[i])
                      .text("value", shown(read.value_micro[i]))
                      .done();
              })
        .text("quality", quality_text(read.quality.front()))
        .text("status", status_text(read.status.front()))
        .text("reason", read.reason)
        .done();
}

Response enter_read_route(Call& call) {
    const PointOfCall point = found_point(call);
    const Json* confirmed = call.body.find("confirmed");
    const auto entered =
        enter_read(call.program, call.clock,
                   {.read = typed_read(call, point),
                    .confirmed = confirmed != nullptr && confirmed->text() == "true" ? Confirmed::yes : Confirmed::no,
                    .actor = actor_of(call),
                    .command_id = *call.command_id});
    if (!entered) throw problem_of(entered.error());
    return with_tx(call.people, as_caller(call),
                   [&](Tx& tx) { return api::created(read_json(point, stored_read(tx, point, *entered))); });
}

Response judge_read_route(Call& call) {
    return with_tx(call.people, as_caller(call), [&](Tx& tx) {
        const PointOfCall point = point_of(tx, call);
        const Date today = point.utility.zone_rules().date_of(call.clock.now());
        const auto judged = judge_read(tx, typed_read(call, point), today);
        if (!judged) throw problem_of(judged.error());
        return api::ok(JsonObject()
                           .text("serial", judged->serial)
                           .list("values", judged->values, judged_json)
                           .raw("not_read", json_texts(judged->not_read))
                           .done());
    });
}

Response decide_read_route(Call& call) {
    const PointOfCall point = found_point(call);
    const ReadOrder order{.key = key_of(call, point),
                          .actor = actor_of(call),
                          .command_id = *call.command_id,
                          .note = api::text_in(call.body, "note")};
    const std::string decision = api::text_in(call.body, "decision");
    const auto values = values_in<CorrectedValue>(call.body);
    if ((decision == "correct") == values.empty())
        throw Problem(422, "bad_request", "A correction, and only that, brings values.", "body.values");
    const auto version = decision == "confirm"  ? confirm_read(call.program, call.clock, order)
                         : decision == "reject" ? reject_read(call.program, call.clock, order)
                                                : correct_read(call.program, call.clock, order, values);
    if (!version) throw problem_of(version.error());
    return api::ok(JsonObject().number("version", *version).done());
}

}  // namespace mainspring::metering
