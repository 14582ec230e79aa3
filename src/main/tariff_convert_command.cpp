#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <ostream>

#include "exchange/conversion.hpp"
#include "exchange/csv_prices.hpp"
#include "exchange/owrs.hpp"
#include "exchange/urdb.hpp"
#include "main/output.hpp"
#include "main/tariff_commands.hpp"

namespace mainspring::cli {

namespace {

namespace fs = std::filesystem;

struct ConvertFlags {
    std::vector<std::string> files;
    std::string from, out, leave_out, volume_unit, zone, effective, customer_class, currency;
    std::int32_t demand_window = 0;
};

exchange::Choices choices_of(const ConvertFlags& flags) {
    exchange::Choices choices;
    choices.zone = flags.zone;
    choices.currency = flags.currency;
    if (!flags.effective.empty()) choices.effective = date_argument("--effective", flags.effective);
    if (!flags.customer_class.empty()) {
        const auto named = tariff::customer_class_of(flags.customer_class);
        if (!named) throw Failure(Exit::usage, "--class: " + named.error());
        choices.customer_class = *named;
    }
    choices.demand_window_minutes = flags.demand_window;
    choices.volume_unit = flags.volume_unit;
    for (std::size_t at = 0; at < flags.leave_out.size();) {
        const std::size_t end = std::min(flags.leave_out.find(',', at), flags.leave_out.size());
        choices.leave_out.push_back(flags.leave_out.substr(at, end - at));
        at = end + 1;
    }
    return choices;
}

using Conversions = std::expected<std::vector<exchange::Conversion>, std::string>;

Conversions convert_text(const ConvertFlags& flags, const std::string& file, const exchange::Choices& choices) {
    const std::string text = read_named_file(file);
    const std::string name = fs::path(file).filename().native();
    if (flags.from == "urdb") return exchange::convert_urdb(text, name, choices);
    if (flags.from == "owrs") return exchange::convert_owrs(text, name, choices);
    return exchange::convert_csv_prices(text, name, choices);
}

// Writes what was converted; a file that is there already stays as it is, for a person may have worked on it.
void write_one(const ConvertFlags& flags, exchange::Conversion& made) {
    if (!made.done()) return;
    const fs::path file = fs::path(flags.out) / made.file_name;
    std::error_code error;
    if (fs::exists(file, error)) {
        made.refusals.push_back({file.native(), "is there already (nothing is written over)"});
        return;
    }
    write_whole_file(file.native(), [&](std::ostream& out) { out << made.text; });
}

std::string json_of_refusals(const exchange::Conversion& made) {
    return json_list(made.refusals, [](const exchange::FieldRefusal& refusal) {
        return json_object({{"field", refusal.field}, {"reason", refusal.reason}});
    });
}

Exit convert(const Session& session, const ConvertFlags& flags) {
    const exchange::Choices choices = choices_of(flags);
    std::error_code error;
    fs::create_directories(flags.out, error);
    if (error) throw Failure(Exit::refused, fmt::format("{}: {}", flags.out, error.message()));
    bool written = false, refused = false;
    Table table({{"FILE", "file"},
                 {"TARIFF", "tariff"},
                 {"RESULT", "result"},
                 {"REFUSED", "refused", Table::Kind::json},
                 {"NOTES", "notes", Table::Kind::json}});
    Table brief({{"FILE", "file"}, {"TARIFF", "tariff"}, {"RESULT", "result"}});
    for (const std::string& file : flags.files) {
        auto made = convert_text(flags, file, choices);
        if (!made) {
            complain(made.error());
            refused = true;
            table.add({file, "", "REFUSED", "[]", "[]"});
            brief.add({file, "", "REFUSED"});
            continue;
        }
        for (exchange::Conversion& one : *made) {
            write_one(flags, one);
            for (const auto& note : one.notes) complain(fmt::format("{}: {}: note: {}", file, one.name, note));
            for (const auto& refusal : one.refusals)
                complain(fmt::format("{}: {}: {}: {}", file, one.name, refusal.field, refusal.reason));
            (one.done() ? written : refused) = true;
            const std::string result = one.done() ? one.file_name : "REFUSED";
            table.add({file, one.name, result, json_of_refusals(one), json_texts(one.notes)});
            brief.add({file, one.name, result});
        }
    }
    print(session.json() ? table.json() + "\n" : brief.text());
    if (!refused) return Exit::ok;
    return written ? Exit::partly : Exit::refused;
}

}  // namespace

void add_tariff_convert_command(Command tariff) {
    Command command = tariff.add(
        "convert",
        "Write tariffs of other forms as tariff files; what bears on money and cannot be carried over is refused by "
        "name. Needs no database; then give each an example, `tariff test` and `tariff import` it");
    auto flags = std::make_shared<ConvertFlags>();
    command.option("FILE", flags->files, "Files of that form").required();
    command.option("--from", flags->from, "The form: urdb (OpenEI, JSON), owrs (water, YAML), csv (price tables)")
        .required()
        .one_of({"urdb", "owrs", "csv"});
    command.option("--out", flags->out, "Folder for the tariff files").required();
    command.option("--zone", flags->zone, "Time zone of the tariff's hours and days, such as America/Denver");
    command.option("--effective", flags->effective, "First day, instead of the form's own");
    command.option("--class", flags->customer_class, "Customers that it serves, instead of the form's own")
        .one_of({"residential", "commercial", "industrial", "public"});
    command.option("--currency", flags->currency, "Currency, where the form does not say it (USD)");
    command.option("--demand-window", flags->demand_window,
                   "Minutes that a demand is the mean of, where it is not said");
    command.option("--volume-unit", flags->volume_unit, "Volume of water prices, where it is not said")
        .one_of({"ccf", "kgal"});
    command.option("--leave-out", flags->leave_out,
                   "Fields that may be lost although they bear on money, joined by commas");
    command.runs([flags](const Session& session) { return convert(session, *flags); });
}

}  // namespace mainspring::cli
