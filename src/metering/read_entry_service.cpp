#include "metering/read_entry_service.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/ensure.hpp"
#include "base/json.hpp"
#include "base/json_writer.hpp"
#include "metering/metering_store.hpp"
#include "metering/point_view_service.hpp"
#include "metering/read_service.hpp"
#include "org/command_log.hpp"
#include "org/fact_moment.hpp"
#include "org/org_service.hpp"

namespace mainspring::metering {
namespace {

constexpr std::string_view kKind = "metering.enter_read";

std::unexpected<EntryRefusal> refuse(EntryRefusalCode code, std::string text, std::size_t value = 0) {
    return std::unexpected(EntryRefusal{code, std::move(text), value});
}

const InstalledRegister* register_of(const InstallationFact& fact, std::int16_t number) {
    const auto at = std::ranges::find(fact.registers, number, &InstalledRegister::register_no);
    return at != fact.registers.end() ? &*at : nullptr;
}

std::expected<void, EntryRefusal> check_value(const InstallationFact& fact, const TypedRead& read, std::size_t place) {
    const TypedValue& typed = read.values[place];
    const InstalledRegister* installed = register_of(fact, typed.register_no);
    if (installed == nullptr)
        return refuse(EntryRefusalCode::unknown_register,
                      fmt::format("Meter '{}' has no register {}.", fact.serial, typed.register_no), place);
    if (installed->interval_minutes != 0)
        return refuse(EntryRefusalCode::unknown_register,
                      fmt::format("'{}' is an interval channel, not a register.", installed->code), place);
    for (std::size_t i = 0; i < place; ++i)
        if (read.values[i].register_no == typed.register_no)
            return refuse(EntryRefusalCode::unknown_register,
                          fmt::format("Register {} is named twice.", installed->code), place);
    if (typed.value_micro < 0) return refuse(EntryRefusalCode::bad_value, "A reading cannot be negative.", place);
    if (typed.value_micro >= power_of_ten(installed->dials + Quantity::kScale))
        return refuse(
            EntryRefusalCode::bad_value,
            fmt::format("{} does not fit the {} dials of register {}.",
                        format_decimal(typed.value_micro, Quantity::kScale), installed->dials, installed->code),
            place);
    return {};
}

// What the register of this device showed on other days, reads that count only.
struct Marks {
    std::vector<Mark> before;
    std::optional<Mark> after;
};

// History further back says nothing of today's use.
constexpr std::chrono::days kLookBack{1200};

Marks marks_of(const std::vector<ReadView>& reads, std::int64_t device_id, const Mark& read, std::int16_t register_no) {
    Marks marks;
    for (const ReadView& each : reads) {
        if (each.device_id != device_id || each.status == "r" || each.status == "s") continue;
        const auto at = std::ranges::find(each.register_no, register_no);
        if (at == each.register_no.end()) continue;
        const Mark mark{each.read_on, each.value_micro[static_cast<std::size_t>(at - each.register_no.begin())]};
        if (mark.on < read.on) marks.before.push_back(mark);
        if (mark.on > read.on && !marks.after) marks.after = mark;
    }
    return marks;
}

struct Known {
    InstallationFact fact;
    Judged judged;
};

std::expected<Known, EntryRefusal> judge_known(Tx& tx, const TypedRead& read, Date today) {
    if (read.on > today)
        return refuse(EntryRefusalCode::in_future, fmt::format("{} is in the future.", format_date(read.on)));
    const auto meters = meters_of(tx, read.point.cell, std::array{read.point.service_point_id});
    if (meters.empty()) return refuse(EntryRefusalCode::no_meter, "No meter was ever installed there.");
    const auto fact = device_on(meters.front().timeline, {read.on, read.serial, read.reason});
    if (!fact) return refuse(EntryRefusalCode::no_meter, fact.error());
    for (std::size_t i = 0; i < read.values.size(); ++i)
        if (const auto fits = check_value(**fact, read, i); !fits) return std::unexpected(fits.error());

    Known known{**fact, {.serial = (*fact)->serial, .values = {}, .not_read = {}}};
    const auto reads = reads_of(tx, {read.point.cell, read.point.service_point_id, {read.on - kLookBack, kForever}});
    for (const TypedValue& typed : read.values) {
        const InstalledRegister& installed = *register_of(known.fact, typed.register_no);
        const Mark mark{read.on, typed.value_micro};
        const Marks marks = marks_of(reads, known.fact.device_id, mark, typed.register_no);
        known.judged.values.push_back({installed, judge({installed, mark, marks.before, marks.after})});
    }
    for (const InstalledRegister& each : known.fact.registers)
        if (each.interval_minutes == 0 && !each.stream.empty() &&
            std::ranges::find(read.values, each.register_no, &TypedValue::register_no) == read.values.end())
            known.judged.not_read.push_back(each.code);
    return known;
}

std::string text_of(const TypedRead& read) {
    std::string text = fmt::format("{}/{} {} '{}' {} {}", read.point.cell.value, read.point.service_point_id,
                                   format_date(read.on), read.serial, text_of(read.reason), read.quality);
    for (const TypedValue& each : read.values)
        text += fmt::format(" {}={}", each.register_no, format_decimal(each.value_micro, Quantity::kScale));
    return text;
}

EnteredRead entered_in(std::string_view json) {
    const Json stored = stored_json(json);
    return {Instant(std::chrono::milliseconds(stored.at("read_at").integer())), stored.at("device").integer(),
            static_cast<std::int16_t>(stored.at("version").integer())};
}

// The new version beside what is known of the same instant and device.
std::expected<RegisterRead, EntryRefusal> beside_known(std::vector<RegisterRead> known, RegisterRead read) {
    std::erase_if(known, [&](const RegisterRead& each) { return each.device_id != read.device_id; });
    if (known.empty()) return read;
    const RegisterRead& last = known.back();
    read.version = static_cast<std::int16_t>(last.version + 1);
    if (last.voided || last.status == 'r') return read;
    for (std::size_t i = 0; i < last.register_no.size(); ++i) {
        const auto at = std::ranges::find(read.register_no, last.register_no[i]);
        if (at != read.register_no.end())
            return refuse(EntryRefusalCode::already_read,
                          fmt::format("The meter was read on {} already: {}. Correct that read instead.",
                                      format_date(read.read_on), format_decimal(last.value_micro[i], Quantity::kScale)),
                          static_cast<std::size_t>(at - read.register_no.begin()));
        read.register_no.push_back(last.register_no[i]);
        read.value_micro.push_back(last.value_micro[i]);
    }
    return read;
}

bool any_doubt(const Judged& judged) {
    return !judged.not_read.empty() || std::ranges::any_of(judged.values, [](const JudgedValue& each) {
        return each.plausibility.doubt.has_value();
    });
}

std::unexpected<EntryRefusal> implausible(const Judged& judged) {
    std::size_t first = judged.values.size();
    std::string text;
    const auto say = [&](const std::string& sentence) { text += (text.empty() ? "" : " ") + sentence; };
    for (std::size_t i = 0; i < judged.values.size(); ++i) {
        if (!judged.values[i].plausibility.doubt) continue;
        first = std::min(first, i);
        say(judged.values[i].plausibility.sentence);
    }
    for (const std::string& code : judged.not_read) say(fmt::format("Register {} was not read.", code));
    return refuse(EntryRefusalCode::implausible, text, first == judged.values.size() ? 0 : first);
}

RegisterRead row_of(const EntryOrder& order, const Known& known, Instant read_at) {
    const TypedRead& typed = order.read;
    RegisterRead read{.cell = typed.point.cell,
                      .service_point_id = typed.point.service_point_id,
                      .read_at = read_at,
                      .device_id = known.fact.device_id,
                      .read_on = typed.on,
                      .register_no = {},
                      .value_micro = {},
                      .quality = typed.quality,
                      .status = any_doubt(known.judged) ? 'c' : 'v',
                      .reason = std::string(text_of(typed.reason)),
                      .method = {}};
    for (const TypedValue& each : typed.values) {
        read.register_no.push_back(each.register_no);
        read.value_micro.push_back(each.value_micro);
    }
    return read;
}

class Entry {
public:
    Entry(Tx& tx, const EntryOrder& order, Instant at)
        : tx_(tx),
          order_(order),
          at_(at),
          cell_(order.read.point.cell),
          request_(text_of(order.read) + (order.confirmed == Confirmed::yes ? " confirmed" : "")) {}

    std::expected<EnteredRead, EntryRefusal> run() {
        // The same command under way at the same time waits here, and then finds itself done.
        org::lock_cell(tx_, cell_);
        const org::Command command{cell_, order_.command_id, kKind, request_};
        const auto done = org::find_command(tx_, command);
        if (!done) return refuse(EntryRefusalCode::command_reused, done.error());
        if (*done) return entered_in(**done);
        const std::int32_t unit_id = unit_of_cell(tx_, cell_);
        if (const auto allowed = org::require(tx_, order_.actor.actor_id, {org::Permission::change_meters, unit_id});
            !allowed)
            return refuse(EntryRefusalCode::access, allowed.error().text);
        auto read = next_row();
        if (!read) return std::unexpected(read.error());
        write(*read);
        const EnteredRead entered{read->read_at, read->device_id, read->version};
        const org::Doer doer{order_.actor.actor_id, unit_id, at_};
        org::record_command(tx_, command, doer, json_of(entered));
        org::write_trail(tx_, doer,
                         {.cell = cell_,
                          .command_id = order_.command_id,
                          .action = kKind,
                          .object = fmt::format("{}/{}", order_.read.point.code, format_date(order_.read.on)),
                          .detail_json = json_object({{"read", request_}})});
        return entered;
    }

private:
    static std::string json_of(const EnteredRead& entered) {
        return JsonObject()
            .number("read_at", entered.read_at.time_since_epoch().count())
            .number("device", entered.device_id)
            .number("version", entered.version)
            .done();
    }

    std::expected<RegisterRead, EntryRefusal> next_row() {
        const auto utility = org::find_utility(tx_, order_.read.legal_entity_id);
        ensure(utility.has_value(), "a service point belongs to a utility");
        const Zone zone = utility->zone_rules();
        const auto known = judge_known(tx_, order_.read, zone.date_of(at_));
        if (!known) return std::unexpected(known.error());
        const Instant read_at = zone.start_of(order_.read.on);
        auto read = beside_known(
            select_reads(tx_, {cell_, std::array{order_.read.point.service_point_id}, std::array{read_at}}),
            row_of(order_, *known, read_at));
        if (read && order_.confirmed == Confirmed::no && any_doubt(known->judged)) return implausible(known->judged);
        return read;
    }

    void write(RegisterRead& read) {
        read.source = insert_source(tx_, {.kind = "person",
                                          .name = order_.actor.code,
                                          .sha256 = org::sha256_of(request_ + format_uuid(order_.command_id)),
                                          .actor_id = order_.actor.actor_id,
                                          .at = at_});
        CopyBuffer rows;
        add_read(rows, read);
        copy_reads(tx_, rows);
    }

    Tx& tx_;
    const EntryOrder& order_;
    Instant at_;
    CellId cell_;
    std::string request_;
};

}  // namespace

std::expected<Judged, EntryRefusal> judge_read(Tx& tx, const TypedRead& read, Date today) {
    auto known = judge_known(tx, read, today);
    if (!known) return std::unexpected(known.error());
    return std::move(known->judged);
}

std::expected<EnteredRead, EntryRefusal> enter_read(Pool& pool, const Clock& clock, const EntryOrder& order) {
    const TxOptions options{Isolation::read_committed, {order.actor.actor_id}};
    return with_tx(pool, options,
                   [&](Tx& tx) { return Entry(tx, order, org::moment_of_facts(tx, clock.now())).run(); });
}

}  // namespace mainspring::metering
