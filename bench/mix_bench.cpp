// A monthly register bill over a mix of 20 tariffs, its proof apart, and how long a tariff takes to compile.
//   mix_bench [folder of tariffs, default samples/tariffs] [seconds per measurement, default 1]
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <openssl/sha.h>

#include "billing/derivation.hpp"
#include "measure.hpp"
#include "tariff/tariff_text.hpp"

using namespace mainspring;

namespace {

constexpr std::size_t kTariffs = 20;
constexpr std::int64_t kCompileRounds = 5;
constexpr std::int64_t kVariants = 1000;  // of the quantities of an example

volatile std::int64_t sink = 0;

struct TariffText {
    std::string name, text;
};

std::vector<TariffText> texts_in(const std::filesystem::path& folder) {
    std::vector<TariffText> texts;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".yaml") continue;
        std::ifstream file(entry.path(), std::ios::binary);
        texts.push_back({entry.path().filename(), std::string(std::istreambuf_iterator<char>(file), {})});
    }
    std::ranges::sort(texts, {}, &TariffText::name);
    return texts;
}

// A tariff with the month of one of its examples, as a section that registers counted.
struct Month {
    tariff::Tariff tariff;
    std::vector<rating::FactValue> facts;
    billing::AgreementVersion version;
    billing::Agreement agreement;
    std::vector<billing::Register> registers;
    billing::Installation installation;
    billing::Section section;
    std::vector<std::int64_t> use;  // of each piece
};

bool is_monthly(const tariff::Example& example) {
    return !example.pieces.empty() && example.intervals.empty() && example.peaks.empty() && example.inputs.empty() &&
           example.with.empty() && example.counters_before.empty() && example.demands_before.empty() &&
           example.dates.days() >= 28 && example.dates.days() <= 31 &&
           std::ranges::all_of(example.pieces, [&](const auto& piece) { return piece.dates == example.dates; });
}

void fill_meter(const tariff::Example& example, Month& month) {
    billing::MeterPart meter;
    billing::Boundary first{billing::Boundary::Origin::carry, example.dates.from, nullptr, {}};
    billing::Boundary last{billing::Boundary::Origin::estimate, example.dates.to, nullptr, {}};
    for (const auto& piece : example.pieces) {
        const auto index = static_cast<std::uint16_t>(month.registers.size());
        billing::Register& counted = month.registers.emplace_back();
        counted.register_no = static_cast<std::int16_t>(index + 1);
        meter.registers.push_back(index);
        first.values.push_back(1'000'000'000);
        last.values.push_back(1'000'000'000 + piece.micro);
        billing::Advance advance;
        advance.register_index = index;
        advance.metered_micro = advance.billed_micro = piece.micro;
        meter.advances.push_back(advance);
        month.section.pieces.push_back({piece.stream, piece.dates, piece.micro});
        month.use.push_back(piece.micro);
    }
    month.installation.dates = {example.dates.from, kForever};
    month.installation.version = 1;
    month.installation.registers = month.registers;
    meter.installation = &month.installation;
    meter.boundaries = {first, last};
    month.section.meters.push_back(std::move(meter));
}

std::unique_ptr<Month> month_of(const std::shared_ptr<const tariff::Plan>& plan, const tariff::Example& example) {
    auto month = std::make_unique<Month>();
    month->tariff = {plan->key, {plan}};
    for (const auto& fact : example.facts) month->facts.push_back({fact.fact, fact.micro});
    month->version.dates = {example.dates.from, kForever};
    month->version.version = 1;
    month->agreement.agreement_id = month->agreement.service_point_id = 1;
    month->agreement.versions = {&month->version, 1};
    billing::Section& section = month->section;
    section.agreement = &month->agreement;
    section.dates = example.dates;
    section.unit = plan->unit;
    section.span_versions = {0};
    section.spans = {
        {example.dates, &month->tariff, example.customer_class, example.entitlements, example.dwellings, month->facts}};
    fill_meter(example, *month);
    return month;
}

using Months = std::vector<std::unique_ptr<Month>>;

// As many different tariffs as the mix has, from all over the list.
Months months_of(const std::vector<TariffText>& texts) {
    Months all;
    rating::Rater rater;
    rating::RatedSection rated;
    for (const auto& [name, text] : texts) {
        auto file = tariff::read_tariff(text, name);
        if (!file) continue;
        const auto example = std::ranges::find_if(file->examples, is_monthly);
        if (example == file->examples.end()) continue;
        file->plan.effective = example->dates.from;
        auto month = month_of(std::make_shared<const tariff::Plan>(file->plan), *example);
        if (rater.rate(billing::input_of(month->section), rated)) all.push_back(std::move(month));
    }
    if (all.size() < kTariffs) {
        fmt::print(stderr, "{} tariffs have a monthly example by registers, not {}\n", all.size(), kTariffs);
        std::exit(1);
    }
    Months mix;
    for (std::size_t i = 0; i < kTariffs; ++i) mix.push_back(std::move(all[i * all.size() / kTariffs]));
    return mix;
}

class MixBench {
public:
    explicit MixBench(Months months) : months_(std::move(months)) {
        rating::Rater rater;
        for (const auto& month : months_) {
            auto& rated = rated_.emplace_back();
            if (!rater.rate(billing::input_of(month->section), rated)) std::exit(1);
            lines_ += rated.lines.size();
        }
    }
    std::size_t lines() const { return lines_; }

    // One bill of each tariff.
    std::int64_t rate(std::int64_t seed) {
        for (const auto& month : months_) {
            auto& pieces = month->section.pieces;
            for (std::size_t i = 0; i < pieces.size(); ++i)
                pieces[i].micro = month->use[i] + (seed + static_cast<std::int64_t>(i)) % kVariants * 1'000;
            if (!rater_.rate(billing::input_of(month->section), out_)) std::exit(1);
            sink = sink + out_.total_minor;
        }
        return static_cast<std::int64_t>(kTariffs);
    }
    // The products and roundings of the same lines, with nothing around them.
    std::int64_t multiply(std::int64_t seed) const {
        constexpr std::int64_t kStep = 1'000'000'000'000;
        for (const auto& rated : rated_)
            for (const auto& line : rated.lines)
                sink = sink + static_cast<std::int64_t>(
                                  (Int128{line.quantity_micro + seed % kVariants} * line.price_e8 + kStep / 2) / kStep);
        return static_cast<std::int64_t>(kTariffs);
    }
    std::int64_t prove(std::int64_t) {
        for (std::size_t i = 0; i < months_.size(); ++i) {
            const billing::RatedAgreement agreement{&months_[i]->section, &rated_[i]};
            bytes_.clear();
            billing::encode(head_, {&agreement, 1}, bytes_);
            sink = sink + billing::sha256_of(bytes_)[0];
            proven_ += bytes_.size();
        }
        return static_cast<std::int64_t>(kTariffs);
    }
    // Of as many bytes as a proof has on average.
    std::int64_t hash(std::int64_t) {
        const std::vector<std::uint8_t>& bytes = mean_;
        std::uint8_t digest[32];
        for (std::size_t i = 0; i < kTariffs; ++i) {
            SHA256(bytes.data(), bytes.size(), digest);
            sink = sink + digest[0];
        }
        return static_cast<std::int64_t>(kTariffs);
    }
    std::size_t bytes_of_proof() {
        proven_ = 0;
        prove(0);
        mean_.assign(proven_ / kTariffs, 7);
        return mean_.size();
    }

private:
    Months months_;
    std::vector<rating::RatedSection> rated_;
    std::size_t lines_ = 0, proven_ = 0;
    rating::Rater rater_;
    rating::RatedSection out_;
    billing::BillHead head_;
    std::vector<std::uint8_t> bytes_, mean_;
};

// Thousandths of a millisecond that each takes, the median of some rounds; ascending.
std::vector<std::int64_t> compile_times(const std::vector<TariffText>& texts) {
    std::vector<std::int64_t> times;
    for (const auto& [name, text] : texts) {
        std::vector<std::int64_t> rounds;
        for (std::int64_t i = 0; i < kCompileRounds; ++i)
            rounds.push_back(
                bench::thousandths_of_ns(1,
                                         [&](std::int64_t) {
                                             sink = sink + (tariff::compile_tariff(text, name).has_value() ? 1 : 0);
                                             return 1;
                                         }) /
                1'000'000);
        times.push_back(bench::median(rounds));
    }
    std::ranges::sort(times);
    return times;
}

}  // namespace

int main(int argc, char** argv) {
    const auto texts = texts_in(argc > 1 ? argv[1] : "samples/tariffs");
    const std::int64_t budget_ms = (argc > 2 ? std::atoll(argv[2]) : 1) * 1000;
    MixBench mix(months_of(texts));
    const auto call = [&mix](std::int64_t (MixBench::*work)(std::int64_t)) {
        return [&mix, work](std::int64_t seed) { return (mix.*work)(seed); };
    };
    bench::compare("register bill, mix of 20 tariffs", budget_ms, call(&MixBench::rate),
                   [&](std::int64_t seed) { return mix.multiply(seed); });
    fmt::print("  lines of 20 bills: {}, bytes of a proof: {}\n", mix.lines(), mix.bytes_of_proof());
    bench::compare("its proof, packed and hashed", budget_ms, call(&MixBench::prove), call(&MixBench::hash));
    const auto times = compile_times(texts);
    fmt::print("compile of {} tariffs: median {}.{:03} ms, slowest {}.{:03} ms, limit 10 ms\n", times.size(),
               times[times.size() / 2] / 1000, times[times.size() / 2] % 1000, times.back() / 1000,
               times.back() % 1000);
    return 0;
}
