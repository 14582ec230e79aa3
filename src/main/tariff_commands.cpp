#include "main/tariff_commands.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <set>

#include "main/commands.hpp"
#include "main/output.hpp"
#include "pricebook/pricebook_service.hpp"
#include "rating/example_runner.hpp"
#include "tariff/describe.hpp"
#include "tariff/tariff_text.hpp"

namespace mainspring::cli {

namespace fs = std::filesystem;

rating::ReadBeside files_beside(const fs::path& file) {
    return [folder = file.parent_path()](const std::string& name) -> std::expected<std::string, std::string> {
        if (fs::path(name).has_parent_path()) return std::unexpected("must be a file of the same folder");
        try {
            return read_named_file(folder / name);
        } catch (const Failure& failure) {
            return std::unexpected(failure.what());
        }
    };
}

std::string tariff_document(Session& session, const VersionFlags& flags, std::string& name) {
    name = flags.key;
    std::error_code error;
    if (fs::is_regular_file(flags.key, error)) return read_named_file(flags.key);
    if (flags.key.ends_with(".yaml")) throw Failure(Exit::refused, fmt::format("{}: there is no such file", flags.key));
    session.require(org::Permission::look, 0);
    const auto text = with_tx(session.database().app(), TxOptions(), [&](Tx& tx) {
        pricebook::VersionName wanted{flags.key, flags.version};
        Date latest{};
        if (wanted.version.empty())
            for (const auto& stored : pricebook::list_versions(tx))
                if (stored.key == flags.key && (wanted.version.empty() || stored.effective > latest)) {
                    wanted.version = stored.version;
                    latest = stored.effective;
                }
        return pricebook::document_of(tx, wanted);
    });
    if (!text)
        throw Failure(Exit::refused,
                      fmt::format("'{}' is neither a file nor a tariff{} in the price book", flags.key,
                                  flags.version.empty() ? "" : fmt::format(" with a version '{}'", flags.version)));
    return *text;
}

namespace {

Exit test(const Session& session, const std::vector<std::string>& files) {
    bool all_passed = true;
    std::size_t examples = 0;
    Table table({{"FILE", "file"}, {"EXAMPLES", "examples", Table::Kind::number}, {"RESULT", "result"}});
    for (const std::string& file : files) {
        rating::ExampleReport report;
        try {
            report = rating::test_tariff(read_named_file(file), file, files_beside(file));
        } catch (const Failure& failure) {
            complain(fmt::format("mainspring: {}", failure.what()));
            all_passed = false;
            table.add({file, "0", "not readable"});
            continue;
        }
        std::string problems = rating::text_of(report);
        if (!problems.empty()) problems.pop_back();
        if (!problems.empty()) complain(problems);
        all_passed = all_passed && report.passed();
        examples += report.results.size();
        table.add({file, fmt::to_string(report.results.size()), report.passed() ? "passed" : "FAILED"});
    }
    if (session.json())
        print(table.json() + "\n");
    else
        print(table.text() + fmt::format("{} examples of {} files: {}\n", examples, files.size(),
                                         all_passed ? "all come out to the last digit" : "NOT all come out"));
    return all_passed ? Exit::ok : Exit::refused;
}

Exit explain(Session& session, const VersionFlags& flags) {
    std::string name;
    const std::string text = tariff_document(session, flags, name);
    const auto plan = tariff::compile_tariff(text, name);
    if (!plan) {
        std::string problems = tariff::text_of(plan.error());
        problems.pop_back();
        complain(problems);
        return Exit::refused;
    }
    const std::string words = tariff::describe(*plan);
    print(session.json() ? JsonObject()
                                   .text("tariff", plan->key)
                                   .text("version", plan->version)
                                   .text("effective", format_date(plan->effective))
                                   .text("description", words)
                                   .done() +
                               "\n"
                         : words);
    return Exit::ok;
}

Exit show(Session& session, const VersionFlags& flags) {
    std::string name;
    print(tariff_document(session, flags, name));
    return Exit::ok;
}

std::string_view text_of(pricebook::Change change) {
    switch (change) {
        case pricebook::Change::added: return "added as draft";
        case pricebook::Change::activated: return "activated";
        case pricebook::Change::unchanged: break;
    }
    return "unchanged";
}

Exit tell(const Session& session, const std::vector<pricebook::Outcome>& outcomes) {
    bool refused = false, done = false;
    Table table({{"FILE", "file"}, {"TARIFF", "tariff"}, {"VERSION", "version"}, {"RESULT", "result"}});
    for (const auto& outcome : outcomes) {
        for (std::string problem : outcome.problems) {
            while (problem.ends_with('\n') || problem.ends_with(' ')) problem.pop_back();
            complain(problem);
        }
        (outcome.problems.empty() ? done : refused) = true;
        table.add({outcome.file_name, outcome.key, outcome.version,
                   outcome.problems.empty() ? std::string(text_of(outcome.change)) : "REFUSED"});
    }
    print(session.json() ? table.json() + "\n" : table.text());
    if (!refused) return Exit::ok;
    return done ? Exit::partly : Exit::refused;
}

std::vector<pricebook::Outcome> allowed(std::expected<std::vector<pricebook::Outcome>, org::AccessRefusal> outcomes) {
    if (!outcomes) throw Failure(Exit::refused, outcomes.error().text);
    return *std::move(outcomes);
}

Exit import(Session& session, const std::vector<std::string>& files) {
    std::vector<pricebook::TariffText> texts;
    for (const std::string& file : files) texts.push_back({fs::path(file).filename().native(), read_named_file(file)});
    return tell(session, allowed(pricebook::import_tariffs(session.database().app(), session.clock(), texts,
                                                           {.actor_id = session.actor().actor_id})));
}

Exit activate(Session& session, const VersionFlags& flags) {
    if (flags.all != flags.key.empty()) throw Failure(Exit::usage, "say which: KEY [VERSION], or --all");
    std::set<std::string> keys{flags.key};
    if (flags.all) {
        keys.clear();
        for (const auto& stored : with_tx(session.database().app(), TxOptions(), pricebook::list_versions))
            keys.insert(stored.key);
    }
    std::vector<pricebook::Outcome> outcomes;
    for (const std::string& key : keys)
        for (auto& outcome : allowed(pricebook::activate(session.database().app(), session.clock(),
                                                         {key, flags.version}, {.actor_id = session.actor().actor_id})))
            outcomes.push_back(std::move(outcome));
    return tell(session, outcomes);
}

Exit list(Session& session) {
    session.require(org::Permission::look, 0);
    Table table({{"TARIFF", "tariff"},
                 {"VERSION", "version"},
                 {"EFFECTIVE", "effective"},
                 {"STATE", "state"},
                 {"FILE", "file"}});
    for (const auto& version : with_tx(session.database().app(), TxOptions(), pricebook::list_versions))
        table.add({version.key, version.version, format_date(version.effective), version.state, version.file_name});
    print(session.json() ? table.json() + "\n" : table.text());
    return Exit::ok;
}

std::shared_ptr<std::vector<std::string>> add_files(Command command) {
    auto files = std::make_shared<std::vector<std::string>>();
    command.option("FILE", *files, "YAML files (docs/TARIFFS.md)").required();
    return files;
}

using VersionCommand = Exit (*)(Session&, const VersionFlags&);

enum class Key : std::uint8_t { needed, optional };

std::shared_ptr<VersionFlags> add_version(Command command, Key need, VersionCommand run) {
    auto flags = std::make_shared<VersionFlags>();
    Option key = command.option("KEY", flags->key, "Key of a tariff in the price book");
    if (need == Key::needed) key.required();
    command.option("VERSION", flags->version, "Its version; left out: see above");
    command.runs([flags, run](Session& session) { return run(session, *flags); });
    return flags;
}

}  // namespace

void add_tariff_commands(Command app) {
    Command tariff = app.add_group("tariff", "Tariffs as text: check, read, keep, put in force");

    Command test_command = tariff.add(
        "test", "Run the worked examples of tariff files; exit status 1 when one misses a digit. Needs no database");
    auto tested = add_files(test_command);
    test_command.runs([tested](const Session& session) { return test(session, *tested); });

    Command import_command = tariff.add(
        "import", "Put tariff files into the price book as drafts; what is stored under a version never changes");
    auto imported = add_files(import_command);
    import_command.runs([imported](Session& session) { return import(session, *imported); });

    Command explain_command = tariff.add(
        "explain", "Say a tariff in plain words: of a file (KEY is its name), or of the price book (latest version)");
    add_version(explain_command, Key::needed, explain);
    Command show_command = tariff.add("show", "Print the text of a stored tariff (latest version)");
    add_version(show_command, Key::needed, show);

    Command activate_command = tariff.add(
        "activate",
        "Put drafts in force (all versions of the key, or one) if all their examples come out; a second person "
        "does it, where there is one");
    auto activated = add_version(activate_command, Key::optional, activate);
    activate_command.flag("--all", activated->all, "Every draft of the price book");
    tariff.add("list", "The price book").runs(list);
    add_tariff_convert_command(tariff);
    add_tariff_compare_commands(tariff);
    add_what_if_command(tariff);
}

}  // namespace mainspring::cli
