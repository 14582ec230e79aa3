#include "fuzz/http_entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    mainspring::fuzz::http_request({reinterpret_cast<const char*>(data), size});
    return 0;
}
