// A text file of the source tree carried inside the program (cmake/embed.cmake).
#pragma once
#include <string_view>

namespace mainspring {

struct EmbeddedText {
    std::string_view name;  // file name without folder
    std::string_view text;
};

}  // namespace mainspring
