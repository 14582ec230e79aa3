// PREPAREs every registered statement of the linked rooms, as the application, against the migrated database.
#pragma once
#include <string>
#include <vector>

#include "support/test_database.hpp"

namespace mainspring {

// One line for each statement that the database refuses, or whose name is used twice. Statements named "test.…" are
// left out.
std::vector<std::string> statement_problems(TestDatabase& database);

}  // namespace mainspring
