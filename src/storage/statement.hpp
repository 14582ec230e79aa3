// A named SQL statement, a constant beside the mapping that uses it. Registered at start-up, so that a test can
// PREPARE every statement of the program against a migrated database.
#pragma once
#include <cstddef>
#include <span>
#include <string_view>

namespace mainspring {

// const Statement kFindAccount{"customer.find_account", "select id from customer.account where cell_id = $1 and ..."};
// REQUIRES: namespace scope (static storage); the name is unique in the program, at most 63 bytes.
class Statement {
public:
    Statement(std::string_view name, std::string_view sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    std::string_view name() const { return name_; }
    std::string_view sql() const { return sql_; }
    // Small dense number for the per-connection table of prepared statements; never given twice.
    std::size_t number() const { return number_; }

private:
    std::string_view name_;
    std::string_view sql_;
    std::size_t number_;
};

// Every statement linked into this program, in no particular order.
std::span<const Statement* const> all_statements();

}  // namespace mainspring
