#include "storage/statement.hpp"

#include "base/ensure.hpp"

namespace mainspring {

namespace {

std::vector<const Statement*>& registry() {
    static std::vector<const Statement*> statements;
    return statements;
}

std::size_t next_number() {
    static std::size_t next = 0;
    return next++;
}

}  // namespace

Statement::Statement(std::string_view name, std::string_view sql) : name_(name), sql_(sql), number_(next_number()) {
    ensure(!name.empty() && name.size() <= 63, "a statement has a name of 1 to 63 bytes");
    registry().push_back(this);
}

Statement::~Statement() { std::erase(registry(), this); }

std::span<const Statement* const> all_statements() { return registry(); }

}  // namespace mainspring
