// The built front end: a folder's files, read once into memory, served by their addresses.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "http/message.hpp"

namespace mainspring::http {

class StaticFiles {
public:
    // Every file below the folder; left out are names that begin with a dot and links that lead out of it. "x.gz"
    // beside "x" is what is sent to readers of gzip. Throws std::filesystem::filesystem_error; std::runtime_error
    // without an index.html.
    explicit StaticFiles(const std::filesystem::path& folder);

    // "/assets/…" may be kept for ever: the build names these by their content. All else is asked for again each time,
    // and answered 304 while it is the same. An unknown address without an extension, or that a browser goes to
    // (Accept: text/html), is a page of the front end: index.html. Nothing for other unknown addresses, for what is
    // below /api, and for other methods than GET and HEAD.
    std::optional<Response> answer(const Request& request) const;

private:
    struct File {
        std::string type, bytes, gzip;  // gzip: empty when it does not help
        std::string tag;  // of the content, without quotes
        bool hashed_name = false;
    };
    void read_file(const std::filesystem::path& path, const std::string& address);
    void compress_files();
    const File* find(const std::string& address) const;

    std::unordered_map<std::string, File> files_;  // by address
};

}  // namespace mainspring::http
