// Input of text_file.hpp: the members of a .zip, or the plain file.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fstream>
#include <utility>
#include <zip.h>

#include "formats/text_file.hpp"

namespace mainspring::formats {

namespace {

// A small member may compress as well as it likes.
constexpr std::uint64_t kRatioFrom = 1'000'000;

FileProblem problem(const std::string& name, std::string reason) {
    return {name, 0, "", std::move(reason), Severity::file};
}

bool looks_zipped(std::string_view start) { return start.starts_with("PK\x03\x04") || start.starts_with("PK\x05\x06"); }

struct ArchiveCloser {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, ArchiveCloser>;

struct MemberCloser {
    void operator()(zip_file_t* member) const { zip_fclose(member); }
};
using Member = std::unique_ptr<zip_file_t, MemberCloser>;

std::string error_text(int code) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    std::string text = zip_error_strerror(&error);
    zip_error_fini(&error);
    return text;
}

// Folders, and what macOS adds for itself.
bool is_content(std::string_view member) {
    return !member.empty() && !member.ends_with('/') && !member.starts_with("__MACOSX/");
}

}  // namespace

struct Input::State {
    std::string name;
    TextLimits limits;
    std::optional<std::expected<TextFile, FileProblem>> plain;
    std::string bytes;  // what `archive` reads when it is not a file
    Archive archive;
    zip_int64_t members = 0, next_member = 0;
    std::uint64_t unpacked_bytes = 0;

    std::expected<void, FileProblem> start();
    std::expected<TextFile, FileProblem> unpack(const zip_stat_t& entry);
    std::expected<std::string, FileProblem> read_member(const std::string& title, const zip_stat_t& entry);
};

std::expected<void, FileProblem> Input::State::start() {
    members = zip_get_num_entries(archive.get(), 0);
    if (members > limits.max_members)
        return std::unexpected(
            problem(name, fmt::format("holds {} members, more than the {} allowed", members, limits.max_members)));
    return {};
}

std::expected<std::string, FileProblem> Input::State::read_member(const std::string& title, const zip_stat_t& entry) {
    const Member member(zip_fopen_index(archive.get(), entry.index, 0));
    if (!member) return std::unexpected(problem(title, zip_strerror(archive.get())));
    const std::uint64_t room = limits.max_unpacked_bytes - unpacked_bytes;
    const bool packs_a_bomb = entry.comp_size > 0 && entry.size / entry.comp_size > limits.max_ratio;
    if (entry.size > room)
        return std::unexpected(problem(
            title, fmt::format("unpacks to more than the {} bytes allowed for an archive", limits.max_unpacked_bytes)));
    if (entry.size > kRatioFrom && packs_a_bomb)
        return std::unexpected(
            problem(title, fmt::format("unpacks {} times: refused as a bomb", entry.size / entry.comp_size)));
    std::string content;
    std::array<char, 65536> chunk;
    while (true) {
        const zip_int64_t got = zip_fread(member.get(), chunk.data(), chunk.size());
        if (got < 0) return std::unexpected(problem(title, zip_file_strerror(member.get())));
        if (got == 0) break;
        content.append(chunk.data(), static_cast<std::size_t>(got));
        if (content.size() > entry.size) return std::unexpected(problem(title, "is longer than the archive says"));
    }
    if (content.size() < entry.size) return std::unexpected(problem(title, "is shorter than the archive says"));
    unpacked_bytes += content.size();
    return content;
}

std::expected<TextFile, FileProblem> Input::State::unpack(const zip_stat_t& entry) {
    const std::string title = name + ":" + shown(entry.name, 200);
    if (entry.encryption_method != ZIP_EM_NONE) return std::unexpected(problem(title, "is encrypted"));
    auto content = read_member(title, entry);
    if (!content) return std::unexpected(content.error());
    if (looks_zipped(*content)) return std::unexpected(problem(title, "is an archive within an archive"));
    return TextFile::from_bytes(title, std::move(*content), limits.encoding);
}

Input::Input(std::unique_ptr<State> state) : state_(std::move(state)) {}
Input::Input(Input&&) noexcept = default;
Input& Input::operator=(Input&&) noexcept = default;
Input::~Input() = default;

std::optional<std::expected<TextFile, FileProblem>> Input::next() {
    State& state = *state_;
    if (!state.archive) return std::exchange(state.plain, std::nullopt);
    while (state.next_member < state.members) {
        const auto index = static_cast<zip_uint64_t>(state.next_member++);
        zip_stat_t entry;
        zip_stat_init(&entry);
        constexpr zip_uint64_t kNeeded = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_INDEX;
        if (zip_stat_index(state.archive.get(), index, 0, &entry) != 0 || (entry.valid & kNeeded) != kNeeded)
            return std::unexpected(problem(state.name, fmt::format("member {} cannot be read", index + 1)));
        if ((entry.valid & ZIP_STAT_ENCRYPTION_METHOD) == 0) entry.encryption_method = ZIP_EM_NONE;
        if (is_content(entry.name)) return state.unpack(entry);
    }
    return std::nullopt;
}

std::expected<Input, FileProblem> open_input(const std::filesystem::path& path, const TextLimits& limits) {
    auto state = std::make_unique<Input::State>();
    state->name = path.string();
    state->limits = limits;
    std::error_code ignored;
    std::array<char, 4> start{};
    if (std::filesystem::is_regular_file(path, ignored)) std::ifstream(path, std::ios::binary).read(start.data(), 4);
    if (!looks_zipped({start.data(), start.size()})) {
        auto plain = read_text_file(path, limits);
        if (!plain) return std::unexpected(plain.error());
        state->plain = std::move(plain);
        return Input(std::move(state));
    }
    if (std::filesystem::file_size(path, ignored) > limits.max_file_bytes)
        return std::unexpected(
            problem(state->name, fmt::format("is larger than the {} bytes allowed", limits.max_file_bytes)));
    int code = 0;
    state->archive.reset(zip_open(path.c_str(), ZIP_RDONLY, &code));
    if (!state->archive)
        return std::unexpected(problem(state->name, "is no readable zip archive: " + error_text(code)));
    if (auto started = state->start(); !started) return std::unexpected(started.error());
    return Input(std::move(state));
}

std::expected<Input, FileProblem> open_input_bytes(std::string name, std::string bytes, const TextLimits& limits) {
    auto state = std::make_unique<Input::State>();
    state->name = std::move(name);
    state->limits = limits;
    if (bytes.size() > limits.max_file_bytes)
        return std::unexpected(
            problem(state->name, fmt::format("is larger than the {} bytes allowed", limits.max_file_bytes)));
    if (!looks_zipped(bytes)) {
        auto plain = TextFile::from_bytes(state->name, std::move(bytes), limits.encoding);
        if (!plain) return std::unexpected(plain.error());
        state->plain = std::move(plain);
        return Input(std::move(state));
    }
    state->bytes = std::move(bytes);
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(state->bytes.data(), state->bytes.size(), 0, &error);
    if (source != nullptr) {
        state->archive.reset(zip_open_from_source(source, ZIP_RDONLY, &error));
        if (!state->archive) zip_source_free(source);
    }
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    if (!state->archive) return std::unexpected(problem(state->name, "is no readable zip archive: " + reason));
    if (auto started = state->start(); !started) return std::unexpected(started.error());
    return Input(std::move(state));
}

}  // namespace mainspring::formats
