#include "fuzz/entries.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    mainspring::fuzz::zip({reinterpret_cast<const char*>(data), size});
    return 0;
}
