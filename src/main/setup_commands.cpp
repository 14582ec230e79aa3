#include <filesystem>
#include <fmt/format.h>
#include <memory>

#include "base/json.hpp"
#include "ledger/trial_balance_service.hpp"
#include "main/commands.hpp"
#include "main/output.hpp"
#include "org/utility_file.hpp"
#include "storage/backup.hpp"
#include "storage/catalogue.hpp"

namespace mainspring::cli {

namespace {

namespace fs = std::filesystem;

// All files are read and checked before anything is written.
std::vector<org::UtilityFile> read_utilities(const std::vector<std::string>& files) {
    std::vector<org::UtilityFile> utilities;
    for (const std::string& file : files) {
        auto utility = org::parse_utility(read_named_file(file), file);
        if (!utility) throw Failure(Exit::refused, utility.error());
        utilities.push_back(std::move(*utility));
    }
    return utilities;
}

Exit init(Session& session, const std::vector<std::string>& files) {
    const auto utilities = read_utilities(files);
    Database& database = session.database_to_set_up();
    session.require(org::Permission::set_up, 0);
    Table table({{"UTILITY", "utility"}, {"WHAT", "change"}});
    for (std::size_t i = 0; i < utilities.size(); ++i) {
        const auto change = org::add_utility(database.app(), session.clock(), {utilities[i], session.actor().actor_id});
        if (!change) throw Failure(Exit::refused, fmt::format("{}: {}", files[i], change.error().text));
        table.add({utilities[i].code, *change == org::Change::added ? "added" : "unchanged"});
    }
    if (session.json())
        print(JsonObject().text("database", "ready").raw("utilities", table.json()).done() + "\n");
    else
        print("The database is ready.\n" + (table.empty() ? std::string() : table.text()));
    return Exit::ok;
}

// In its own language.
std::string name_of(const org::Utility& utility) {
    const Json names = stored_json(utility.name_json);
    const Json* name = names.find(utility.language);
    return name != nullptr ? name->text() : names.at("en").text();
}

Exit list_utilities(Session& session) {
    session.require(org::Permission::look, 0);
    Table table({{"UTILITY", "utility"},
                 {"CURRENCY", "currency"},
                 {"ZONE", "zone"},
                 {"LANGUAGE", "language"},
                 {"BILL PREFIX", "bill_prefix"},
                 {"NAME", "name", session.json() ? Table::Kind::json : Table::Kind::text}});
    for (const org::Utility& utility : with_tx(session.database().app(), TxOptions(), org::all_utilities))
        table.add({utility.code, std::string(utility.currency.text()), utility.zone, utility.language,
                   utility.bill_prefix, session.json() ? utility.name_json : name_of(utility)});
    print(session.json() ? table.json() + "\n" : table.text());
    return Exit::ok;
}

void refuse_named_server(const Session& session, std::string_view command, std::string_view advice) {
    if (session.has_named_server())
        throw Failure(Exit::refused,
                      fmt::format("{} is for the private database in --data; for the server named by --database use {}",
                                  command, advice));
}

std::function<void(const BackupProgress&)> shown_on(ProgressLine& line, std::string_view phase) {
    return [&line, phase](const BackupProgress& progress) { line.show(phase, progress.done, progress.total); };
}

Exit backup(Session& session, const std::string& file) {
    refuse_named_server(session, "backup", "its own tools (pg_basebackup, pg_dump)");
    session.require(org::Permission::set_up, 0);
    const auto size = [&] {
        ProgressLine line("bytes");
        return write_backup(fs::absolute(session.data_folder()), fs::absolute(file), shown_on(line, "backup"));
    }();
    if (!size) throw Failure(Exit::refused, size.error());
    print(session.json()
              ? JsonObject().text("file", file).number("bytes", static_cast<std::int64_t>(*size)).done() + "\n"
              : fmt::format("{}: {} bytes\n", file, *size));
    return Exit::ok;
}

Exit restore(Session& session, const std::string& file) {
    refuse_named_server(session, "restore", "its own tools (pg_restore, psql)");
    std::error_code error;
    if (!fs::is_regular_file(file, error))
        throw Failure(Exit::refused,
                      fmt::format("{}: {}", file, fs::exists(file, error) ? "is no file" : "no such file"));
    const fs::path folder = fs::absolute(session.data_folder());
    {
        ProgressLine line("bytes");
        const auto done = unpack_backup(fs::absolute(file), folder, shown_on(line, "restore"));
        if (!done) throw Failure(Exit::refused, done.error());
    }
    const auto balance = ledger::trial_balance(session.database().app(), {}, ledger::TrialBalanceSource::journal);
    const auto rows = static_cast<std::int64_t>(balance.rows().size());
    if (session.json())
        print(JsonObject()
                  .text("folder", folder.native())
                  .number("trial_balance_lines", rows)
                  .raw("balanced", balance.is_balanced() ? "true" : "false")
                  .done() +
              "\n");
    else
        print(fmt::format("Restored into {}: the trial balance has {} lines and is {}.\n", folder.native(), rows,
                          balance.is_balanced() ? "balanced" : "NOT balanced"));
    return balance.is_balanced() ? Exit::ok : Exit::refused;
}

}  // namespace

void add_setup_commands(Command app) {
    Command init_command = app.add("init", "Set the database up (again is harmless) and add utilities");
    auto files = std::make_shared<std::vector<std::string>>();
    init_command.option("--utility", *files, "YAML files: code, name, currency, zone, address, bill_prefix, org_units")
        .shown_as("FILE");
    init_command.runs([files](Session& session) { return init(session, *files); });

    Command utility = app.add_group("utility", "The utilities of this database");
    utility.add("list", "Codes, currencies and zones").runs(list_utilities);

    auto file = std::make_shared<std::string>();
    Command backup_command =
        app.add("backup", "Write the private database to one file (gzipped tar with checksums), while work goes on");
    backup_command.option("FILE", *file, "New file; one that exists is not written over").required();
    backup_command.runs([file](Session& session) { return backup(session, *file); });
    Command restore_command =
        app.add("restore", "Make the empty or missing folder named by --data the database that a backup holds");
    restore_command.option("FILE", *file, "Written by mainspring backup").required();
    restore_command.runs([file](Session& session) { return restore(session, *file); });

    Command cluster = app.add_group("cluster", "A database on several machines (Citus)");
    cluster.add("distribute", "Print the SQL that spreads the tables over the nodes, by cell").runs([](Session&) {
        print(citus_sql(table_catalogue()));
        return Exit::ok;
    });
}

}  // namespace mainspring::cli
