#include "base/ensure.hpp"

namespace mainspring {

void fail_ensure(std::string_view what, std::source_location where) {
    throw BugError(std::string(where.file_name()) + ":" + std::to_string(where.line()) + ": " + std::string(what));
}

}  // namespace mainspring
