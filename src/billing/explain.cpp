#include "billing/explain.hpp"

#include <fmt/format.h>
#include <iterator>

#include "billing/line_text.hpp"

namespace mainspring::billing {

using tariff::ClauseKind;

namespace {

std::string micro_text(std::int64_t micro) { return format_decimal(micro, Quantity::kScale); }

std::string dates_text(DateRange dates) {
    return fmt::format("[{}, {}) {} days", format_date(dates.from), format_date(dates.to), dates.days());
}

std::string instant_text(Instant at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
    return fmt::format("{} {:02}:{:02}:{:02}Z", format_date(day), time.hours().count(), time.minutes().count(),
                       time.seconds().count());
}

class Explainer {
public:
    Explainer(const Derivation& bill, const BillNames& names) : bill_(bill), names_(names) {}

    std::string run(const Sha256& hash) {
        head();
        for (std::size_t i = 0; i < bill_.sections.size(); ++i) section(i + 1, bill_.sections[i]);
        put("\nTotal {} {}\nSHA-256 ", money(bill_.head.total_minor), bill_.head.currency.text());
        for (const auto byte : hash) put("{:02x}", byte);
        put("\n");
        return std::move(text_);
    }

private:
    template <class... Args>
    void put(fmt::format_string<Args...> pattern, Args&&... args) {
        fmt::format_to(std::back_inserter(text_), pattern, std::forward<Args>(args)...);
    }
    std::string money(std::int64_t minor) const { return format_money({minor, bill_.head.currency}); }

    void head();
    void section(std::size_t number, const ProvenSection& section);
    void left_before(const Accumulation& left);
    void published(const PublishedPins& pins);
    void adjustments(const ProvenSection& section);
    void loss(const LossPart& part);
    void share(const Share& share);
    void meter(std::int64_t point, const ProvenMeter& meter);
    void boundary(const ProvenBoundary& boundary);
    void advance(std::int64_t point, const ProvenMeter& meter, const Advance& advance);
    void channel(std::int64_t point, const ProvenChannel& channel);
    void segments(const ProvenSection& section);
    void line(const ProvenSection& section, std::size_t number, const rating::Line& line);
    void priced(const tariff::Plan& plan, const LineText& words, const rating::Line& line);
    void indexed(const tariff::Plan& plan, const LineText& words, const rating::Line& line);
    void percentage(const tariff::Plan& plan, const rating::Line& line);
    void times(const rating::Line& line);
    void limit(const tariff::Plan& plan, const rating::Line& line);
    void rounded(const tariff::Clause& clause, const rating::Line& line);

    const Derivation& bill_;
    const BillNames& names_;
    std::string text_;
    ClauseKind kind_{};
};

void Explainer::head() {
    const BillHead& head = bill_.head;
    put("{} {}, account {}\n", head.kind == BillKind::bill ? "Bill" : "Credit note", names_.bill_number,
        names_.account_number);
    put("{}\n", names_.customer_name);
    put("Key: cell {}, account {}, bill {}\n", head.cell_id, head.account_id, head.bill_seq);
    if (head.cancels_seq != 0) put("Cancels bill {} (no. {})\n", head.cancels_seq, names_.cancels_number);
    if (head.replaces_seq != 0) put("Replaces bill {} (no. {})\n", head.replaces_seq, names_.replaces_number);
    put("Period {}, issued {}, due {}\n", dates_text(head.period), format_date(head.issued_on),
        format_date(head.due_on));
    std::string flags;
    const auto flag = [&](BillFlag bit, std::string_view word) {
        if ((head.flags & bit) != 0) flags.append(flags.empty() ? "" : ", ").append(word);
    };
    flag(kEstimated, "estimated");
    flag(kFinal, "final");
    flag(kCorrected, "corrected");
    flag(kZeroUse, "zero use");
    if (!flags.empty()) put("Flags: {}\n", flags);
}

void Explainer::section(std::size_t number, const ProvenSection& section) {
    put("\nSection {}: agreement {}, service point {}", number, section.agreement_id, section.service_point_id);
    if (const auto point = names_.points.find(section.service_point_id); point != names_.points.end()) {
        put(" ({}), {}", point->second.code, point->second.address);
    }
    put("\n  Days {}{}{}\n", dates_text(section.dates), section.estimated ? ", estimated" : "",
        section.final ? ", final" : "");
    for (const auto& span : section.spans) {
        put("  Agreement version {} of {}", span.version, format_date(span.valid_from));
        const auto stated = names_.stated_facts.find({section.agreement_id, span.valid_from, span.version});
        if (stated != names_.stated_facts.end()) put(": {}", stated->second);
        put("\n");
    }
    for (const auto id : section.plan_version_ids) {
        const tariff::Plan& plan = plan_of(names_, id);
        put("  Tariff {} version {} (id {}, from {})\n", plan.key, plan.version, id, format_date(plan.effective));
    }
    left_before(section.left_before);
    for (const auto& one : section.meters) meter(section.service_point_id, one);
    for (const auto& one : section.channels) channel(section.service_point_id, one);
    for (const auto& value : section.calorific_values)
        put("  Calorific value of zone {} from {} version {}\n", section.gas_zone, format_date(value.valid_from),
            value.version);
    published(section.published);
    adjustments(section);
    put("  Billed quantity {} {}\n", micro_text(section.total_micro), text_of(section.unit));
    segments(section);
    for (std::size_t i = 0; i < section.lines.size(); ++i) line(section, i + 1, section.lines[i]);
    put("  Section total {} {}\n", money(section.total_minor), bill_.head.currency.text());
}

// Days of one series in one version that follow each other are one row.
void Explainer::published(const PublishedPins& pins) {
    for (auto from = pins.prices.begin(); from != pins.prices.end();) {
        auto end = from;
        for (Date next = from->on; end != pins.prices.end() && *end == PublishedPin{from->name, next, from->version};
             next += std::chrono::days{1})
            ++end;
        put("  Prices of {} {} version {}\n", from->name,
            dates_text({from->on, std::prev(end)->on + std::chrono::days{1}}), from->version);
        from = end;
    }
    for (const auto& input : pins.inputs)
        put("  Value of {} for {} version {}\n", input.name, format_date(input.on).substr(0, 7), input.version);
}

void Explainer::left_before(const Accumulation& left) {
    for (const auto& counter : left.counters) {
        put("  Counted before: {} {} since {}", counter.clause, micro_text(counter.micro), format_date(counter.since));
        if (counter.version_id != 0) put(", last for tariff version id {}", counter.version_id);
        put("\n");
    }
    for (const auto& demand : left.demands)
        put("  Measured before: {} {} in {}\n", demand.clause, micro_text(demand.micro), dates_text(demand.dates));
    if (left.carried_minor != 0)
        put("  Left by rounding before: {} {}\n", format_money({left.carried_minor, left.carried_in}),
            left.carried_in.text());
}

void Explainer::loss(const LossPart& part) {
    const auto& [line_loss, plate, gas] = part.conditions;
    if (gas.kpa_micro != 0)
        put("  Gas {}: × {} kPa ÷ 101.325 kPa × 288.15 K ÷ {} K ÷ {} → half_up 0.000001, the volume at base "
            "conditions\n",
            dates_text(part.dates), micro_text(gas.kpa_micro), micro_text(gas.kelvin_micro),
            micro_text(gas.compressibility_micro));
    if (!part.conditions.has_losses()) return;
    put("  Losses {}: measured {} kWh, {} kvarh\n", dates_text(part.dates), micro_text(part.active_micro),
        micro_text(part.reactive_micro));
    if (plate.rated_micro != 0)
        put("    transformer {} kVA, iron {} kW, copper {} kW, no-load current {} %, impedance {} %, load shape {}\n"
            "    + iron {} kWh + copper {} kWh, + {} kvarh without load + {} kvarh of the load\n",
            micro_text(plate.rated_micro), micro_text(plate.iron_micro), micro_text(plate.copper_micro),
            format_decimal(plate.no_load_e8, 6), format_decimal(plate.impedance_e8, 6),
            micro_text(plate.load_shape_micro), micro_text(part.loss.iron_micro), micro_text(part.loss.copper_micro),
            micro_text(part.loss.no_load_micro), micro_text(part.loss.load_micro));
    if (line_loss != 0) put("    + line {} % = {} kWh\n", format_decimal(line_loss, 6), micro_text(part.line_micro));
}

void Explainer::share(const Share& share) {
    put("  {} service point {} {}", share.from_above ? "+ part of" : "− taken off for", share.service_point_id,
        dates_text(share.dates));
    switch (share.terms.by) {
        case metering::TakenBy::meter: put(", by its meter"); break;
        case metering::TakenBy::quantity: put(", {} a month", micro_text(share.terms.amount)); break;
        case metering::TakenBy::ratio: put(", ratio {}", format_decimal(share.terms.amount, 8)); break;
    }
    put(": {}", micro_text(share.active_micro));
    if (share.reactive_micro != 0) put(", {} kvarh", micro_text(share.reactive_micro));
    put("\n");
}

void Explainer::adjustments(const ProvenSection& section) {
    for (const auto& part : section.adjustments.losses) loss(part);
    for (const auto& relation : section.adjustments.relations)
        put("  Service point {} below {} from {} version {}\n", relation.child_id, relation.parent_id,
            format_date(relation.valid_from), relation.version);
    for (const auto& related : section.adjustments.related) {
        put("  Meters of service point {}:\n", related.service_point_id);
        for (const auto& one : related.meters) meter(related.service_point_id, one);
        for (const auto& one : related.channels) channel(related.service_point_id, one);
    }
    for (const auto& one : section.adjustments.shares) share(one);
}

void Explainer::meter(std::int64_t point, const ProvenMeter& meter) {
    put("  Meter: device {}, installed {} (version {})\n", meter.device_id, format_date(meter.installed_from),
        meter.installation_version);
    for (const auto& one : meter.boundaries) boundary(one);
    for (const auto& one : meter.advances) advance(point, meter, one);
    for (const auto& one : maxima_of(names_, point, meter))
        put("    {} register {} ({}) [{}, {}): highest {} × {} = {} {}\n", one.known.serial,
            meter.register_no[one.register_index], one.known.stream, format_date(one.days.from),
            format_date(one.days.to), micro_text(one.value_micro), format_decimal(one.known.multiplier_e6, 6),
            micro_text(one.demand_micro), text_of(one.known.unit));
}

void Explainer::boundary(const ProvenBoundary& boundary) {
    put("    {} ", format_date(boundary.on));
    switch (boundary.origin) {
        case Boundary::Origin::carry: put("carried from the bill before"); break;
        case Boundary::Origin::estimate: put("estimated"); break;
        case Boundary::Origin::read:
            put("read at {}, version {}, quality {}", instant_text(boundary.read_at), boundary.version,
                boundary.quality);
            break;
    }
    put(":");
    for (const auto value : boundary.values) put(" {}", micro_text(value));
    put("\n");
}

void Explainer::advance(std::int64_t point, const ProvenMeter& meter, const Advance& advance) {
    const std::int16_t register_no = meter.register_no[advance.register_index];
    const RegisterNames known =
        register_of(names_, {point, meter.installed_from, meter.installation_version, register_no});
    const ProvenBoundary& before = meter.boundaries[advance.boundary];
    const ProvenBoundary& after = meter.boundaries[advance.boundary + 1U];
    put("    {} register {} ({}) [{}, {}): ({} − {}{}) × {} = {} {}\n", known.serial, register_no, known.stream,
        format_date(before.on), format_date(after.on), micro_text(after.values[advance.register_index]),
        micro_text(before.values[advance.register_index]), advance.rolled_over ? ", past zero" : "",
        format_decimal(known.multiplier_e6, 6), micro_text(advance.metered_micro), text_of(known.unit));
    if (advance.base_micro != 0) put("      at base conditions {} m3\n", micro_text(advance.base_micro));
    if (advance.calorific_value_e4 == 0) return;
    put("      × volume factor {} × {} MJ/m3 ÷ 3.6 → half_up 0.000001 → {} kWh\n",
        format_decimal(known.volume_factor_e8, 8), format_decimal(advance.calorific_value_e4, 4),
        micro_text(advance.billed_micro));
}

void Explainer::channel(std::int64_t point, const ProvenChannel& channel) {
    const RegisterNames known =
        register_of(names_, {point, channel.installed_from, channel.installation_version, channel.register_no});
    put("  Channel {} of {} ({}), installed {} (version {}): {} values, {} by line, {} by like day\n",
        channel.register_no, known.serial, known.stream, format_date(channel.installed_from),
        channel.installation_version, channel.values, channel.estimated_linear, channel.estimated_like_day);
    for (const auto& row : channel.rows) put("    from {} version {}\n", instant_text(row.start), row.version);
    for (const auto& row : channel.like_rows)
        put("    like days: from {} version {}\n", instant_text(row.start), row.version);
}

void Explainer::segments(const ProvenSection& section) {
    for (std::size_t i = 0; i < section.segments.size(); ++i) {
        const rating::Segment& segment = section.segments[i];
        const tariff::Plan& plan = plan_of(names_, section.plan_version_ids[segment.version]);
        put("  Segment {}: {}, tariff version {}", i + 1, dates_text(segment.dates), plan.version);
        const auto& seasons = plan.calendar.season_names();
        if (plan.has_seasons && segment.season < seasons.size()) put(", season {}", seasons[segment.season]);
        put("\n");
    }
}

void Explainer::line(const ProvenSection& section, std::size_t number, const rating::Line& line) {
    const tariff::Plan& plan = plan_of(names_, section.plan_version_ids[line.version]);
    const LineText words = text_of_line(plan, line, section.unit);
    kind_ = kind_of_line(plan, line);
    put("  {:>3}. {} [{}", number, words.en,
        kind_ == ClauseKind::rounding ? std::string("rounding") : plan.clauses[line.clause].name);
    put(", {}", text_of(kind_));
    if (section.plan_version_ids.size() > 1) put(", version {}", plan.version);
    put("]");
    if (line.segment != rating::kNoSegment) put(" {}", dates_text(section.segments[line.segment].dates));
    put("\n       ");
    switch (tariff::form_of(kind_)) {
        case tariff::LineForm::share: percentage(plan, line); break;
        case tariff::LineForm::limit: limit(plan, line); break;
        case tariff::LineForm::indexed: indexed(plan, words, line); break;
        case tariff::LineForm::rounding:
            put("sum {} ", money(line.base_minor));
            if (line.price_e8 != 0) put("+ {} carried to it ", format_decimal(line.price_e8, Price::kScale));
            put("→ {} {} → {} ", text_of(plan.round_bill.mode), money(plan.round_bill.step_minor),
                money(section.total_minor));
            put("= {}\n", money(line.amount_minor));
            break;
        default: priced(plan, words, line); break;
    }
}

void Explainer::rounded(const tariff::Clause& clause, const rating::Line& line) {
    const Currency currency = bill_.head.currency;
    const ExactAmount exact = exact_amount(kind_, line, currency).value();
    put(" = {} → {} {} → {}", text_of(exact), text_of(clause.round.mode), money(clause.round.step_minor),
        money(line.amount_minor));
    const std::int64_t minor = rounded_minor(clause, line, exact, currency);
    if (minor != line.amount_minor) put("  !! computed again: {}", money(minor));
    put("\n");
}

void Explainer::priced(const tariff::Plan& plan, const LineText& words, const rating::Line& line) {
    const bool is_period = tariff::form_of(kind_) == tariff::LineForm::months;
    const tariff::Clause& clause = plan.clauses[line.clause];
    put("{} {} × {}", is_period ? "1" : words.quantity, is_period ? "month" : words.unit, words.price);
    if (clause.agreed != tariff::kNoFact && line.price_e8 != clause.price_e8)
        put(" (agreed: {})", tariff::name_of_fact(clause.agreed));
    times(line);
    rounded(clause, line);
}

// The sum over the intervals is not kept with the bill: the price is only its mean.
void Explainer::indexed(const tariff::Plan& plan, const LineText& words, const rating::Line& line) {
    const tariff::Clause& clause = plan.clauses[line.clause];
    put("{} {} interval by interval at the prices {}, on average {} → {} {} → {}\n", words.quantity, words.unit,
        clause.indexed.series, words.price, text_of(clause.round.mode), money(clause.round.step_minor),
        money(line.amount_minor));
}

void Explainer::times(const rating::Line& line) {
    if (line.denominator != 1)
        put(" × {}/{}", line.numerator, line.denominator);
    else if (line.numerator != 1)
        put(" × {}", line.numerator);
}

void Explainer::percentage(const tariff::Plan& plan, const rating::Line& line) {
    put("{} × {} %", money(line.base_minor), format_decimal(line.price_e8, 6));
    times(line);
    rounded(plan.clauses[line.clause], line);
}

void Explainer::limit(const tariff::Plan& plan, const rating::Line& line) {
    put("at {} {} a month", kind_ == ClauseKind::maximum ? "most" : "least",
        format_decimal(line.price_e8, Price::kScale));
    times(line);
    const RoundingRule& rule = plan.clauses[line.clause].round;
    put(" → {} {} → {} − {} = {}\n", text_of(rule.mode), money(rule.step_minor),
        money(narrow(Int128{line.base_minor} + line.amount_minor)), money(line.base_minor), money(line.amount_minor));
}

}  // namespace

std::string explain_text(const Derivation& bill, const BillNames& names, const Sha256& hash) {
    return Explainer(bill, names).run(hash);
}

}  // namespace mainspring::billing
