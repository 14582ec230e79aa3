#include "jobs/upload.hpp"

#include <fmt/format.h>
#include <fstream>
#include <stdexcept>

#include "base/ensure.hpp"
#include "org/sha256.hpp"

namespace mainspring::jobs {

namespace fs = std::filesystem;

std::string digest_text(std::string_view content) {
    std::string text;
    for (const std::byte byte : org::sha256_of(content)) text += fmt::format("{:02x}", byte);
    return text;
}

void keep_upload(const UploadPlace& place, std::string_view content) {
    const fs::path file = place.file();
    std::error_code failed;
    fs::create_directories(file.parent_path(), failed);
    if (failed)
        throw std::runtime_error(fmt::format("cannot make {}: {}", file.parent_path().native(), failed.message()));
    if (fs::exists(file, failed)) return;
    // Under its name only when it is whole: a job may be waiting for it.
    const fs::path part = file.parent_path() / ".part";
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    out.close();
    if (out) fs::rename(part, file, failed);
    if (!out || failed) throw std::runtime_error(fmt::format("cannot write {}", file.native()));
}

void remove_upload(const fs::path& uploads, const std::string& folder) {
    ensure(!folder.empty() && folder.find('/') == std::string::npos, "an upload lies in a folder of its own");
    std::error_code ignored;
    fs::remove_all(uploads / folder, ignored);
}

}  // namespace mainspring::jobs
