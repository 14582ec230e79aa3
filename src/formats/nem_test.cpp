// Hand-written NEM12 and NEM13 texts, one for each rule, told as a log of what the visitor heard.
#include "formats/nem.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "formats/nem_advance.hpp"
#include "formats/nem_writer.hpp"

using namespace mainspring;
using namespace mainspring::formats;

namespace {

class Log : public NemVisitor {
public:
    std::string text;
    NemSummary summary;

    void header(const NemHeader& header) override { say("header {} {} {}", header.version, header.from, header.to); }
    void channel(const NemChannel& channel) override {
        say("channel {} {} {} e{} {}min", channel.nmi, channel.suffix, text_of(channel.unit), channel.unit.power_of_ten,
            channel.interval_minutes);
    }
    void interval_day(const NemChannel& channel, const NemDay& day) override {
        Int128 sum = 0;
        for (const std::int64_t value : day.values) sum += value;
        std::string ranges;
        for (const NemQualityRange& range : day.qualities)
            ranges += fmt::format(" {}-{}:{}{}", range.first, range.last, text_of(range.quality),
                                  range.reason.code < 0 ? "" : fmt::format("/{}", range.reason.code));
        say("day {} {} {} sum {} scale {}{}", channel.suffix, format_date(day.date), text_of(day.quality),
            format_decimal(sum, day.scale), day.scale, ranges);
    }
    void accumulation(const NemAccumulation& record) override {
        say("accumulation {} {} {} -> {} {} = {} {}", record.nmi, record.direction == NemDirection::import ? "I" : "E",
            record.previous.reading, record.current.reading, text_of(record.current.quality),
            format_decimal(record.quantity.value, record.quantity.scale), text_of(record.unit));
    }
    void b2b(const NemChannel* channel, const NemB2b& record) override {
        say("b2b {} {} {} {}", channel != nullptr ? channel->suffix : "-", record.transaction, record.service_order,
            record.previous_transaction);
    }
    void end() override { say("end"); }
    void problem(const Problem& problem) override { say("{} {}", text_of(problem.severity), text_of(problem)); }

private:
    template <class... Args>
    void say(fmt::format_string<Args...> format, Args&&... args) {
        text += fmt::format(format, std::forward<Args>(args)...) + "\n";
    }
};

std::string log_of(std::string_view text) {
    Log log;
    log.summary = read_nem(text, "f", log);
    return log.text;
}

std::string times(std::string_view value, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += std::string(value) + ",";
    return out;
}

const std::string kHead = "100,NEM12,202601010000,FROM,TO\n";
const std::string kHeadLog = "header NEM12 FROM TO\n";
const std::string kChannel = "200,4102000001,E1,1,E1,N1,M1,kWh,60,\n";
const std::string kChannelLog = "channel 4102000001 E1 kWh e3 60min\n";
const std::string kEnd = "900\n";

// What is said of the records between a channel and the end.
std::string in_channel(const std::string& records) {
    const std::string log = log_of(kHead + kChannel + records + kEnd);
    const std::string before = kHeadLog + kChannelLog, after = "end\n";
    REQUIRE(log.starts_with(before));
    REQUIRE(log.ends_with(after));
    return log.substr(before.size(), log.size() - before.size() - after.size());
}

std::string day(std::string_view values, std::string_view rest) {
    return fmt::format("300,20260101,{}{}\n", values, rest);
}

}  // namespace

TEST_CASE("a plain day") {
    CHECK(in_channel(day(times("1.250", 24), "A,,,20260102000000,")) == "day E1 2026-01-01 A sum 30 scale 2 1-24:A\n");
    CHECK(in_channel(day(times("1", 23) + "0.000000001,", "A")) ==
          "day E1 2026-01-01 A sum 23.000000001 scale 9 1-24:A\n");
    CHECK(in_channel(day(times("0", 24), "N,,,,,,,,,")) == "day E1 2026-01-01 N sum 0 scale 0 1-24:N\n");
    CHECK(in_channel(day(times(" 1.5 ", 24), "E52,,,,")) == "day E1 2026-01-01 E52 sum 36 scale 1 1-24:E52\n");
    CHECK(in_channel(day(times(".5", 12) + times("5.", 12), "A,,,,")) == "day E1 2026-01-01 A sum 66 scale 1 1-24:A\n");
}

TEST_CASE("values that are refused cost the day, with line and field") {
    const auto bad = [](std::string_view value) {
        return in_channel(day(times("1", 2) + std::string(value) + "," + times("1", 21), "A,,,,"));
    };
    CHECK(bad("") == "record f:3: IntervalValue3: '' is empty: non-numeric value in 300\n");
    CHECK(bad("x") == "record f:3: IntervalValue3: 'x' is not a number: non-numeric value in 300\n");
    CHECK(bad("+1") == "record f:3: IntervalValue3: '+1' is not a number: non-numeric value in 300\n");
    CHECK(bad("-1") ==
          "record f:3: IntervalValue3: '-1' is negative, which interval data may not be: non-numeric value in 300\n");
    CHECK(bad("1E3") ==
          "record f:3: IntervalValue3: '1E3' has an exponent, which interval data may not have: non-numeric value in "
          "300\n");
    CHECK(bad("0.1234567891") ==
          "record f:3: IntervalValue3: '0.1234567891' has more than 9 decimal places: non-numeric value in 300\n");
    CHECK(bad("99999999999999999999").find("is out of range") != std::string::npos);
    CHECK(bad("9223372036854775807") == "day E1 2026-01-01 A sum 9223372036854775830 scale 0 1-24:A\n");
    CHECK(bad("922337203685477.5807").find("sum 922337203685500.5807 scale 4") != std::string::npos);
    CHECK(in_channel(day(times("9223372036854775807", 1) + times("0.5", 23), "A"))
              .find("out of range at the decimal places") != std::string::npos);
}

TEST_CASE("framing of a 300") {
    CHECK(in_channel(day(times("1", 10), "A,,,,")) == "record f:3: 300 has 15 fields, needs 24 values\n");
    CHECK(in_channel("300,20260101\n") == "record f:3: 300 has 1 fields, needs 24 values\n");
    CHECK(in_channel("300\n") == "record f:3: IntervalDate: '' is no date\n");
    CHECK(in_channel("300,20260230," + times("1", 24) + "A\n") == "record f:3: IntervalDate: '20260230' is no date\n");
    CHECK(in_channel(day(times("1", 25), "A,,,,")) == "record f:3: QualityMethod: bad QualityMethod '1'\n");
    CHECK(in_channel(day(times("1", 24), "T,,,,")) == "record f:3: QualityMethod: bad QualityMethod 'T'\n");
    CHECK(in_channel(day(times("1", 24), "A,,,,,7")) ==
          "record f:3: 300 has 6 fields after its values, at most 5 are known\n");
    CHECK(in_channel(day(times("1", 24), "A,x,,,")) == "record f:3: ReasonCode: 'x' is no reason code\n");
    // The good day after it is kept.
    CHECK(in_channel(day(times("1", 3), "A") + day(times("1", 24), "A")) ==
          "record f:3: 300 has 4 fields, needs 24 values\nday E1 2026-01-01 A sum 24 scale 0 1-24:A\n");
}

TEST_CASE("qualities of a variable day") {
    const std::string v = day(times("1", 24), "V,,,,");
    CHECK(in_channel(v + "400,1,10,A,,\n400,11,24,F14,76,text\n") ==
          "day E1 2026-01-01 V sum 24 scale 0 1-10:A 11-24:F14/76\n");
    CHECK(in_channel(v + "400,11,24,F14,76,\n400,1,10,A,,\n") ==
          "day E1 2026-01-01 V sum 24 scale 0 1-10:A 11-24:F14/76\n");
    CHECK(in_channel(v) == "record f:3: QualityMethod: V, but no 400 covers intervals 1-24\n");
    CHECK(in_channel(v + "400,1,10,A,,\n") == "record f:3: QualityMethod: V, but no 400 covers intervals 11-24\n");
    CHECK(in_channel(v + "400,1,5,A\n400,7,24,A\n") ==
          "record f:3: QualityMethod: V, but no 400 covers intervals 6-6\n");
    CHECK(in_channel(v + "400,1,24,V,,\n") ==
          "record f:4: QualityMethod: 400 bad quality 'V'\n"
          "record f:3: QualityMethod: V, but no 400 covers intervals 1-24\n");
    CHECK(in_channel(v + "400,1,24,A\n400,20,24,A\n") ==
          "record f:5: 400 range 20-24 overlaps 1-24\nday E1 2026-01-01 V sum 24 scale 0 1-24:A\n");
}

TEST_CASE("400 beside a day that is not variable, and alone") {
    const std::string a = day(times("1", 24), "A,89,,,");
    CHECK(in_channel(a + "400,3,4,A,89,reset\n") == "day E1 2026-01-01 A sum 24 scale 0 1-2:A/89 3-4:A/89 5-24:A/89\n");
    CHECK(in_channel(a).find("warning f:3: ReasonCode: A with reason 89 of part of the day") == 0);
    CHECK(in_channel("400,1,24,A\n") == "record f:3: 400 with no valid 300\n");
    CHECK(in_channel("400,1,25,A\n") == "record f:3: 400 range 1-25 outside 1-24\n");
    CHECK(in_channel("400,0,2,A\n") == "record f:3: 400 range 0-2 outside 1-24\n");
    CHECK(in_channel("400,5,4,A\n") == "record f:3: 400 range 5-4 outside 1-24\n");
    CHECK(in_channel("400,,,F56,45\n") == "record f:3: StartInterval: 400 with '' for an interval\n");
    CHECK(log_of(kHead + "400,1,24,A\n" + kEnd) == kHeadLog + "record f:2: 400 with no valid 300\nend\n");
}

TEST_CASE("quality rules that cost nothing are warnings") {
    const auto with = [](std::string_view rest) { return in_channel(day(times("1", 24), rest)); };
    CHECK(with("A11,,,,").find("warning f:3: QualityMethod: A with a method\n") == 0);
    CHECK(with("S,1,,,").find("warning f:3: QualityMethod: S without a method\n") == 0);
    CHECK(with("F14,,,,").find("warning f:3: ReasonCode: F without a reason\n") == 0);
    CHECK(with("E52,5,,,").find("warning f:3: ReasonCode: E with a reason\n") == 0);
    CHECK(with("A,,,2026,").find("warning f:3: UpdateDateTime: '2026' is no yyyymmddHHMMSS\n") == 0);
}

TEST_CASE("500 follows its day") {
    CHECK(in_channel(day(times("1", 24), "A,,,,") + "500,N,SO1,20260101120000,001.5\n") ==
          "day E1 2026-01-01 A sum 24 scale 0 1-24:A\nb2b E1 N SO1 \n");
    CHECK(in_channel("500,Q,,,\n") == "warning f:3: TransCode: 'Q' is no transaction code\nb2b E1 Q  \n");
    CHECK(log_of(kHead + "500,N,,,\n" + kEnd) == kHeadLog + "record f:2: 500 with no valid 200\nend\n");
}

TEST_CASE("a bad 200 costs its channel, and is told once") {
    const std::string rest = day(times("1", 24), "V") + "400,1,24,A\n500,N,,,\n";
    const auto bad = [&](const std::string& channel) {
        return log_of(kHead + channel + rest + kChannel + day(times("1", 24), "A") + kEnd);
    };
    const std::string good = kChannelLog + "day E1 2026-01-01 A sum 24 scale 0 1-24:A\nend\n";
    CHECK(bad("200,,E1,1,E1,N1,M1,kWh,60,\n") == kHeadLog + "series f:2: NMI: is empty\n" + good);
    CHECK(bad("200,N,E1,1,,N1,M1,kWh,60,\n") == kHeadLog + "series f:2: NMISuffix: is empty\n" + good);
    CHECK(bad("200,N,E1,1,E1,N1,M1,m3,60,\n") == kHeadLog + "series f:2: UOM: 'm3' is no unit of the format\n" + good);
    CHECK(bad("200,N,E1,1,E1,N1,M1,kWh,7,\n") ==
          kHeadLog + "series f:2: IntervalLength: '7' is not 1, 5, 10, 15, 30 or 60 minutes\n" + good);
    CHECK(bad("200,N\n").starts_with(kHeadLog + "series f:2: NMISuffix: is empty\n"));
    Log log;
    log.summary = read_nem(kHead + "200,,E1,1,E1,N1,M1,kWh,60,\n" + rest + kEnd, "f", log);
    CHECK(log.summary.records_refused == 4);
    CHECK(log.summary.framing_ok);
    CHECK(log_of(kHead + day(times("1", 24), "A") + kEnd) == kHeadLog + "record f:2: 300 with no valid 200\nend\n");
}

TEST_CASE("framing of the file") {
    CHECK(log_of("") == "file f: is empty\n");
    CHECK(log_of(kHead + kEnd) == kHeadLog + "end\n");
    CHECK(log_of(kHead) == kHeadLog + "file f: no end (900) record: the file is cut off\n");
    CHECK(log_of(kHead + kEnd + kEnd) == kHeadLog + "file f: 2 end (900) records\nend\n");
    CHECK(log_of("\n" + kChannel + kEnd) ==
          "warning f:1: blank line\nfile f:2: no 100 header\n" + kChannelLog + "end\n");
    CHECK(log_of(kHead + kHead + kEnd) == kHeadLog + "file f:2: second 100 header\n" + kHeadLog + "end\n");
    CHECK(log_of("100,NEM14,202601010000,F,T\n900\n") ==
          "file f:1: VersionHeader: 'NEM14' is not NEM12 or NEM13\nheader NEM14 F T\nend\n");
    CHECK(log_of(kHead + "11,12\n" + kEnd) == kHeadLog + "record f:2: RecordIndicator: unknown record '11'\nend\n");
    CHECK(log_of(kHead + kEnd + "\n,,,\n \r\n") == kHeadLog + "end\n");
    CHECK(log_of(kHead + "250,x\n" + kEnd) == kHeadLog + "record f:2: RecordIndicator: 250 in a NEM12 file\nend\n");
    CHECK(log_of("100,NEM13,202601010000,F,T\n" + kChannel + kEnd) ==
          "header NEM13 F T\nrecord f:2: RecordIndicator: 200 in a NEM13 file\nend\n");
}

TEST_CASE("quotes, CRLF and padding change nothing") {
    const std::string plain = kHead + kChannel + day(times("1.5", 24), "S14,1,because,20260102000000,") + kEnd;
    std::string crlf, padded;
    for (char c : plain) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
    for (char c : plain) padded += c == '\n' ? std::string(",, ,\n") : std::string(1, c);
    CHECK(log_of(crlf) == log_of(plain));
    CHECK(log_of(padded) == log_of(plain));
    const std::string quoted =
        kHead + kChannel + day(times("1.5", 24), "S14,1,\"because, say \"\"they\"\"\",20260102000000,") + kEnd;
    CHECK(log_of(quoted) == log_of(plain));
    CHECK(log_of(kHead + "200,\"x\n" + kEnd) == kHeadLog + "record f:2: a quote is not closed\nend\n");
}

namespace {
const std::string kHead13 = "100,NEM13,202601010000,FROM,TO\n";
std::string log13(const std::string& records) {
    const std::string log = log_of(kHead13 + records + kEnd);
    return log.substr(21, log.size() - 25);
}
}  // namespace

TEST_CASE("NEM13 accumulations") {
    const std::string start = "250,N1,1,1,11,11,M1,";
    const std::string reads = "00100.5,20260101000000,A,,,00220.5,20260401000000,E64,,,";
    CHECK(log13(start + "E," + reads + "120.0,kWh,20260601,20260402000000,\n550,N,SO1,E,SO2\n") ==
          "accumulation N1 E 00100.5 -> 00220.5 E64 = 120 kWh\nb2b - E SO2 N\n");
    CHECK(log13(start + "I," + reads + "-1.2E2,KWH\n") == "accumulation N1 I 00100.5 -> 00220.5 E64 = -120 kWh\n");
    CHECK(log13(start + "X," + reads + "1,kWh\n550,N,,E,\n") ==
          "record f:2: DirectionIndicator: 'X' is neither I nor E\n");
    CHECK(log13(start + "E," + reads + "abc,kWh\n") == "record f:2: Quantity: 'abc' is not a decimal number\n");
    CHECK(log13(start + "E," + reads + "1,gal\n") == "record f:2: UOM: 'gal' is no unit of the format\n");
    CHECK(log13(start + "E\n") == "record f:2: 250 has 8 fields, needs 20\n");
    CHECK(log13(start + "E,x,20260101000000,A,,,1,20260401000000,A,,,1,kWh\n") ==
          "record f:2: PreviousRegisterRead: 'x' is no register reading\n");
    CHECK(log13(start + "E,1,20260101000000,A,,,1,20261301000000,A,,,1,kWh\n") ==
          "record f:2: CurrentRegisterReadDateTime: '20261301000000' is no yyyymmddHHMMSS\n");
    CHECK(log13(start + "E,1,20260101000000,V,,,1,20260401000000,A,,,1,kWh\n") ==
          "record f:2: PreviousQualityMethod: bad QualityMethod 'V'\n");
    CHECK(log13("550,N,,E,\n") == "record f:2: 550 with no valid 250\n");
}

TEST_CASE("units, whatever their case") {
    CHECK(nem_unit_of("MVARH") == NemUnit{NemUnitBase::varh, 6});
    CHECK(nem_unit_of("mwh") == NemUnit{NemUnitBase::wh, 6});
    CHECK(nem_unit_of("PF") == NemUnit{NemUnitBase::power_factor, 0});
    CHECK(!nem_unit_of("kW h"));
    CHECK(text_of(NemUnit{NemUnitBase::va, 3}) == "kVA");
}

TEST_CASE("the writer is exact, and its text reads back") {
    const std::string text = kHead + kChannel + day(times("1.5", 24), "V,,,20260102000000,") +
                             "400,1,10,A,,\n400,11,24,F14,76,text\n500,N,SO1,20260101120000,001.5\n" +
                             day(times("0", 23) + "0.000000001,", "S14,1,because,,") + kEnd;
    std::string written;
    Nem12Writer writer(written);
    struct Copy : NemVisitor {
        explicit Copy(Nem12Writer& to) : writer(to) {}
        Nem12Writer& writer;
        void header(const NemHeader& header) override { writer.header(header); }
        void channel(const NemChannel& channel) override { writer.channel(channel); }
        void interval_day(const NemChannel& channel, const NemDay& d) override { writer.interval_day(channel, d); }
        void b2b(const NemChannel*, const NemB2b& record) override { writer.b2b(record); }
        void end() override { writer.end(); }
        void problem(const Problem& problem) override { FAIL(text_of(problem)); }
    } copy(writer);
    read_nem(text, "f", copy);
    CHECK(written == text);
}

TEST_CASE("advances of a register") {
    const auto judge = [](std::string_view previous, std::string_view current, std::string_view quantity) {
        const auto judged = judge_advance({previous, current, quantity});
        REQUIRE(judged);
        return fmt::format("{} {} {}{}", text_of(judged->verdict), judged->dials, judged->difference,
                           judged->review ? " review" : "");
    };
    CHECK(judge("38973", "38982", "9") == "ok 5 9");
    CHECK(judge("99890", "02034", "2144") == "rollover 5 -97856");
    CHECK(judge("999999999999.00", "000000000009.00", "10.000") == "rollover 12 -999999999990");
    CHECK(judge("55278.0", "01739.0", "46461") == "rollover 5 -53539 review");
    CHECK(judge("43501", "44991", "-1490") == "negative of difference 5 1490 review");
    CHECK(judge("00105.4", "99110.5", "994.900") == "reverse 5 99005.1");
    CHECK(judge("113680", "114548", "868.294") == "rounded 6 868");
    CHECK(judge("290.00", "290.00", "-10.000") == "mismatch 3 0 review");
    CHECK(judge("0000950", "0010015", "65") == "mismatch 7 9065 review");
    CHECK(judge("00100", "00090", "-10") == "ok 5 -10 review");
    CHECK(judge("0", "0", "0") == "ok 1 0");
    CHECK(judge("1", "1201", "1.2E3") == "ok 4 1200");
    CHECK(judge_advance({"x", "1", "1"}).error() == "the previous reading 'x' is no decimal");
    CHECK(judge_advance({"1", "12345678901234567", "1"}).error().starts_with("the current reading"));
    CHECK(judge_advance({"1", "2", ""}).error() == "the quantity '' is no decimal");
}

TEST_CASE("check digit of an NMI") {
    CHECK(nmi_check_digit("2001985732") == 8);
    CHECK(nmi_check_digit("QAAAVZZZZZ") == 3);
    CHECK(nmi_check_digit("VKTS876510") == 8);
    CHECK(!nmi_check_digit("200198573"));
    CHECK(!nmi_check_digit("20019857 2"));
    CHECK(is_valid_nmi("20019857328"));
    CHECK(!is_valid_nmi("20019857327"));
    CHECK(!is_valid_nmi("200198573288"));
    CHECK(!is_valid_nmi(""));
}
