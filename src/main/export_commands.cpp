#include <fmt/format.h>

#include "main/commands.hpp"
#include "main/output.hpp"
#include "proof/export_service.hpp"

namespace mainspring::cli {

namespace {

struct ExportFlags {
    std::string utility, folder;
};

Exit export_facts(Session& session, const ExportFlags& flags) {
    proof::ExportOptions options;
    options.folder = flags.folder;
    const org::Utility utility = session.utility(flags.utility);
    session.require(org::Permission::look, utility.root_unit_id);
    options.legal_entity_id = utility.legal_entity_id;
    Table rows({{"TABLE", "table"}, {"ROWS", "rows", Table::Kind::number}});
    for (const auto& table : proof::export_facts(session.database().read(), options))
        rows.add({table.name, fmt::to_string(table.rows)});
    print(session.json() ? rows.json() + "\n" : rows.text());
    return Exit::ok;
}

}  // namespace

void add_export_commands(Command app) {
    Command group = app.add_group("export", "Data for other programs");
    const auto flags = std::make_shared<ExportFlags>();
    Command facts = group.add("facts", "Raw facts and bills as JSON lines, for an independent checker");
    facts.option("FOLDER", flags->folder, "Folder for the files").required();
    facts.utility(flags->utility);
    facts.runs([flags](Session& s) { return export_facts(s, *flags); });
}

}  // namespace mainspring::cli
