// Files that came with a request and wait in a folder for the job that reads them.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace mainspring::jobs {

// The SHA-256, in lower-case hexadecimal digits.
std::string digest_text(std::string_view content);

// A folder of its own below that of all uploads, and the name of the file in it.
struct UploadPlace {
    const std::filesystem::path& uploads;
    const std::string& folder;
    const std::string& file_name;
    std::filesystem::path file() const { return uploads / folder / file_name; }
};
// Whole or not at all. What is there already stays. Throws std::runtime_error naming the file.
void keep_upload(const UploadPlace& place, std::string_view content);
void remove_upload(const std::filesystem::path& uploads, const std::string& folder);

}  // namespace mainspring::jobs
