// A utility with customers in a database of its own, for the tests of this room.
#pragma once
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <string_view>

#include "customer/account_import.hpp"
#include "metering/billing_stream.hpp"
#include "metering/meter_import.hpp"
#include "metering/read_import.hpp"
#include "support/test_database.hpp"

namespace mainspring::metering {

inline const FixedClock kTestClock{Instant{std::chrono::sys_days{std::chrono::year{2026} / 12 / 1}}};

struct ImportWorld {
    explicit ImportWorld(std::string_view zone = "Europe/London") {
        std::filesystem::create_directories(folder);
        actor = org::command_line_actor(database.app(), kTestClock);
        add_utility("u", zone);
    }
    ~ImportWorld() { std::filesystem::remove_all(folder); }
    ImportWorld(const ImportWorld&) = delete;
    ImportWorld& operator=(const ImportWorld&) = delete;

    void add_utility(const std::string& code, std::string_view zone) {
        const auto file = org::parse_utility(
            fmt::format("code: {}\nname: {{en: U}}\ncurrency: GBP\nzone: {}\n", code, zone), "u.yaml");
        REQUIRE(file);
        REQUIRE(org::add_utility(database.app(), kTestClock, {*file, actor.actor_id}));
        utility = code;
    }
    // A stored one of this role, in the unit of this code; none: everywhere.
    org::Actor actor_of(const org::Role& role, const std::string& unit = "") {
        const std::string code = fmt::format("{} {}", role.code, unit);
        return org::ensure_actor(database.app(), kTestClock,
                                 {.code = code, .name = code, .roles = {role}, .org_unit = unit})
            .value();
    }
    ImportOrder order(const std::filesystem::path& file) {
        return {.file = file, .utility = utility, .actor = actor, .command_id = Uuid::random_v7(kTestClock)};
    }
    std::filesystem::path write(std::string_view name, std::string_view text) {
        std::ofstream(folder / name, std::ios::binary) << text;
        return folder / name;
    }
    // Electricity points of these codes, each with an account.
    ImportReport points(const std::vector<std::string>& codes) {
        std::string text =
            "party_code,party_name,account_code,opened_on,premise_code,premise_address,service_point_code,commodity,"
            "tariff,valid_from\n";
        for (const std::string& code : codes)
            text += fmt::format("P{0},N,A{0},2000-01-01,R{0},x,{0},electricity,std,2000-01-01\n", code);
        const auto report = customer::import_accounts(database.app(), kTestClock,
                                                      {.file = write("accounts.csv", text),
                                                       .utility = utility,
                                                       .actor = actor,
                                                       .command_id = Uuid::random_v7(kTestClock)});
        REQUIRE(report);
        return *report;
    }
    ImportReport meters(std::string_view rows) {
        const std::string text =
            "service_point_code,installed_on,removed_on,serial,register_code,stream,unit,dials,interval_minutes,"
            "multiplier\n" +
            std::string(rows);
        const auto report = import_meters(database.app(), kTestClock, order(write("meters.csv", text)));
        REQUIRE_MESSAGE(report, report.error().text);
        return *report;
    }
    ImportReport reads(std::string_view rows) {
        return import(
            ReadFormat::csv,
            write("reads.csv", "service_point,serial,register,read_at,value,quality,reason\n" + std::string(rows)));
    }
    ImportReport import(ReadFormat format, const std::filesystem::path& file,
                        std::size_t rows_of_transaction = 50'000) {
        const auto report = import_reads(
            database.app(), kTestClock,
            {.order = order(file), .format = format, .profile = profile, .rows_of_transaction = rows_of_transaction});
        REQUIRE_MESSAGE(report, report.error().text);
        return *report;
    }
    std::int64_t count(const std::string& table) {
        return with_tx(database.app(), {}, [&](Tx& tx) {
            return tx.exec_once("select count(*) from " + table).one().get<std::int64_t>(0);
        });
    }

    TestDatabase database;
    org::Actor actor;
    std::string utility;
    std::filesystem::path profile;
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / fmt::format("mainspring-metering-{}", database.name());
};

}  // namespace mainspring::metering
