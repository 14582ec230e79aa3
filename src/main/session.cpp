#include "main/session.hpp"

#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace mainspring::cli {

namespace {

std::int64_t elapsed_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

void Session::open() {
    if (database_) return;
    DatabaseOptions options;
    options.url = flags_.database;
    if (!flags_.data.empty()) options.cluster.folder = flags_.data;
    database_.emplace(open_database(options));
}

void Session::bring_up() {
    if (up_) return;
    open();
    const auto migrated = migrate(*database_);
    if (!migrated) throw Failure(Exit::database, migrated.error().text);
    up_ = true;
}

Database& Session::database() {
    // A mistyped folder must not become a database of its own.
    if (!up_ && !has_named_server() && !std::filesystem::exists(data_folder() / "pg"))
        throw Failure(
            Exit::database,
            fmt::format("there is no database in {}: set one up with mainspring init, or name its folder with --data",
                        data_folder().native()));
    bring_up();
    return *database_;
}

Database& Session::database_to_set_up() {
    bring_up();
    return *database_;
}

const org::Actor& Session::actor() {
    if (!actor_) actor_ = org::command_line_actor(database().app(), clock_);
    return *actor_;
}

void Session::require(org::Permission permission, std::int32_t org_unit_id) {
    const std::int32_t who = actor().actor_id;
    const auto allowed = with_tx(database().app(), TxOptions(),
                                 [&](Tx& tx) { return org::require(tx, who, {permission, org_unit_id}); });
    if (!allowed) throw Failure(Exit::refused, allowed.error().text);
}

org::Utility Session::utility(const std::string& code) {
    return with_tx(database().app(), TxOptions(), [&](Tx& tx) {
        if (!code.empty()) {
            if (auto found = org::find_utility(tx, code)) return *found;
            throw Failure(Exit::refused, fmt::format("there is no utility '{}' (see: mainspring utility list)", code));
        }
        auto all = org::all_utilities(tx);
        if (all.size() == 1) return all.front();
        throw Failure(Exit::usage, all.empty() ? "no utility is set up yet: mainspring init --utility FILE"
                                               : "more than one utility is set up: say which with --utility CODE");
    });
}

std::filesystem::path Session::data_folder() const {
    return flags_.data.empty() ? default_data_folder() : std::filesystem::path(flags_.data);
}

Uuid Session::command_id(const std::string& given) const {
    if (given.empty()) return Uuid::random_v7(clock_);
    if (const auto uuid = Uuid::parse(given)) return *uuid;
    throw Failure(Exit::usage, fmt::format("--command-id: '{}' is no UUID", given));
}

Date Session::today(const org::Utility& utility) const { return utility.zone_rules().date_of(clock_.now()); }

ProgressLine::~ProgressLine() {
    if (shown_ && isatty(STDERR_FILENO) != 0) std::fputs("\r\033[K", stderr);
}

void ProgressLine::show(std::string_view phase, std::int64_t done, std::int64_t total) {
    const std::int64_t now = elapsed_ms();
    if (phase != phase_) {
        phase_ = phase;
        started_ms_ = now;
        phase_started_done_ = done;
    }
    const bool terminal = isatty(STDERR_FILENO) != 0;
    if (now - started_ms_ < 1000 || now - last_shown_ms_ < (terminal ? 200 : 5000)) return;
    last_shown_ms_ = now;
    shown_ = true;
    const std::int64_t per_second = (done - phase_started_done_) * 1000 / (now - started_ms_);
    const std::int64_t left_s = per_second > 0 ? (total - done) / per_second : 0;
    const std::string line =
        total > 0 ? fmt::format("{}: {} of {} {}, {}/s, {} s left", phase, done, total, unit_, per_second, left_s)
                  : fmt::format("{}: {} {}, {}/s", phase, done, unit_, per_second);
    std::fputs(terminal ? fmt::format("\r\033[K{}", line).c_str() : fmt::format("{}\n", line).c_str(), stderr);
    std::fflush(stderr);
}

Date date_argument(const std::string& option, const std::string& text) {
    const auto date = parse_date(text);
    if (!date) throw Failure(Exit::usage, fmt::format("{}: {}", option, date.error()));
    return *date;
}

}  // namespace mainspring::cli
