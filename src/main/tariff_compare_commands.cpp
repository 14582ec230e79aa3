#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <ostream>

#include "exchange/publish.hpp"
#include "exchange/tariff_diff.hpp"
#include "main/output.hpp"
#include "main/tariff_commands.hpp"
#include "pricebook/pricebook_service.hpp"

namespace mainspring::cli {

namespace {

namespace fs = std::filesystem;

struct Document {
    std::string name, text;
    tariff::TariffFile file;
};

// Failure with every problem when it is no tariff.
Document read_document(Session& session, const VersionFlags& flags) {
    std::string name;
    std::string text = tariff_document(session, flags, name);
    auto file = tariff::read_tariff(text, name);
    if (!file) {
        std::string problems = tariff::text_of(file.error());
        problems.pop_back();
        throw Failure(Exit::refused, problems);
    }
    return {std::move(name), std::move(text), std::move(*file)};
}

// "FILE", "KEY" or "KEY@VERSION".
VersionFlags version_of(const std::string& word) {
    std::error_code error;
    const auto at = word.find('@');
    if (at == std::string::npos || fs::is_regular_file(word, error)) return {word, ""};
    return {word.substr(0, at), word.substr(at + 1)};
}

// Files that an example names: beside a file, or those that versions of the price book came from.
rating::ReadBeside read_beside(Session& session, const VersionFlags& flags) {
    std::error_code error;
    if (fs::is_regular_file(flags.key, error)) return files_beside(flags.key);
    return [&session, key = flags.key](const std::string& name) -> std::expected<std::string, std::string> {
        const auto text = with_tx(session.database().app(), TxOptions(), [&](Tx& tx) -> std::optional<std::string> {
            for (const auto& stored : pricebook::list_versions(tx))
                if (stored.key == key && stored.file_name == name)
                    return pricebook::document_of(tx, {key, stored.version});
            return std::nullopt;
        });
        if (text) return *text;
        return std::unexpected("no version of the key was imported from this file");
    };
}

std::string json_of_terms(const std::vector<exchange::TermChange>& terms) {
    Table table({{"", "term"}, {"", "before"}, {"", "after"}});
    for (const auto& term : terms) table.add({term.name, term.before, term.after});
    return table.json();
}

std::string json_of(const exchange::TariffDifference& difference) {
    Table clauses({{"", "clause"}, {"", "name"}, {"", "change"}, {"", "terms", Table::Kind::json}});
    for (const auto& clause : difference.clauses)
        clauses.add({clause.clause, clause.printed, std::string(text_of(clause.how)), json_of_terms(clause.terms)});
    Table bills({{"", "example"},
                 {"", "of_version"},
                 {"", "problem"},
                 {"", "before"},
                 {"", "after"},
                 {"", "lines", Table::Kind::json}});
    for (const auto& bill : difference.bills) {
        const bool rated = bill.problem.empty();
        const auto before = [&](std::int64_t minor) { return format_money({minor, difference.before_currency}); };
        const auto after = [&](std::int64_t minor) { return format_money({minor, difference.after_currency}); };
        Table lines({{"", "clause"}, {"", "before"}, {"", "after"}});
        for (const auto& line : bill.lines)
            lines.add({line.clause, before(line.before_minor), after(line.after_minor)});
        bills.add({bill.example, bill.of_version, bill.problem, rated ? before(bill.before_minor) : "",
                   rated ? after(bill.after_minor) : "", lines.json()});
    }
    return JsonObject()
        .text("before", difference.before_name)
        .text("after", difference.after_name)
        .text("before_currency", difference.before_currency.text())
        .text("after_currency", difference.after_currency.text())
        .raw("head", json_of_terms(difference.head))
        .raw("clauses", clauses.json())
        .raw("bills", bills.json())
        .done();
}

struct DiffFlags {
    std::string before, after;
};

Exit diff(Session& session, const DiffFlags& flags) {
    const VersionFlags before_flags = version_of(flags.before), after_flags = version_of(flags.after);
    const Document before = read_document(session, before_flags), after = read_document(session, after_flags);
    const auto difference = exchange::compare_tariffs({before.file, read_beside(session, before_flags)},
                                                      {after.file, read_beside(session, after_flags)});
    print(session.json() ? json_of(difference) + "\n" : text_of(difference));
    return Exit::ok;
}

struct PublishFlags {
    VersionFlags version;
    std::string out;
};

Exit publish(Session& session, const PublishFlags& flags) {
    const Document document = read_document(session, flags.version);
    const auto& plan = document.file.plan;
    std::error_code error;
    fs::create_directories(flags.out, error);
    if (error) throw Failure(Exit::refused, fmt::format("{}: {}", flags.out, error.message()));
    const std::string page = (fs::path(flags.out) / (plan.key + ".html")).native();
    const std::string data = (fs::path(flags.out) / (plan.key + ".json")).native();
    write_whole_file(page, [&](std::ostream& out) { out << exchange::page_of(document.file); });
    write_whole_file(data, [&](std::ostream& out) { out << exchange::json_of(document.text); });
    print(session.json() ? JsonObject()
                                   .text("tariff", plan.key)
                                   .text("version", plan.version)
                                   .text("page", page)
                                   .text("data", data)
                                   .done() +
                               "\n"
                         : fmt::format("{} {}: {} and {}\n", plan.key, plan.version, page, data));
    return Exit::ok;
}

}  // namespace

void add_tariff_compare_commands(Command tariff) {
    Command diff_command = tariff.add(
        "diff",
        "Say how two tariffs differ, in words and in the bills of their examples. Each is a file, a key of the "
        "price book (latest version) or KEY@VERSION");
    auto compared = std::make_shared<DiffFlags>();
    diff_command.option("BEFORE", compared->before, "The one").required();
    diff_command.option("AFTER", compared->after, "The other").required();
    diff_command.runs([compared](Session& session) { return diff(session, *compared); });

    Command publish_command =
        tariff.add("publish",
                   "Write a tariff (of a file, or of the price book, latest version) as a page, KEY.html, and for "
                   "programs, KEY.json");
    auto published = std::make_shared<PublishFlags>();
    publish_command.option("KEY", published->version.key, "Key of a tariff in the price book, or a file").required();
    publish_command.option("VERSION", published->version.version, "Its version; left out: see above");
    publish_command.option("--out", published->out, "Folder for the two files").required();
    publish_command.runs([published](Session& session) { return publish(session, *published); });
}

}  // namespace mainspring::cli
