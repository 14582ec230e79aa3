#include "support/statements.hpp"

namespace mainspring {

std::vector<std::string> statement_problems(TestDatabase& database) {
    std::vector<std::string> problems;
    std::set<std::string_view> names;
    const auto lease = database.app().acquire();
    for (const Statement* statement : all_statements()) {
        if (statement->name().starts_with("test.")) continue;
        if (!names.insert(statement->name()).second) {
            problems.push_back(std::string(statement->name()) + ": the name is used twice");
            continue;
        }
        try {
            lease->prepare_only(*statement);
        } catch (const DbError& error) {
            problems.emplace_back(error.what());
        }
    }
    return problems;
}

}  // namespace mainspring
