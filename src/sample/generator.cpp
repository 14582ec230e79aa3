#include "sample/generator.hpp"

#include <fmt/format.h>

#include "formats/text_file.hpp"
#include "sample/bench_tariffs.hpp"
#include "sample/interval_reads.hpp"
#include "sample/mix.hpp"
#include "sample/names.hpp"
#include "sample/output.hpp"
#include "sample/population.hpp"
#include "sample/register_reads.hpp"

namespace mainspring::sample {
namespace {

constexpr std::string_view kAccountsHeader =
    "party_code,party_name,language,party_address,account_code,opened_on,cycle,premise_code,premise_address,"
    "service_point_code,commodity,gas_zone,tariff,class,entitlements,dwellings,valid_from,valid_to\n";
constexpr std::string_view kMetersHeader =
    "service_point_code,installed_on,removed_on,serial,maker,model,register_code,stream,unit,dials,decimals,multiplier,"
    "interval_minutes,volume_factor\n";
constexpr std::string_view kReadsHeader = "service_point,serial,register,read_at,value,quality,reason\n";

constexpr int kDigits = 7;  // of the number in a code: with a prefix of two letters, an NMI has its ten characters

class Generator {
public:
    Generator(const Mix& mix, const GenerateOptions& options)
        : mix_(mix),
          options_(options),
          accounts_(options.out / "accounts.csv", kAccountsHeader),
          meters_(options.out / "meters.csv", kMetersHeader),
          reads_(options.out / "reads.csv", kReadsHeader),
          intervals_(mix, options.out, report_) {}

    GenerateReport run() {
        for (std::uint64_t premise = 0; report_.accounts < mix_.accounts; ++premise) {
            Random random(options_.seed, premise);
            plan_premise(mix_, random, plan_);
            if (plan_.moved_on && report_.accounts + 1 >= mix_.accounts) plan_.moved_on.reset();
            write_premise(random);
        }
        write_calorific();
        write_tariffs();
        intervals_.close();
        for (OutputFile* file : {&accounts_, &meters_, &reads_}) {
            file->close();
            report_.bytes += file->bytes();
        }
        report_.reads = reads_.rows();
        return report_;
    }

private:
    void code(std::string& out, char letter, std::int64_t number) const {
        out += mix_.prefix;
        out += letter;
        append_whole(out, number, kDigits);
    }

    void write_premise(Random& random) {
        ++premises_;
        address_.clear();
        append_address(address_, random, mix_.country);
        const std::int64_t first_point = report_.service_points + 1;
        facts_.clear();
        append_facts(random);
        gas_zone_ =
            mix_.calorific_e4.empty()
                ? std::string_view()
                : std::string_view(
                      mix_.calorific_e4[static_cast<std::size_t>(random.below(std::ssize(mix_.calorific_e4)))].first);
        write_account(random, {mix_.first_month, plan_.moved_on.value_or(kForever)}, first_point);
        if (plan_.moved_on) {
            write_account(random, {*plan_.moved_on, kForever}, first_point);
            ++report_.moves;
        }
        for (const MeterPlan& meter : plan_.meters) {
            ++report_.service_points;
            point_.clear();
            code(point_, 'S', report_.service_points);
            write_meter(random, meter);
        }
    }

    void append_facts(Random& random) {
        bool first = true;
        for (const auto& [name, per_mille] : plan_.segment->entitlements) {
            if (!random.chance(per_mille)) continue;
            if (!first) facts_ += ';';
            facts_ += name;
            first = false;
        }
        facts_ += ',';
        const bool several = random.chance(plan_.segment->dwellings_per_mille);
        append_whole(facts_, several ? random.between(2, plan_.segment->most_dwellings) : 1);
    }

    void write_account(Random& random, DateRange days, std::int64_t first_point) {
        ++report_.accounts;
        name_.clear();
        append_party_name(name_, random, mix_.country, plan_.segment->party);
        std::string& out = accounts_.text();
        for (std::size_t i = 0; i < plan_.meters.size(); ++i) {
            const Supply& supply = *plan_.meters[i].supply;
            code(out, 'P', report_.accounts);
            out.append(",").append(name_).append(",").append(language_of(mix_.country)).append(",");
            out.append(address_).append(",");
            code(out, 'A', report_.accounts);
            out += ',';
            append_date(out, days.from);
            out += ",monthly,";
            code(out, 'L', premises_);
            out.append(",").append(address_).append(",");
            code(out, 'S', first_point + static_cast<std::int64_t>(i));
            out.append(",").append(text_of(supply.commodity)).append(",");
            if (supply.commodity == Commodity::gas) out += gas_zone_;
            out.append(",").append(supply.tariff).append(",").append(supply.customer_class).append(",");
            out.append(facts_).append(",");
            append_date(out, days.from);
            out += ',';
            if (days.to != kForever) append_date(out, days.to);
            out += '\n';
        }
        accounts_.written(std::ssize(plan_.meters));
    }

    void write_meter(Random& random, const MeterPlan& meter) {
        if (meter.supply->meter == MeterKind::none) return;
        const bool interval = meter.supply->meter == MeterKind::interval;
        const Date installed = interval ? mix_.first_month - std::chrono::days(2) : mix_.first_month;
        new_serial(serial_);
        write_device(meter, serial_, {installed, meter.exchanged_on.value_or(kForever)});
        next_serial_.clear();
        if (meter.exchanged_on) {
            new_serial(next_serial_);
            write_device(meter, next_serial_, {*meter.exchanged_on, kForever});
        }
        if (interval)
            intervals_.write(random, {meter, point_, serial_});
        else
            write_register_reads(reads_, random, {mix_, meter, plan_.moved_on, point_, serial_, next_serial_}, report_);
    }

    void new_serial(std::string& serial) {
        serial.clear();
        code(serial, 'M', ++report_.meters);
    }

    void write_device(const MeterPlan& meter, std::string_view serial, DateRange days) {
        const Supply& supply = *meter.supply;
        const bool interval = supply.meter == MeterKind::interval;
        const std::size_t registers = interval ? 1 : supply.streams.size();
        std::string& out = meters_.text();
        for (std::size_t i = 0; i < registers; ++i) {
            out.append(point_).append(",");
            append_date(out, days.from);
            out += ',';
            if (days.to != kForever) append_date(out, days.to);
            out.append(",").append(serial).append(",Tallyworks,").append(interval ? "TW-40i," : "TW-12,");
            if (interval)
                out += mix_.interval_format == IntervalFormat::nem12 ? "E1,total" : "1,total";
            else
                append_register_code(out, supply, i), out.append(",").append(supply.streams[i].first);
            out.append(",").append(text_of(supply.unit)).append(",");
            if (!interval) append_whole(out, supply.dials);
            out += ',';
            append_whole(out, interval ? 3 : supply.decimals);
            out.append(",").append(format_decimal(meter.multiplier_e6, 6)).append(",");
            if (interval) append_whole(out, supply.minutes);
            out.append(",").append(supply.volume_factor).append("\n");
        }
        report_.registers += static_cast<std::int64_t>(registers);
        meters_.written(static_cast<std::int64_t>(registers));
    }

    // A value for each month, a little around the mean.
    void write_calorific() {
        if (mix_.calorific_e4.empty()) return;
        OutputFile file(options_.out / "calorific.csv", "gas_zone,valid_from,value\n");
        Random random(options_.seed, ~std::uint64_t{0});
        for (const auto& [zone, mean] : mix_.calorific_e4)
            for (Date month = mix_.first_month; month <= first_of_next_month(mix_.last_month);
                 month = first_of_next_month(month)) {
                std::string& out = file.text();
                out.append(zone).append(",");
                append_date(out, month);
                out += ',';
                append_fixed(out, mean / 1000 * random.between(990, 1010), 4);
                out += '\n';
                file.written(1);
            }
        file.close();
        report_.bytes += file.bytes();
    }

    void write_tariffs() {
        if (mix_.bench_tariffs == BenchTariffs::no) return;
        std::filesystem::create_directories(options_.out / "tariffs");
        const BenchTariffReport tariffs = write_bench_tariffs(options_.out / "tariffs", mix_.last_month);
        report_.tariff_files = tariffs.files;
        report_.bytes += tariffs.bytes;
    }

    const Mix& mix_;
    const GenerateOptions& options_;
    GenerateReport report_;
    OutputFile accounts_, meters_, reads_;
    IntervalWriter intervals_;
    PremisePlan plan_;
    std::int64_t premises_ = 0;
    std::string_view gas_zone_;
    std::string address_, name_, facts_, point_, serial_, next_serial_;  // kept for their memory
};

std::expected<Mix, std::string> mix_of(const GenerateOptions& options) {
    const auto text = formats::read_text_file(options.mix);
    if (!text) return std::unexpected(formats::text_of(text.error()));
    auto mix = parse_mix(text->text(), options.mix.string());
    if (!mix) return mix;
    mix->accounts = options.accounts.value_or(mix->accounts);
    mix->first_month = first_of_month(options.from.value_or(mix->first_month));
    mix->last_month = first_of_month(options.to.value_or(mix->last_month));
    if (mix->accounts < 1) return std::unexpected("the number of accounts must be above zero");
    if (mix->last_month < mix->first_month) return std::unexpected("the last month is before the first");
    return mix;
}

}  // namespace

std::expected<GenerateReport, std::string> generate(const GenerateOptions& options) {
    const auto mix = mix_of(options);
    if (!mix) return std::unexpected(mix.error());
    try {
        std::filesystem::create_directories(options.out);
        return Generator(*mix, options).run();
    } catch (const OutputError& error) {
        return std::unexpected(error.what());
    } catch (const std::filesystem::filesystem_error& error) {
        return std::unexpected(error.what());
    }
}

}  // namespace mainspring::sample
