// Bytes that nobody meant to send: every corpus file as it is, cut at each byte, and mutated with a fixed seed.
#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "fuzz/entries.hpp"

using namespace mainspring;

namespace {

using Entry = void (*)(std::string_view);

std::vector<std::pair<std::string, std::string>> corpus(const char* name) {
    const auto folder = std::filesystem::path(MAINSPRING_SOURCE_DIR) / "tests/fuzz/corpus" / name;
    std::vector<std::pair<std::string, std::string>> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream in(entry.path(), std::ios::binary);
        files.emplace_back(entry.path().filename().string(), std::string(std::istreambuf_iterator<char>(in), {}));
    }
    std::ranges::sort(files);
    REQUIRE(!files.empty());
    return files;
}

// Bytes that mean something to the formats come more often than others.
char some_byte(std::mt19937& random) {
    constexpr std::string_view kTelling =
        ",;\"\n\r.-+eE0123456789 \0\xEF\xFF"
        "2345V";
    if (random() % 4 == 0) return static_cast<char>(random() % 256);
    return kTelling[random() % kTelling.size()];
}

void mutate(std::string& bytes, std::mt19937& random) {
    const int changes = 1 + static_cast<int>(random() % 8);
    for (int i = 0; i < changes && !bytes.empty(); ++i) {
        const std::size_t at = random() % bytes.size(), length = 1 + random() % 40;
        switch (random() % 4) {
            case 0: bytes[at] = some_byte(random); break;
            case 1: bytes.insert(at, 1, some_byte(random)); break;
            case 2: bytes.erase(at, length); break;
            default: bytes.insert(random() % bytes.size(), bytes.substr(at, length)); break;
        }
    }
}

void torment(const char* name, Entry entry) {
    std::mt19937 random(20261123);
    for (const auto& [file, bytes] : corpus(name)) {
        CAPTURE(file);
        entry(bytes);
        entry("\xEF\xBB\xBF" + bytes);
        for (std::size_t length = 0; length < bytes.size(); ++length) entry(std::string_view(bytes).substr(0, length));
        for (int round = 0; round < 400; ++round) {
            std::string copy = bytes;
            mutate(copy, random);
            entry(copy);
        }
    }
}

}  // namespace

TEST_CASE("NEM files, cut and mutated") { torment("nem", fuzz::nem); }
TEST_CASE("CSV files, cut and mutated") { torment("csv", fuzz::csv); }
TEST_CASE("profiled CSV files, cut and mutated") { torment("csv_profile", fuzz::csv_profile); }
TEST_CASE("archives, cut and mutated") { torment("zip", fuzz::zip); }

TEST_CASE("a hundred thousand channels and a line of many megabytes") {
    std::string text = "100,NEM12,202601010000,F,T\n";
    for (int i = 0; i < 100'000; ++i) text += "200,N" + std::to_string(i) + ",E1,1,E1,N1,M1,kWh,60,\n";
    text +=
        "300,20260101," + std::string(20'000'000, '9') + "\n300,20260101," + std::string(20'000'000, ',') + "\n900\n";
    struct Count : formats::NemVisitor {
        int problems = 0;
        void problem(const formats::Problem& problem) override {
            ++problems;
            CHECK(formats::text_of(problem).size() < 200);
        }
    } count;
    const auto summary = formats::read_nem(text, "f", count);
    CHECK(summary.channels == 100'000);
    CHECK(summary.days == 0);
    CHECK(count.problems == 2);
    CHECK(summary.framing_ok);
}
