#include "metering/read_service.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <functional>

#include "base/json.hpp"
#include "base/json_writer.hpp"
#include "metering/metering_store.hpp"
#include "org/command_log.hpp"
#include "org/fact_moment.hpp"
#include "org/org_service.hpp"

namespace mainspring::metering {
namespace {

using Outcome = std::expected<std::int16_t, ReadRefusal>;

std::unexpected<ReadRefusal> refuse(ReadRefusalCode code, std::string text) {
    return std::unexpected(ReadRefusal{code, std::move(text)});
}

// What is done to a copy of the latest version.
struct Edit {
    std::string_view kind;  // "metering.confirm_read"
    std::string detail;     // part of the request
    std::function<std::expected<void, ReadRefusal>(RegisterRead&)> apply;
};

std::int16_t version_in(std::string_view json) {
    return static_cast<std::int16_t>(stored_json(json).at("version").integer());
}

Outcome edit_once(Tx& tx, const ReadOrder& order, const Edit& edit, Instant at) {
    const ReadKey& key = order.key;
    const std::string name = fmt::format("{}/{}/{}/{}", key.cell.value, key.service_point_id,
                                         key.read_at.time_since_epoch().count(), key.device_id);
    // Without the version, which a repetition finds moved on.
    const std::string request = fmt::format("{}|{}|{}", edit.kind, name, edit.detail);
    const org::Command command{key.cell, order.command_id, edit.kind, request};
    // The same command under way at the same time waits here, and then finds itself done.
    org::lock_cell(tx, key.cell);
    const auto home = org::require_of_cell(tx, order.actor.actor_id, org::Permission::change_meters, key.cell);
    if (!home) return refuse(ReadRefusalCode::access, home.error().text);
    const auto done = org::find_command(tx, command);
    if (!done) return refuse(ReadRefusalCode::command_reused, done.error());
    if (*done) return version_in(**done);
    auto known = select_reads(tx, {key.cell, std::array{key.service_point_id}, std::array{key.read_at}});
    std::erase_if(known, [&](const RegisterRead& read) { return read.device_id != key.device_id; });
    if (known.empty() || known.back().voided) return refuse(ReadRefusalCode::unknown_read, "there is no such read");
    RegisterRead read = known.back();
    if (read.version != key.version)
        return refuse(ReadRefusalCode::changed_since,
                      fmt::format("the read is in version {} now, not {}", read.version, key.version));
    if (const auto applied = edit.apply(read); !applied) return std::unexpected(applied.error());
    ++read.version;
    read.source = insert_source(tx, {.kind = "person",
                                     .name = org::code_of_actor(tx, order.actor.actor_id),
                                     .sha256 = org::sha256_of(request + format_uuid(order.command_id)),
                                     .actor_id = order.actor.actor_id,
                                     .at = at});
    read.source_line = 0;
    CopyBuffer rows;
    add_read(rows, read);
    copy_reads(tx, rows);

    const std::string result = fmt::format(R"({{"version": {}}})", read.version);
    const org::Doer doer{order.actor.actor_id, home->org_unit_id, at};
    org::record_command(tx, command, doer, result);
    const std::string detail =
        json_object({{"note", order.note}, {"change", edit.detail}, {"version", std::to_string(read.version)}});
    org::write_audit(
        tx, doer,
        {.cell = key.cell, .command_id = order.command_id, .action = edit.kind, .object = name, .detail_json = detail});
    org::write_outbox(tx, at, {.cell = key.cell, .topic = edit.kind, .key = name, .payload_json = detail});
    return read.version;
}

Outcome run(Pool& pool, const Clock& clock, const ReadOrder& order, const Edit& edit) {
    const Instant at = clock.now();
    const TxOptions options{Isolation::read_committed, {order.actor.actor_id}};
    return with_tx(pool, options, [&](Tx& tx) { return edit_once(tx, order, edit, org::moment_of_facts(tx, at)); });
}

Edit set_status(std::string_view kind, char status) {
    return {kind, std::string(1, status), [status](RegisterRead& read) -> std::expected<void, ReadRefusal> {
                if (read.status == status) return refuse(ReadRefusalCode::already_so, "the read is so already");
                read.status = status;
                return {};
            }};
}

}  // namespace

std::int32_t unit_of_cell(Tx& tx, CellId cell) { return org::home_of_cell(tx, cell).org_unit_id; }

Outcome confirm_read(Pool& pool, const Clock& clock, const ReadOrder& order) {
    return run(pool, clock, order, set_status("metering.confirm_read", 'c'));
}

Outcome reject_read(Pool& pool, const Clock& clock, const ReadOrder& order) {
    return run(pool, clock, order, set_status("metering.reject_read", 'r'));
}

Outcome correct_read(Pool& pool, const Clock& clock, const ReadOrder& order,
                     const std::vector<CorrectedValue>& values) {
    std::string detail;
    for (const CorrectedValue& each : values)
        detail += fmt::format("{}={} ", each.register_no, format_decimal(each.value_micro, 6));
    const auto apply = [&](RegisterRead& read) -> std::expected<void, ReadRefusal> {
        for (const CorrectedValue& each : values) {
            const auto at = std::ranges::find(read.register_no, each.register_no);
            if (at == read.register_no.end())
                return refuse(ReadRefusalCode::unknown_register,
                              fmt::format("the read does not hold register {}", each.register_no));
            if (each.value_micro < 0) return refuse(ReadRefusalCode::bad_value, "a reading cannot be negative");
            read.value_micro[static_cast<std::size_t>(at - read.register_no.begin())] = each.value_micro;
        }
        read.status = 'c';
        read.quality = 'S';
        read.method = "corrected";
        return {};
    };
    return run(pool, clock, order, {"metering.correct_read", detail, apply});
}

}  // namespace mainspring::metering
