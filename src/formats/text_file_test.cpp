#include "formats/text_file.hpp"

#include <cstdlib>
#include <doctest/doctest.h>
#include <fstream>
#include <zip.h>

using namespace mainspring::formats;

namespace {

class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "mainspring_text_XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::filesystem::path write(const std::string& name, std::string_view bytes) const {
        std::ofstream(path_ / name, std::ios::binary) << bytes;
        return path_ / name;
    }
    std::filesystem::path zip(const std::string& name,
                              const std::vector<std::pair<std::string, std::string>>& members) const {
        const auto path = path_ / name;
        int code = 0;
        zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
        REQUIRE(archive != nullptr);
        for (const auto& [member, bytes] : members) {
            if (member.ends_with('/')) {
                zip_dir_add(archive, member.c_str(), ZIP_FL_ENC_UTF_8);
                continue;
            }
            zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
            REQUIRE(zip_file_add(archive, member.c_str(), source, ZIP_FL_ENC_UTF_8) >= 0);
        }
        REQUIRE(zip_close(archive) == 0);
        return path;
    }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

std::string refusal(std::string bytes, Encoding encoding = Encoding::utf8) {
    const auto text = TextFile::from_bytes("f", std::move(bytes), encoding);
    return text ? "ok: " + std::string(text->text()) : text_of(text.error());
}

// "name=text;" or "!problem;" for each text of an input, without the folder's path.
std::string all_of(const std::filesystem::path& path, const TextLimits& limits = {}) {
    const std::string folder = path.parent_path().string() + "/";
    std::string out;
    auto input = open_input(path, limits);
    if (!input) return "!" + text_of(input.error()).substr(folder.size());
    while (auto text = input->next())
        out += (*text ? (*text)->name().substr(folder.size()) + "=" + std::string((*text)->text())
                      : "!" + text_of(text->error()).substr(folder.size())) +
               ";";
    return out;
}

}  // namespace

TEST_CASE("files that cannot be read are refused by name") {
    const Folder folder;
    CHECK(all_of(folder.path() / "none.csv") == "!none.csv: no such file");
    std::filesystem::create_directory(folder.path() / "dir");
    CHECK(all_of(folder.path() / "dir") == "!dir: is a directory, not a file");
    const auto big = folder.write("big.csv", "0123456789");
    CHECK(all_of(big, {.max_file_bytes = 9}) == "!big.csv: has 10 bytes, more than the 9 allowed");
    CHECK(all_of(big) == "big.csv=0123456789;");
    CHECK(all_of(folder.write("empty.csv", "")) == "empty.csv=;");
    CHECK(all_of("/proc/self/status").starts_with("status=Name"));
    CHECK(all_of("/proc/self/status", {.max_file_bytes = 9}) == "!status: is larger than 9 bytes");
}

TEST_CASE("a large file is mapped") {
    const Folder folder;
    std::string bytes(65 * 1024 * 1024, 'x');
    bytes.back() = '\n';
    const auto text = read_text_file(folder.write("large.csv", bytes));
    REQUIRE(text);
    CHECK(text->text() == bytes);
}

TEST_CASE("encodings") {
    CHECK(refusal("\xEF\xBB\xBF"
                  "a\n") == "ok: a\n");
    CHECK(refusal("Z\xC3\xA4hler \xE7\x94\xB5 \xF0\x9F\x94\x8C") == "ok: Z\xC3\xA4hler \xE7\x94\xB5 \xF0\x9F\x94\x8C");
    CHECK(refusal("\xFF\xFE"
                  "a") == "f:1: is UTF-16 (byte order mark); save it as UTF-8");
    CHECK(refusal(std::string("a\nb\0c", 5)) == "f:2: holds a NUL byte: no text, or UTF-16");
    CHECK(refusal("a\nb\nZ\xE4hler") == "f:3: is not UTF-8: byte 0xE4 (Latin-1 or GB18030 must be named by a profile)");
    CHECK(refusal("Z\xE4hler", Encoding::latin1) == "ok: Z\xC3\xA4hler");
    CHECK(refusal("\xB5\xE7\xB1\xED", Encoding::gb18030) == "ok: \xE7\x94\xB5\xE8\xA1\xA8");
    CHECK(refusal("a\n\xB5", Encoding::gb18030) == "f:2: is not valid gb18030");
    CHECK(encoding_of("latin-1") == Encoding::latin1);
    CHECK(encoding_of("ebcdic").error() == "'ebcdic' is no encoding (utf-8, latin-1, gb18030)");
    const std::string bad[] = {"\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                               "\xF5", "\xC3",     "\xE7\x94"};
    for (const std::string& bytes : bad)
        for (std::size_t before : {0U, 3U, 7U, 8U, 9U})
            CHECK(find_bad_utf8(std::string(before, 'a') + bytes) == before);
}

TEST_CASE("lines") {
    const auto lines = [](std::string_view text) {
        std::string out;
        LineReader reader(text);
        while (auto line = reader.next()) out += std::to_string(line->number) + "[" + std::string(line->text) + "]";
        return out;
    };
    CHECK(lines("") == "");
    CHECK(lines("a") == "1[a]");
    CHECK(lines("a\n") == "1[a]");
    CHECK(lines("a\r\n\r\nb\n\n") == "1[a]2[]3[b]4[]");
}

TEST_CASE("archives") {
    const Folder folder;
    CHECK(all_of(folder.zip("a.zip", {{"one.csv", "1"}, {"sub/", ""}, {"sub/two.csv", "2"}, {"__MACOSX/x", "x"}})) ==
          "a.zip:one.csv=1;a.zip:sub/two.csv=2;");
    // A bad member costs itself alone.
    CHECK(all_of(folder.zip("b.ZIP", {{"bad.csv", "\xE4"}, {"good.csv", "g"}})).find(";b.ZIP:good.csv=g;") !=
          std::string::npos);
    CHECK(all_of(folder.write("c.zip", "PK\x03\x04 no archive")).starts_with("!c.zip: is no readable zip archive"));
    CHECK(all_of(folder.write("d.zip", "plain text")) == "d.zip=plain text;");
    const auto inner = folder.zip("inner.zip", {{"x", "y"}});
    std::ifstream in(inner, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    CHECK(all_of(folder.zip("outer.zip", {{"inner.zip", bytes}})) ==
          "!outer.zip:inner.zip: is an archive within an archive;");
}

TEST_CASE("archives that unpack to too much") {
    const Folder folder;
    const auto bomb = folder.zip("bomb.zip", {{"zeros", std::string(20'000'000, 'a')}, {"good", "g"}});
    CHECK(all_of(bomb, {.max_ratio = 100}).starts_with("!bomb.zip:zeros: unpacks "));
    CHECK(all_of(bomb, {.max_ratio = 100}).ends_with(";bomb.zip:good=g;"));
    CHECK(all_of(bomb, {.max_unpacked_bytes = 1000}).starts_with("!bomb.zip:zeros: unpacks to more than the 1000"));
    CHECK(all_of(bomb, {.max_members = 1}) == "!bomb.zip: holds 2 members, more than the 1 allowed");
    const auto two = folder.zip("two.zip", {{"a", "12345"}, {"b", "12345"}});
    CHECK(all_of(two, {.max_unpacked_bytes = 9}).find("a=12345;!two.zip:b: unpacks to more") != std::string::npos);
}

TEST_CASE("the text of a problem") {
    CHECK(text_of(Problem{"a.zip:b.csv", 27, "UOM", "is empty", Severity::record}) == "a.zip:b.csv:27: UOM: is empty");
    CHECK(text_of(Problem{"a", 0, "", "no such file", Severity::file}) == "a: no such file");
    CHECK(shown("a\nb\x1b[0m") == "a?b?[0m");
    CHECK(shown("\xC3\xA4\xC3\xA4", 3) == "\xC3\xA4…");
}
