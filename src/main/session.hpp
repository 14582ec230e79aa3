// What every command shares: the flags in front of the command, the database when it is needed, the person who acts,
// and how things are said. Exit statuses are part of the interface.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "org/org_service.hpp"
#include "storage/database.hpp"

namespace mainspring::cli {

enum class Exit : int {
    ok = 0,
    refused = 1,      // understood and refused: unknown account, command id used for something else, a check failed
    usage = 2,        // the command line itself
    partly = 3,       // done for the good records; some were rejected, and said so
    stopped = 4,      // stopped as asked; go on with resume
    database = 5,     // no database, lost, full disk
    bug = 70,
};

// Thrown by commands; text is for the person.
struct Failure : std::runtime_error {
    Failure(Exit status, const std::string& text) : std::runtime_error(text), exit_status(status) {}
    Exit exit_status;
};

struct GlobalFlags {
    std::string data;      // folder of the private cluster
    std::string database;  // postgresql://…
    bool json = false;
};

class Session {
public:
    explicit Session(const GlobalFlags& flags) : flags_(flags) {}

    // Opened at first use; refuses a database that was never set up (`mainspring init`).
    Database& database();
    // The same, brought up to this program's schema: for init.
    Database& database_to_set_up();
    const Clock& clock() const { return clock_; }
    const org::Actor& actor();
    org::Utility utility(const std::string& code);  // Failure when unknown; empty code: the only one there is
    bool json() const { return flags_.json; }
    std::filesystem::path data_folder() const;
    bool has_named_server() const { return !flags_.database.empty(); }
    // Failure when the actor may not do it in this unit; 0: it concerns all units.
    void require(org::Permission permission, std::int32_t org_unit_id);

    // Of --command-id, or a new one.
    Uuid command_id(const std::string& given) const;
    Date today(const org::Utility& utility) const;

private:
    void open();
    void bring_up();

    const GlobalFlags& flags_;
    SystemClock clock_;
    std::optional<Database> database_;
    bool up_ = false;  // the schema is this program's
    std::optional<org::Actor> actor_;
};

// What a command line asked for; set by the parser's callbacks, run when parsing is over.
using Action = std::function<Exit(Session&)>;

// A line that is rewritten in place on a terminal, and a line every few seconds elsewhere, once something takes longer
// than a second. On standard error, so that --json output stays clean.
class ProgressLine {
public:
    explicit ProgressLine(std::string unit) : unit_(std::move(unit)) {}
    ~ProgressLine();
    void show(std::string_view phase, std::int64_t done, std::int64_t total);

private:
    std::string unit_, phase_;
    std::int64_t started_ms_ = 0, last_shown_ms_ = 0, phase_started_done_ = 0;
    bool shown_ = false;
};

// Argument checks that name the option.
Date date_argument(const std::string& option, const std::string& text);

}  // namespace mainspring::cli
