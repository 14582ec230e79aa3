#include "http/static_files.hpp"

#include <array>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <openssl/evp.h>
#include <stdexcept>

#include "base/ensure.hpp"
#include "http/compression.hpp"
#include "http/text.hpp"

namespace mainspring::http {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kForEver = "public, max-age=31536000, immutable";
constexpr std::string_view kAskAgain = "no-cache";

std::string_view type_of(std::string_view extension) {
    static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".json", "application/json"},
        {".map", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".webp", "image/webp"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".woff", "font/woff"},
        {".wasm", "application/wasm"},
        {".txt", "text/plain; charset=utf-8"},
        {".pdf", "application/pdf"},
    };
    for (const auto& [name, type] : kTypes)
        if (name == extension) return type;
    return "application/octet-stream";
}

std::string content_tag(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    ensure(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) == 1, "SHA-256 works");
    std::string tag;
    for (std::size_t i = 0; i < 12; ++i) tag += fmt::format("{:02x}", digest[i]);
    return tag;
}

bool is_hidden(const fs::path& relative) {
    return std::ranges::any_of(relative, [](const fs::path& part) { return part.native().starts_with('.'); });
}

bool is_within(const fs::path& path, const fs::path& folder) {
    return std::ranges::mismatch(folder, path).in1 == folder.end();
}

// A page of the front end: "/accounts/17", not "/favicon.ico".
bool is_page(std::string_view address) {
    if (address == "/api" || address.starts_with("/api/")) return false;
    return address.substr(address.rfind('/')).find('.') == std::string_view::npos;
}

// A person goes to an address whose last part has a dot, such as the account "A.1".
bool is_navigation(const Request& request, std::string_view address) {
    return request.header("Accept").value_or("").find("text/html") != std::string_view::npos &&
           !address.starts_with("/assets/") && !address.starts_with("/api/");
}

// If-None-Match: "*", or a list of tags, weak or not.
bool names_tag(std::string_view header, std::string_view tag) {
    while (!header.empty()) {
        std::string_view item = trimmed(cut_item(header, ','));
        if (item == "*") return true;
        if (item.starts_with("W/")) item.remove_prefix(2);
        if (item == tag) return true;
    }
    return false;
}

}  // namespace

StaticFiles::StaticFiles(const fs::path& folder) {
    const fs::path root = fs::canonical(folder);
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        const fs::path relative = entry.path().lexically_relative(root);
        if (is_hidden(relative) || !entry.is_regular_file()) continue;
        if (is_within(fs::canonical(entry.path()), root)) read_file(entry.path(), "/" + relative.generic_string());
    }
    if (!files_.contains("/index.html"))
        throw std::runtime_error(fmt::format("{}: no index.html, so this is no built front end", folder.native()));
    compress_files();
}

void StaticFiles::read_file(const fs::path& path, const std::string& address) {
    std::ifstream in(path, std::ios::binary);
    File file;
    file.bytes.assign(std::istreambuf_iterator<char>(in), {});
    if (!in.good() && !in.eof())
        throw fs::filesystem_error("cannot be read", path, std::make_error_code(std::errc::io_error));
    file.type = type_of(path.extension().native());
    file.tag = content_tag(file.bytes);
    file.hashed_name = address.starts_with("/assets/");
    files_.emplace(address, std::move(file));
}

void StaticFiles::compress_files() {
    for (auto& [address, file] : files_) {
        if (const auto made = files_.find(address + ".gz"); made != files_.end()) {
            file.gzip = made->second.bytes;
            continue;
        }
        if (!is_text_type(file.type)) continue;
        file.gzip = gzipped(file.bytes, Effort::most);
        if (file.gzip.size() >= file.bytes.size()) file.gzip.clear();
    }
}

const StaticFiles::File* StaticFiles::find(const std::string& address) const {
    const auto found = files_.find(address);
    return found == files_.end() ? nullptr : &found->second;
}

std::optional<Response> StaticFiles::answer(const Request& request) const {
    if (request.method != Method::get && request.method != Method::head) return std::nullopt;
    const auto address = percent_decoded(request.path);
    if (!address || !address->starts_with('/')) return std::nullopt;
    const File* file = find(*address);
    if (!file && (is_page(*address) || is_navigation(request, *address))) file = find("/index.html");
    if (!file) return std::nullopt;

    const bool zipped = !file->gzip.empty() && accepts_gzip(request.header("Accept-Encoding").value_or(""));
    const std::string tag = fmt::format("\"{}{}\"", file->tag, zipped ? "-gzip" : "");
    Response response{.content_type = file->type, .route = "(front end)"};
    response.headers = {{"ETag", tag}, {"Cache-Control", std::string(file->hashed_name ? kForEver : kAskAgain)}};
    if (!file->gzip.empty()) response.headers.emplace_back("Vary", "Accept-Encoding");
    if (names_tag(request.header("If-None-Match").value_or(""), tag)) {
        response.status = 304;
        return response;
    }
    if (zipped) response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = zipped ? file->gzip : file->bytes;
    return response;
}

}  // namespace mainspring::http
