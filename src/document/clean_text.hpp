// Texts of customers and files as they may be printed.
#pragma once
#include <string>
#include <string_view>

namespace mainspring::document {

// Valid UTF-8: broken bytes become U+FFFD; tabs, line ends and line separators become spaces; other control characters,
// byte order marks, noncharacters and the marks that turn the direction of what follows are left out.
std::string clean_text(std::string_view text);

}  // namespace mainspring::document
