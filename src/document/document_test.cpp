#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/wait.h>
#include <tuple>
#include <unistd.h>

#include "document/bill_document.hpp"
#include "document/clean_text.hpp"
#include "document/file_sink.hpp"
#include "document/qr_code.hpp"
#include "document/sample_bills_test.hpp"

using namespace mainspring::document;
namespace fs = std::filesystem;

namespace {

class Folder {
public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "mainspring_bills_XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder for the test");
        path_ = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { fs::remove_all(path_); }
    fs::path operator/(const char* name) const { return path_ / name; }

private:
    fs::path path_;
};

std::string output_of(const std::string& command) {
    std::string output;
    FILE* pipe = ::popen((command + " 2>/dev/null").c_str(), "r");
    std::array<char, 4096> buffer{};
    while (const auto got = std::fread(buffer.data(), 1, buffer.size(), pipe)) output.append(buffer.data(), got);
    const int status = ::pclose(pipe);
    CHECK_MESSAGE(status == 0, command, output);
    return output;
}

bool has_tool(const char* tool) {
    if (std::system(("command -v " + std::string(tool) + " >/dev/null").c_str()) == 0) return true;
    MESSAGE("SKIPPED: ", tool, " is not installed");
    return false;
}

DocumentSize write(const fs::path& file, const std::vector<BillPage>& bills) {
    BillDocument document(file, {"Bills of July", "Northmoor", "2026-07-03"});
    for (const auto& bill : bills) REQUIRE(document.add(bill).has_value());
    return document.finish();
}

std::string bytes_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::string without_spaces(std::string text) {
    std::erase(text, ' ');
    return text;
}

// Spaces apart: pdftotext sets narrow ones its own way.
bool holds(const std::string& text, const std::string& part) {
    return without_spaces(text).find(without_spaces(part)) != std::string::npos;
}

std::string printed(std::string amount) {
    if (amount.starts_with('-')) amount.replace(0, 1, "−");
    return amount;
}

}  // namespace

TEST_CASE("the text of a bill holds every amount, quantity and name") {
    if (!has_tool("pdftotext")) return;
    const Folder folder;
    write(folder / "a.pdf", {latin_bill()});
    const std::string text = output_of("pdftotext -layout " + (folder / "a.pdf").string() + " -");
    const BillPage bill = latin_bill();
    for (const auto& group : bill.sections[0].groups) {
        for (const auto& line : group.lines) {
            for (const auto& part : {line.text.en, line.quantity, line.price, printed(line.amount)}) {
                CHECK_MESSAGE(holds(text, part), part);
            }
        }
        CHECK(holds(text, group.subtotal));
    }
    for (const auto& row : bill.sections[0].meters) {
        for (const auto& part : {row.serial, row.previous.value, row.current.value, row.usage})
            CHECK(holds(text, part));
    }
    for (const auto& bar : bill.sections[0].chart.bars) CHECK(holds(text, bar.value));
    for (const auto* part :
         {"Mrs Eleanor Whitcombe-Ashworth", "2026-0048213", "1000 4471 203", "−84.10", "GB 123 4567 89",
          "Home Two-Rate, version 2026-04", "Page 1 of 1", "customer", "estimated"}) {
        CHECK_MESSAGE(holds(text, part), part);
    }
}

TEST_CASE("Chinese bills hold Chinese text, bills in both languages both") {
    if (!has_tool("pdftotext")) return;
    const Folder folder;
    write(folder / "a.pdf", {chinese_bill(Language::zh)});
    const std::string chinese = output_of("pdftotext -layout " + (folder / "a.pdf").string() + " -");
    for (const auto* part :
         {"电费账单", "诸葛晓明", "第二档电量电费", "99.96", "估抄", "应缴金额", "第 1 页，共 1 页"}) {
        CHECK_MESSAGE(holds(chinese, part), part);
    }
    CHECK(!holds(chinese, "Amount due"));
    write(folder / "b.pdf", {chinese_bill(Language::en_zh)});
    const std::string both = output_of("pdftotext -layout " + (folder / "b.pdf").string() + " -");
    for (const auto* part : {"Amount due", "应缴金额", "Energy, tier 2", "第二档电量电费"})
        CHECK_MESSAGE(holds(both, part), part);
}

TEST_CASE("a batch is one sound file with all pages, and the same bytes each time") {
    const Folder folder;
    std::vector<BillPage> bills{latin_bill(), long_bill(), chinese_bill(Language::en_zh), gas_bill()};
    const DocumentSize size = write(folder / "a.pdf", bills);
    CHECK(size.bills == 4);
    CHECK(size.pages == 5);
    CHECK(size.bytes == static_cast<std::int64_t>(fs::file_size(folder / "a.pdf")));
    write(folder / "b.pdf", bills);
    CHECK(bytes_of(folder / "a.pdf") == bytes_of(folder / "b.pdf"));
    CHECK(std::distance(fs::directory_iterator(folder / ""), fs::directory_iterator()) == 2);  // no part is left
    if (has_tool("pdfinfo")) {
        const std::string info = output_of("TZ=UTC pdfinfo " + (folder / "a.pdf").string());
        CHECK(holds(info, "Pages:           5"));
        CHECK(holds(info, "A4"));
        CHECK(holds(info, "Jul  3 00:00:00 2026"));
    }
    if (has_tool("qpdf")) CHECK(holds(output_of("qpdf --check " + (folder / "a.pdf").string()), "No syntax or stream"));
}

TEST_CASE("the payment code reads back as its payload") {
    if (!has_tool("pdftoppm") || !has_tool("zbarimg")) return;
    const Folder folder;
    for (const auto& bill : {latin_bill(), chinese_bill(Language::zh)}) {
        write(folder / "a.pdf", {bill});
        output_of("pdftoppm -r 150 -gray -png -singlefile " + (folder / "a.pdf").string() + " " +
                  (folder / "a").string());
        CHECK(output_of("zbarimg -q --raw -Sdisable -Sqrcode.enable " + (folder / "a.png").string()) ==
              bill.slip->qr_payload + "\n");
    }
}

TEST_CASE("a payload that no code holds refuses the bill and leaves no page") {
    const Folder folder;
    BillDocument document(folder / "a.pdf", {});
    BillPage bill = latin_bill();
    bill.slip->qr_payload.assign(2332, 'x');
    CHECK(document.add(bill).error() == BillRefusal::qr_payload_too_long);
    bill.slip->qr_payload.resize(2331);
    CHECK(document.add(bill).value() == 1);
    CHECK(document.finish().pages == 1);
}

TEST_CASE("an unfinished document leaves nothing behind") {
    const Folder folder;
    {
        BillDocument document(folder / "a.pdf", {});
        CHECK(document.add(latin_bill()).has_value());
        CHECK_FALSE(fs::is_empty(folder / ""));
        CHECK_FALSE(fs::exists(folder / "a.pdf"));
    }
    CHECK(fs::is_empty(folder / ""));
    CHECK_THROWS_AS(BillDocument(folder / "absent/a.pdf", {}), std::system_error);
}

TEST_CASE("what a killed process left of a file goes with the next one, what a living one writes stays") {
    const Folder folder;
    const fs::path file = folder / "bills.pdf";
    // A process that has begun the file; it lives until it is killed.
    const auto begin = [&] {
        int ready[2];
        REQUIRE(::pipe(ready) == 0);
        const pid_t child = ::fork();
        if (child == 0) {
            const FileSink sink(file);
            std::ignore = ::write(ready[1], "x", 1);
            for (;;) ::pause();
        }
        char byte = 0;
        REQUIRE(::read(ready[0], &byte, 1) == 1);
        ::close(ready[0]);
        ::close(ready[1]);
        return child;
    };
    const auto kill = [](pid_t child) {
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    };
    const auto part_of = [&](pid_t child) { return fs::path(file.string() + ".part" + std::to_string(child)); };
    for (const char* other : {"bills.pdf.part", "bills.pdf.part1x", "other.pdf.part1"}) std::ofstream(folder / other);
    const pid_t dead = begin();
    kill(dead);
    CHECK(fs::exists(part_of(dead)));
    const pid_t living = begin();
    CHECK_FALSE(fs::exists(part_of(dead)));
    {
        FileSink sink(file);
        CHECK(fs::exists(part_of(living)));
        sink.commit();
    }
    CHECK(fs::exists(file));
    CHECK(fs::exists(part_of(living)));
    kill(living);
    {
        const FileSink sink(file);
    }
    CHECK_FALSE(fs::exists(part_of(living)));
    for (const char* other : {"bills.pdf.part", "bills.pdf.part1x", "other.pdf.part1"})
        CHECK(fs::exists(folder / other));
    CHECK(std::distance(fs::directory_iterator(file.parent_path()), {}) == 4);
}

TEST_CASE("bills of odd content are printed, not refused") {
    const Folder folder;
    std::vector<BillPage> bills;
    bills.emplace_back();  // nothing at all
    BillPage names = latin_bill();
    names.customer_name = std::string(400, 'W') + " " + std::string(300, 'x');
    names.utility.name.en = std::string(500, 'M');
    names.postal_address.assign(20,
                                "A line of an address that is longer than any window of any envelope could ever show");
    names.sections[0].groups[0].lines[0].text.en = std::string(1000, 'L');
    names.sections[0].groups[0].lines[0].amount = "-92233720368547758.07";
    names.sections[0].meters[0].serial = std::string(200, '8');
    names.messages.assign(12, {std::string(900, 'm'), ""});
    bills.push_back(names);
    BillPage odd = latin_bill();
    odd.customer_name = "שלום עולם مرحبا \x01\x02 \xff\xfe 👩‍👩‍👧 ก็ \u202Eabc";
    odd.sections[0].groups.clear();
    odd.sections[0].meters.clear();
    odd.slip.reset();
    bills.push_back(odd);
    BillPage zero = latin_bill();
    for (auto& bar : zero.sections[0].chart.bars) bar.micro = 0;
    zero.sections[0].chart.bars[3].micro = -5'000'000;
    zero.sections[0].chart.bars[4].micro = INT64_MAX;
    zero.kind = PageKind::credit_note;
    bills.push_back(zero);
    const DocumentSize size = write(folder / "a.pdf", bills);
    CHECK(size.bills == 4);
    if (has_tool("qpdf")) CHECK(holds(output_of("qpdf --check " + (folder / "a.pdf").string()), "No syntax or stream"));
    if (has_tool("pdftotext")) {
        const std::string text = output_of("pdftotext -layout " + (folder / "a.pdf").string() + " -");
        CHECK(holds(text, "−92233720368547758.07"));
        CHECK(holds(text, "Credit note"));
        CHECK(holds(text, "Credit note no."));
    }
}

// Electricity and water, each with a meter, two charges, a tax and a year of use.
BillPage two_supplies() {
    BillPage bill = latin_bill();
    bill.messages.clear();
    bill.balances.clear();
    bill.amount_due.clear();
    auto& electricity = bill.sections[0];
    electricity.meters.resize(1);
    electricity.groups[0].lines.resize(2);
    BillSection water = gas_bill().sections[0];
    water.commodity = CommodityName::water;
    water.service_point = "16 0000 5582 001";
    water.meter_notes.clear();
    water.chart.unit = "m³";
    bill.sections.push_back(water);
    for (auto& section : bill.sections)
        for (auto& group : section.groups) group.title = {};
    return bill;
}

TEST_CASE("two supplies fit one page, their charts side by side, each named; what does not fit has large charts") {
    if (!has_tool("pdftotext")) return;
    const Folder folder;
    BillPage bill = two_supplies();
    CHECK(write(folder / "a.pdf", {bill}).pages == 1);
    const std::string text = output_of("pdftotext -layout " + (folder / "a.pdf").string() + " -");
    const auto line_of = [&](const std::string& part) {
        const auto at = without_spaces(text).find(without_spaces(part));
        REQUIRE_MESSAGE(at != std::string::npos, part, text);
        return std::ranges::count(without_spaces(text).substr(0, at), '\n');
    };
    CHECK(line_of("Your usage: Electricity 15 0000 4471 203 (kWh)") ==
          line_of("Your usage: Water 16 0000 5582 001 (m³)"));
    bill.messages.assign(2, {"Something that takes room.", ""});
    CHECK(write(folder / "b.pdf", {bill}).pages == 2);
    const std::string second = output_of("pdftotext -layout -f 2 -l 2 " + (folder / "b.pdf").string() + " -");
    CHECK(holds(second, "Your usage: Electricity 15 0000 4471 203 (kWh)"));
    CHECK(holds(second, "Your usage: Water 16 0000 5582 001 (m³)"));
    for (auto& section : bill.sections) section.chart.bars.resize(1);
    CHECK(write(folder / "c.pdf", {bill}).pages == 1);
}

TEST_CASE("the payee is in the language of the bill") {
    if (!has_tool("pdftotext")) return;
    const Folder folder;
    for (const auto& [language, payee] :
         {std::pair(Language::zh, "西湖供电公司"), std::pair(Language::en, "Xihu Power")}) {
        write(folder / "a.pdf", {chinese_bill(language)});
        const std::string text = output_of("pdftotext -layout " + (folder / "a.pdf").string() + " -");
        const std::string slip = text.substr(text.find(language == Language::zh ? "收款单位" : "Payable to"));
        CHECK_MESSAGE(holds(slip.substr(0, slip.find('\n')), payee), slip);
    }
}

TEST_CASE("a credit note says which way the money goes, without a sign") {
    if (!has_tool("pdftotext")) return;
    const Folder folder;
    BillPage note = latin_bill();
    note.kind = PageKind::credit_note;
    note.slip.reset();
    note.due_on.clear();
    note.balances.clear();
    note.amount_due.clear();
    for (const auto& [total, label, amount] :
         {std::tuple("-97.73", "Amount credited", "97.73"), std::tuple("11.60", "Amount charged", "11.60"),
          std::tuple("0.00", "Amount credited", "0.00")}) {
        note.total = total;
        write(folder / "a.pdf", {note});
        const std::string text = output_of("pdftotext -layout " + (folder / "a.pdf").string() + " -");
        CHECK_MESSAGE(holds(text, std::string(label) + " GBP " + amount), text);
        CHECK(holds(text, label));
        CHECK(!holds(text, "−97.73"));
    }
}

TEST_CASE("a bill of forty lines runs over to a second page with the table's head repeated") {
    if (!has_tool("pdftotext")) return;
    const Folder folder;
    const BillPage bill = long_bill();
    CHECK(write(folder / "a.pdf", {bill}).pages == 2);
    const std::string second = output_of("pdftotext -layout -f 2 -l 2 " + (folder / "a.pdf").string() + " -");
    CHECK(holds(second, "Charges"));
    CHECK(holds(second, "Page 2 of 2"));
    CHECK(holds(second, "2026-0048213"));
    const std::string text = output_of("pdftotext -layout " + (folder / "a.pdf").string() + " -");
    for (const auto& line : bill.sections[0].groups[0].lines) {
        CHECK_MESSAGE(holds(text, line.text.en), line.text.en);
        CHECK_MESSAGE(holds(text, printed(line.amount)), line.amount);
    }
}

TEST_CASE("texts are cleaned") {
    CHECK(clean_text("plain text") == "plain text");
    CHECK(clean_text("a\tb\r\nc") == "a b  c");
    CHECK(clean_text(std::string_view("a\0b\x1b[1m\x7f", 8)) == "ab[1m");
    CHECK(clean_text("名字\xff\xe5") == "名字\uFFFD\uFFFD");
    CHECK(clean_text("\xc0\xaf\xed\xa0\x80") == "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");  // overlong, surrogate
    CHECK(clean_text("\u202Eevil\u2066\uFEFF\u0085x\u2028y\uFFFFz") == "evil x yz");
    CHECK(clean_text("👍") == "👍");
}

TEST_CASE("languages have names, and every label has words in both") {
    for (const auto language : {Language::en, Language::zh, Language::en_zh}) {
        CHECK(language_of(text_of(language)).value() == language);
    }
    CHECK(language_of("fr").error() == "language \"fr\" is none of en, zh, en+zh");
    for (std::size_t i = 0; i < kLabels; ++i) {
        const LabelWords& words = words_of(static_cast<Label>(i));
        CHECK(!words.en.empty());
        CHECK(!words.zh.empty());
    }
    CHECK(text_of(Label::amount_due, Language::en_zh) == "Amount due 应缴金额");
}
