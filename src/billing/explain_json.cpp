#include <fmt/format.h>

#include "base/json_writer.hpp"
#include "billing/explain.hpp"
#include "billing/line_text.hpp"

namespace mainspring::billing {

using tariff::ClauseKind;

namespace {

std::string micro_text(std::int64_t micro) { return format_decimal(micro, Quantity::kScale); }

std::string_view truth(bool value) { return value ? "true" : "false"; }

std::string instant_text(Instant at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
    return fmt::format("{}T{:02}:{:02}:{:02}Z", format_date(day), time.hours().count(), time.minutes().count(),
                       time.seconds().count());
}

std::string_view text_of(Boundary::Origin origin) {
    switch (origin) {
        case Boundary::Origin::carry: return "bill before";
        case Boundary::Origin::read: return "read";
        case Boundary::Origin::estimate: return "estimate";
    }
    return "";
}

class JsonExplainer {
public:
    JsonExplainer(const Derivation& bill, const BillNames& names) : bill_(bill), names_(names) {}

    std::string run(const Sha256& hash) const {
        const BillHead& head = bill_.head;
        std::string hex;
        for (const auto byte : hash) hex += fmt::format("{:02x}", byte);
        JsonObject json;
        json.text("kind", head.kind == BillKind::bill ? "bill" : "credit_note")
            .text("number", names_.bill_number)
            .text("account", names_.account_number)
            .text("customer", names_.customer_name)
            .number("cell", head.cell_id)
            .number("account_id", head.account_id)
            .number("bill_seq", head.bill_seq);
        if (head.cancels_seq != 0) json.text("cancels", names_.cancels_number);
        if (head.replaces_seq != 0) json.text("replaces", names_.replaces_number);
        return json.text("period_from", format_date(head.period.from))
            .text("period_to", format_date(head.period.to))
            .text("issued_on", format_date(head.issued_on))
            .text("due_on", format_date(head.due_on))
            .text("currency", head.currency.text())
            .raw("estimated", truth((head.flags & kEstimated) != 0))
            .raw("final", truth((head.flags & kFinal) != 0))
            .raw("corrected", truth((head.flags & kCorrected) != 0))
            .raw("zero_use", truth((head.flags & kZeroUse) != 0))
            .list("sections", bill_.sections, [this](const ProvenSection& each) { return section(each); })
            .text("total", money(head.total_minor))
            .text("sha256", hex)
            .done();
    }

private:
    std::string money(std::int64_t minor) const { return format_money({minor, bill_.head.currency}); }

    std::string section(const ProvenSection& section) const {
        JsonObject json;
        json.number("agreement_id", section.agreement_id).number("service_point_id", section.service_point_id);
        if (const auto point = names_.points.find(section.service_point_id); point != names_.points.end())
            json.text("service_point", point->second.code).text("address", point->second.address);
        if (!section.left_before.empty()) json.raw("left_before", left_before(section.left_before));
        if (!section.published.empty())
            json.list("prices", section.published.prices, [](const PublishedPin& pin) { return pinned(pin, "date"); })
                .list("inputs", section.published.inputs, [](const PublishedPin& pin) { return pinned(pin, "month"); });
        if (!section.adjustments.empty()) json.raw("adjustments", adjustments(section.adjustments));
        return json.text("from", format_date(section.dates.from))
            .text("to", format_date(section.dates.to))
            .raw("estimated", truth(section.estimated))
            .raw("final", truth(section.final))
            .list("agreement_versions", section.spans,
                  [&](const ProvenSpan& each) { return agreement_version(section, each); })
            .list("tariffs", section.plan_version_ids,
                  [this](std::int64_t id) {
                      const tariff::Plan& plan = plan_of(names_, id);
                      return JsonObject()
                          .text("tariff", plan.key)
                          .text("version", plan.version)
                          .number("id", id)
                          .text("effective", format_date(plan.effective))
                          .done();
                  })
            .list("meters", section.meters,
                  [&](const ProvenMeter& each) { return meter(section.service_point_id, each); })
            .list("channels", section.channels,
                  [&](const ProvenChannel& each) { return channel(section.service_point_id, each); })
            .list("calorific_values", section.calorific_values,
                  [&](const ProvenCalorificValue& value) {
                      return JsonObject()
                          .text("gas_zone", section.gas_zone)
                          .text("valid_from", format_date(value.valid_from))
                          .number("version", value.version)
                          .done();
                  })
            .text("quantity", micro_text(section.total_micro))
            .text("unit", mainspring::text_of(section.unit))
            .list("segments", section.segments, [&](const rating::Segment& each) { return segment(section, each); })
            .list("lines", section.lines, [&](const rating::Line& each) { return line(section, each); })
            .text("total", money(section.total_minor))
            .done();
    }

    std::string adjustments(const ProvenAdjustments& all) const {
        return JsonObject()
            .list("losses", all.losses, loss)
            .list("relations", all.relations,
                  [](const RelationPin& pin) {
                      return JsonObject()
                          .number("parent_id", pin.parent_id)
                          .number("child_id", pin.child_id)
                          .text("valid_from", format_date(pin.valid_from))
                          .number("version", pin.version)
                          .done();
                  })
            .list("related", all.related,
                  [this](const ProvenRelated& related) {
                      const std::int64_t point = related.service_point_id;
                      return JsonObject()
                          .number("service_point_id", point)
                          .list("meters", related.meters, [&](const ProvenMeter& each) { return meter(point, each); })
                          .list("channels", related.channels,
                                [&](const ProvenChannel& each) { return channel(point, each); })
                          .done();
                  })
            .list("shares", all.shares, share)
            .done();
    }

    static std::string loss(const LossPart& part) {
        const auto& [line_loss, plate, gas] = part.conditions;
        JsonObject json;
        json.text("from", format_date(part.dates.from)).text("to", format_date(part.dates.to));
        if (gas.kpa_micro != 0)
            json.text("gas_kpa", micro_text(gas.kpa_micro))
                .text("gas_kelvin", micro_text(gas.kelvin_micro))
                .text("gas_compressibility", micro_text(gas.compressibility_micro));
        if (!part.conditions.has_losses()) return json.done();
        json.text("measured", micro_text(part.active_micro)).text("measured_reactive", micro_text(part.reactive_micro));
        if (plate.rated_micro != 0)
            json.text("transformer_kva", micro_text(plate.rated_micro))
                .text("transformer_iron_kw", micro_text(plate.iron_micro))
                .text("transformer_copper_kw", micro_text(plate.copper_micro))
                .text("transformer_no_load_percent", format_decimal(plate.no_load_e8, 6))
                .text("transformer_impedance_percent", format_decimal(plate.impedance_e8, 6))
                .text("load_shape", micro_text(plate.load_shape_micro))
                .text("iron", micro_text(part.loss.iron_micro))
                .text("copper", micro_text(part.loss.copper_micro))
                .text("no_load_reactive", micro_text(part.loss.no_load_micro))
                .text("load_reactive", micro_text(part.loss.load_micro));
        if (line_loss != 0)
            json.text("line_loss_percent", format_decimal(line_loss, 6)).text("line", micro_text(part.line_micro));
        return json.done();
    }

    static std::string share(const Share& share) {
        JsonObject json;
        json.number("service_point_id", share.service_point_id)
            .raw("from_above", truth(share.from_above))
            .text("from", format_date(share.dates.from))
            .text("to", format_date(share.dates.to))
            .text("taken_by", metering::text_of(share.terms.by));
        if (share.terms.by != metering::TakenBy::meter)
            json.text("amount", format_decimal(share.terms.amount,
                                               share.terms.by == metering::TakenBy::ratio ? 8 : Quantity::kScale));
        json.text("quantity", micro_text(share.active_micro));
        if (share.reactive_micro != 0) json.text("reactive", micro_text(share.reactive_micro));
        return json.done();
    }

    std::string agreement_version(const ProvenSection& section, const ProvenSpan& span) const {
        JsonObject json;
        json.text("valid_from", format_date(span.valid_from)).number("version", span.version);
        const auto stated = names_.stated_facts.find({section.agreement_id, span.valid_from, span.version});
        if (stated != names_.stated_facts.end()) json.text("facts", stated->second);
        return json.done();
    }

    static std::string pinned(const PublishedPin& pin, const char* dated) {
        return JsonObject()
            .text("name", pin.name)
            .text(dated, format_date(pin.on))
            .number("version", pin.version)
            .done();
    }

    static std::string left_before(const Accumulation& left) {
        JsonObject json;
        json.list("counters", left.counters,
                  [](const CarriedCounter& counter) {
                      return JsonObject()
                          .text("charge", counter.clause)
                          .text("since", format_date(counter.since))
                          .number("tariff_version_id", counter.version_id)
                          .text("counted", micro_text(counter.micro))
                          .done();
                  })
            .list("demands", left.demands, [](const rating::PastDemand& demand) {
                return JsonObject()
                    .text("charge", demand.clause)
                    .text("from", format_date(demand.dates.from))
                    .text("to", format_date(demand.dates.to))
                    .text("measured", micro_text(demand.micro))
                    .done();
            });
        if (left.carried_minor != 0)
            json.text("rounding", format_money({left.carried_minor, left.carried_in}))
                .text("currency", left.carried_in.text());
        return json.done();
    }

    std::string meter(std::int64_t point, const ProvenMeter& meter) const {
        JsonObject json;
        json.number("device_id", meter.device_id)
            .text("installed_from", format_date(meter.installed_from))
            .number("version", meter.installation_version)
            .list("reads", meter.boundaries, [&](const ProvenBoundary& each) { return boundary(meter, each); })
            .list("advances", meter.advances, [&](const Advance& each) { return advance(point, meter, each); });
        const auto maxima = maxima_of(names_, point, meter);
        if (!maxima.empty())
            json.list("maxima", maxima, [&](const ProvenMaximum& each) { return maximum(meter, each); });
        return json.done();
    }

    static std::string maximum(const ProvenMeter& meter, const ProvenMaximum& maximum) {
        return JsonObject()
            .text("serial", maximum.known.serial)
            .number("register", meter.register_no[maximum.register_index])
            .text("stream", maximum.known.stream)
            .text("from", format_date(maximum.days.from))
            .text("to", format_date(maximum.days.to))
            .text("value", micro_text(maximum.value_micro))
            .text("multiplier", format_decimal(maximum.known.multiplier_e6, 6))
            .text("demand", micro_text(maximum.demand_micro))
            .text("unit", mainspring::text_of(maximum.known.unit))
            .done();
    }

    static std::string boundary(const ProvenMeter& meter, const ProvenBoundary& boundary) {
        JsonObject json, values;
        json.text("on", format_date(boundary.on)).text("source", text_of(boundary.origin));
        if (boundary.origin == Boundary::Origin::read)
            json.text("read_at", instant_text(boundary.read_at))
                .number("version", boundary.version)
                .text("quality", std::string_view(&boundary.quality, 1));
        for (std::size_t i = 0; i < boundary.values.size(); ++i)
            values.text(fmt::to_string(meter.register_no[i]), micro_text(boundary.values[i]));
        return json.raw("values_by_register", values.done()).done();
    }

    std::string advance(std::int64_t point, const ProvenMeter& meter, const Advance& advance) const {
        const std::int16_t number = meter.register_no[advance.register_index];
        const RegisterNames known =
            register_of(names_, {point, meter.installed_from, meter.installation_version, number});
        const ProvenBoundary& before = meter.boundaries[advance.boundary];
        const ProvenBoundary& after = meter.boundaries[advance.boundary + 1U];
        JsonObject json;
        json.text("serial", known.serial)
            .number("register", number)
            .text("stream", known.stream)
            .text("from", format_date(before.on))
            .text("to", format_date(after.on))
            .text("previous", micro_text(before.values[advance.register_index]))
            .text("current", micro_text(after.values[advance.register_index]))
            .raw("rolled_over", truth(advance.rolled_over))
            .text("multiplier", format_decimal(known.multiplier_e6, 6))
            .text("metered", micro_text(advance.metered_micro))
            .text("metered_unit", mainspring::text_of(known.unit));
        if (advance.base_micro != 0) json.text("volume_at_base_conditions", micro_text(advance.base_micro));
        if (advance.calorific_value_e4 != 0)
            json.text("volume_factor", format_decimal(known.volume_factor_e8, 8))
                .text("calorific_value", format_decimal(advance.calorific_value_e4, 4));
        return json.text("billed", micro_text(advance.billed_micro)).done();
    }

    std::string channel(std::int64_t point, const ProvenChannel& channel) const {
        const RegisterNames known =
            register_of(names_, {point, channel.installed_from, channel.installation_version, channel.register_no});
        return JsonObject()
            .text("serial", known.serial)
            .number("register", channel.register_no)
            .text("stream", known.stream)
            .text("installed_from", format_date(channel.installed_from))
            .number("version", channel.installation_version)
            .number("values", channel.values)
            .number("estimated_by_line", channel.estimated_linear)
            .number("estimated_by_like_day", channel.estimated_like_day)
            .list("rows", channel.rows, row)
            .list("like_day_rows", channel.like_rows, row)
            .done();
    }

    static std::string row(const ProvenRow& row) {
        return JsonObject().text("start", instant_text(row.start)).number("version", row.version).done();
    }

    std::string segment(const ProvenSection& section, const rating::Segment& segment) const {
        const tariff::Plan& plan = plan_of(names_, section.plan_version_ids[segment.version]);
        JsonObject json;
        json.text("from", format_date(segment.dates.from))
            .text("to", format_date(segment.dates.to))
            .text("tariff_version", plan.version);
        const auto& seasons = plan.calendar.season_names();
        if (plan.has_seasons && segment.season < seasons.size()) json.text("season", seasons[segment.season]);
        return json.done();
    }

    std::string line(const ProvenSection& section, const rating::Line& line) const {
        const tariff::Plan& plan = plan_of(names_, section.plan_version_ids[line.version]);
        const LineText words = text_of_line(plan, line, section.unit);
        const ClauseKind kind = kind_of_line(plan, line);
        const tariff::Clause* clause = kind == ClauseKind::rounding ? nullptr : &plan.clauses[line.clause];
        JsonObject json;
        json.text("charge", clause != nullptr ? clause->name : "rounding")
            .text("kind", tariff::text_of(kind))
            .text("name", words.en)
            .text("tariff_version", plan.version);
        if (line.segment != rating::kNoSegment) {
            const DateRange dates = section.segments[line.segment].dates;
            json.text("from", format_date(dates.from)).text("to", format_date(dates.to));
        }
        if (kind == ClauseKind::energy_tiered || kind == ClauseKind::energy_slab ||
            (kind == ClauseKind::demand && line.part != 0)) {
            const rating::TierPart part = rating::tier_part(*clause, line.part);
            json.number("tier", part.tier);
            if (part.period != tariff::kTotal) json.text("period", tariff::name_of(part.period));
        }
        if (kind == ClauseKind::power_factor)
            json.text("power_factor", format_decimal(line.quantity_micro, Quantity::kScale));
        if (kind == ClauseKind::energy_time_of_use)
            json.text("period", tariff::name_of(clause->period_prices.at(line.part).stream));
        const bool is_limit = tariff::form_of(kind) == tariff::LineForm::limit;
        if (is_limit || kind == ClauseKind::rounding) json.text("base", money(line.base_minor));
        if (kind == ClauseKind::rounding && line.price_e8 != 0)
            json.text("carried", format_decimal(line.price_e8, Price::kScale));
        if (is_limit) json.text(tariff::text_of(kind), format_decimal(line.price_e8, Price::kScale));
        if (!words.quantity.empty())
            json.text("quantity", words.quantity).text("unit", words.unit).text("price", words.price);
        if (line.numerator != 1 || line.denominator != 1)
            json.text("times", fmt::format("{}/{}", line.numerator, line.denominator));
        if (const auto exact = exact_amount(kind, line, bill_.head.currency))
            json.text("exact", billing::text_of(*exact));
        const RoundingRule& rule = clause != nullptr ? clause->round : plan.round_bill;
        return json
            .raw("rounding",
                 JsonObject().text("mode", mainspring::text_of(rule.mode)).text("step", money(rule.step_minor)).done())
            .text("amount", money(line.amount_minor))
            .raw("posting", posting(plan, clause, line))
            .done();
    }

    static std::string posting(const tariff::Plan& plan, const tariff::Clause* clause, const rating::Line& line) {
        std::string_view account = "rounding";
        if (clause != nullptr) account = takes_tax_out(*clause, line) ? clause->contained_in : clause->account;
        const std::string_view item = clause != nullptr && !clause->item.empty() ? std::string_view(clause->item)
                                                                                 : mainspring::text_of(plan.commodity);
        return JsonObject().text("receivable", fmt::format("receivable.{}", item)).text("account", account).done();
    }

    const Derivation& bill_;
    const BillNames& names_;
};

}  // namespace

std::string explain_json(const Derivation& bill, const BillNames& names, const Sha256& hash) {
    return JsonExplainer(bill, names).run(hash);
}

}  // namespace mainspring::billing
