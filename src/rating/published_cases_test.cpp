// Cases that others have published, as far as our clauses express them: what they expect must come out, but for
// half a cent a line, since our lines are rounded.
#include <boost/json.hpp>

#include "rating/published_json_test.hpp"
#include "rating/rating_test_help.hpp"
#include "rating/usage.hpp"

using namespace mainspring;
using namespace mainspring::rating;
using namespace mainspring::rating::testing;
namespace json = boost::json;

namespace {

int whole(const json::value& value) { return static_cast<int>(value.as_int64()); }

RegisterFacts facts_of(const json::value& dials, const json::value& multiplier) {
    return {whole(dials), 3, micro_of(multiplier)};
}

struct Row {
    const char* id;
    const char* charges;
    const char* from;
    const char* to;
    const char* usage;
    const char* field;  // of the case's `expected`
    const char* head = "";
};

constexpr const char* kShenzhen =
    "summer energy_tiered season: summer, tiers: [{upto: '260', price: '0.66286875'}, {upto: '600', price: "
    "'0.71286875'}, {price: '0.96286875'}]\n"
    "winter energy_tiered season: winter, tiers: [{upto: '200', price: '0.66286875'}, {upto: '400', price: "
    "'0.71286875'}, {price: '0.96286875'}]";
constexpr const char* kShenzhenSeasons =
    "calendar:\n  seasons: {summer: [{from: 05-01, to: 10-31}], winter: [{from: 11-01, to: 04-30}]}\n";
constexpr const char* kZhejiang =
    "energy energy_tiered tiers: [{upto: '2760', price: '0.538'}, {upto: '4800', price: '0.588'}, {price: '0.838'}]";
constexpr const char* kThailand =
    "service fixed_per_period price: '24.62'\n"
    "energy energy_tiered tiers: [{upto: '150', price: '3.2484'}, {upto: '400', price: '4.2218'}, {price: '4.4217'}]\n"
    "ft energy_flat price: '0.1623'\nvat tax percent: '7', of: [all]";
constexpr const char* kBrunei =
    "energy energy_tiered tiers: [{upto: '600', price: '0.01'}, {upto: '2000', price: '0.08'}, {upto: '4000', price: "
    "'0.1'}, {price: '0.12'}]";
constexpr const char* kTaiwan =
    "energy energy_tiered times: dwellings, tiers: [{upto: '120', price: '1.78'}, {upto: '330', price: '2.26'}, {upto: "
    "'500', price: '3.13'}, "
    "{upto: '700', price: '4.24'}, {upto: '1000', price: '5.27'}, {price: '7.03'}]";
constexpr const char* kFees =
    "fee fixed_per_period price: '10'\n"
    "energy energy_tiered tiers: [{upto: '6', price: '0.5'}, {upto: '12', price: '1'}, {upto: '18', price: '2'}, "
    "{price: '4'}]";

const Row kRows[] = {
    {"tier-prorated-33-days",
     "energy energy_tiered bounds: days_30, tiers: [{upto: '100', price: '0.1'}, {price: '0.2'}]", "2026-01-01",
     "2026-02-03", "150", "energy"},
    {"tier-leap-february", "energy energy_tiered bounds: day, tiers: [{upto: '10', price: '0.1'}, {price: '0.2'}]",
     "2024-02-01", "2024-03-01", "300", "energy"},
    {"cn-step-zhejiang-a", kZhejiang, "2026-01-01", "2026-02-01", "300", "energy"},
    {"cn-step-shenzhen-jul-260", kShenzhen, "2026-07-01", "2026-08-01", "260", "energy", kShenzhenSeasons},
    {"cn-step-shenzhen-jan-450", kShenzhen, "2026-01-01", "2026-02-01", "450", "energy", kShenzhenSeasons},
    {"th-1.2-150", kThailand, "2026-01-01", "2026-02-01", "150", "total"},
    {"th-1.2-400", kThailand, "2026-01-01", "2026-02-01", "400", "total"},
    {"th-1.2-500", kThailand, "2026-01-01", "2026-02-01", "500", "total"},
    {"prepaid-brunei-0", kBrunei, "2026-01-01", "2026-02-01", "0", "cost"},
    {"prepaid-brunei-420", kBrunei, "2026-01-01", "2026-02-01", "420", "cost"},
    {"prepaid-brunei-4206.9", kBrunei, "2026-01-01", "2026-02-01", "4206.9", "cost"},
    {"prepaid-brunei-5100", kBrunei, "2026-01-01", "2026-02-01", "5100", "cost"},
    {"taipower-tier-0", kTaiwan, "2026-01-01", "2026-02-01", "250", "energy"},
    {"gridlabd-tier-fee-2006-01-06", kFees, "2026-01-01", "2026-01-06", "6", "bill"},
    {"gridlabd-tier-fee-2006-01-11", kFees, "2026-01-01", "2026-01-11", "12", "bill"},
};

void check_expected(const RatedSection& rated, const json::value& expected) {
    constexpr std::int64_t kHalfCentE4 = 50;
    const std::int64_t difference = rated.total_minor * 100 - decimal_of(expected, 4);
    CHECK(std::abs(difference) <= kHalfCentE4 * static_cast<std::int64_t>(rated.lines.size()));
}

RatedSection rate_one(const tariff::Tariff& tariff, DateRange dates, const std::vector<Piece>& pieces,
                      int dwellings = 1) {
    const AgreementSpan span{dates, &tariff, tariff::CustomerClass::residential, 0, dwellings};
    RatedSection rated;
    REQUIRE(Rater().rate({dates, {&span, 1}, pieces}, rated).has_value());
    return rated;
}

}  // namespace

TEST_CASE("published bills of one price version") {
    const auto all = published_cases();
    if (!all) return;
    for (const Row& row : kRows) {
        INFO(std::string(row.id));
        const json::value& item = case_of(*all, row.id);
        const auto tariff = tariff_of({{.head = row.head, .charges = row.charges}});
        const DateRange dates{day(row.from), day(row.to)};
        check_expected(rate_one(tariff, dates, {{tariff::kTotal, dates, micro(row.usage)}}),
                       item.at("expected").at(row.field));
    }
}

TEST_CASE("published bills between two readings") {
    const auto all = published_cases();
    if (!all) return;
    int cases = 0;
    for (const auto& item : all->at("cases").as_array()) {
        if (!item.at("id").as_string().starts_with("uk-reads-")) continue;
        INFO(std::string(item.at("id").as_string()));
        ran(item.at("id").as_string());
        const auto& body = item.at("tariff").at("body");
        const auto pounds = [&](const char* key) { return format_decimal(decimal_of(body.at(key), 5), 7); };
        const auto tariff =
            tariff_of({{.effective = "2017-01-01",
                        .head = "currency: GBP\n",
                        .charges = fmt::format("energy energy_flat price: '{}'\nstanding fixed_per_day price: '{}'",
                                               pounds("unit_rate_p"), pounds("standing_p_per_day"))}});
        const auto& before = item.at("input").at("previous");
        const auto& after = item.at("input").at("current");
        const DateRange dates{day(std::string(before.at("date").as_string())),
                              day(std::string(after.at("date").as_string()))};
        const auto advance =
            register_advance({decimal_of(before.at("register"), 6), decimal_of(after.at("register"), 6)}, {.dials = 5});
        REQUIRE(advance.has_value());
        const auto& expected = item.at("expected");
        CHECK(advance->micro == decimal_of(expected.at("kWh"), 6));
        CHECK(dates.days() == expected.at("days").as_int64());
        check_expected(rate_one(tariff, dates, {{tariff::kTotal, dates, advance->micro}}), expected.at("amount_GBP"));
        ++cases;
    }
    CHECK(cases == 8);
}

TEST_CASE("published bills with a price change inside") {
    const auto all = published_cases();
    if (!all) return;
    const DateRange dates{day("2025-06-01"), day("2025-07-01")};
    const auto flat = tariff_of({{.charges = "energy energy_flat price: '0.1'"},
                                 {.effective = "2025-06-11", .charges = "energy energy_flat price: '0.12'"}});
    // The readings stand at the end of a day, ours at its beginning.
    const auto by_reading =
        rate_one(flat, dates, pieces_of("total 2025-06-01 2025-06-11 180; total 2025-06-11 2025-07-01 120"));
    check_expected(by_reading, case_of(*all, "mid-period-flat-by-reading").at("expected").at("energy"));

    const auto tiers = tariff_of(
        {{.charges = "energy energy_tiered bounds: days_30, tiers: [{upto: '100', price: '0.1'}, {price: '0.2'}]"},
         {.effective = "2025-06-11",
          .charges = "energy energy_tiered bounds: days_30, tiers: [{upto: '100', price: '0.12'}, {price: '0.24'}]"}});
    check_expected(rate_one(tiers, dates, pieces_of("total 2025-06-01 2025-07-01 300")),
                   case_of(*all, "mid-period-tiers-prorated").at("expected").at("energy"));
}

TEST_CASE("published bills of two months, as twice the bounds") {
    const auto all = published_cases();
    if (!all) return;
    const auto tariff = tariff_of({{.charges = kTaiwan}});
    const DateRange dates{day("2026-01-01"), day("2026-03-01")};
    for (const auto& [id, use] : {std::pair{"taipower-tier-1", "250"}, {"taipower-tier-2", "700"}})
        check_expected(rate_one(tariff, dates, {{tariff::kTotal, dates, micro(use)}}, 2),
                       case_of(*all, id).at("expected").at("energy"));
}

TEST_CASE("published advances of registers") {
    const auto cases = published_json("metering_worked.json");
    if (!cases) return;
    for (const auto& item : cases->at("register_advance").as_array()) {
        const RegisterReads reads{micro_of(item.at("prev")), micro_of(item.at("cur"))};
        const RegisterFacts facts = facts_of(item.at("dials"), item.at("mult"));
        const auto advance = register_advance(reads, facts);
        INFO(json::serialize(item));
        if (reads.previous == micro("100") && reads.current == micro("90")) {
            // The source takes it for a rollover of a whole turn; as a bill that would be wrong.
            CHECK(advance.error() == AdvanceProblem::backward);
            continue;
        }
        REQUIRE(advance.has_value());
        CHECK(advance->micro == micro_of(item.at("usage")));
        CHECK(advance->rolled == item.at("rolled").as_bool());
    }
}

TEST_CASE("published exchanges of meters") {
    const auto cases = published_json("metering_worked.json");
    if (!cases) return;
    for (const auto& item : cases->at("meter_exchange").as_array()) {
        const auto before = register_advance({micro_of(item.at("old_prev")), micro_of(item.at("old_final"))},
                                             facts_of(item.at("old_dials"), item.at("old_mult")));
        const auto after = register_advance({micro_of(item.at("new_initial")), micro_of(item.at("new_cur"))},
                                            facts_of(item.at("new_dials"), item.at("new_mult")));
        REQUIRE(before.has_value());
        REQUIRE(after.has_value());
        CHECK(before->micro == micro_of(item.at("old_usage")));
        CHECK(after->micro == micro_of(item.at("new_usage")));
        CHECK(before->micro + after->micro == micro_of(item.at("total")));
    }
}

TEST_CASE("published estimates") {
    const auto cases = published_json("metering_worked.json");
    if (!cases) return;
    const auto& linear = cases->at("linear");
    std::vector<std::int64_t> gap(static_cast<std::size_t>(whole(linear.at("missing"))));
    fill_linear({micro_of(linear.at("before")), micro_of(linear.at("after"))}, gap);
    for (std::size_t i = 0; i < gap.size(); ++i) CHECK(gap[i] == micro_of(linear.at("values").at(i)));
}
