// Bills for the tests: one in English, one in both languages, gas, two commodities.
#pragma once
#include <fmt/format.h>

#include "document/bill_page.hpp"

namespace mainspring::document {

inline UsageChart sample_chart(std::string unit, int bars) {
    UsageChart chart{std::move(unit), {}};
    constexpr int kUse[] = {212, 198, 240, 263, 301, 388, 421, 395, 280, 233, 221, 310, 356};
    for (int i = 0; i < bars; ++i) {
        const bool is_last = i + 1 == bars;
        const BarKind kind = is_last ? BarKind::current : i == 4 || i == 9 ? BarKind::past_estimated : BarKind::past;
        chart.bars.push_back({fmt::format("{:02}/{}", (i + 5) % 12 + 1, i < 7 ? 25 : 26), std::to_string(kUse[i]),
                              std::int64_t{kUse[i]} * 1'000'000, kind});
    }
    return chart;
}

// tidy: flat-list
inline BillPage latin_bill() {
    BillPage bill;
    bill.utility = {
        {"Northmoor Energy", ""},
        {"Quayside House, 14 Harbour Road", "Northmoor NM2 7QX"},
        {"Customer service 0800 555 0144 (Mon–Fri 8–18)", "help@northmoor-energy.example", "northmoor-energy.example"},
        "GB 123 4567 89",
        "IBAN GB29 NWBK 6016 1331 9268 19 · BIC NWBKGB2L",
        {"NE", {0x1b, 0x55, 0x6b}}};
    bill.customer_name = "Mrs Eleanor Whitcombe-Ashworth";
    bill.postal_address = {"Flat 3, The Old Granary", "27 Millbrook Lane", "Little Hampden", "Northmoor NM4 1AB"};
    bill.account_number = "1000 4471 203";
    bill.bill_number = "2026-0048213";
    bill.issued_on = "2026-07-03";
    bill.due_on = "2026-07-17";
    bill.period_from = "2026-06-01";
    bill.period_to = "2026-06-30";
    bill.currency = "GBP";
    BillSection section;
    section.supply_address = "Flat 3, The Old Granary, 27 Millbrook Lane, Little Hampden, NM4 1AB";
    section.service_point = "15 0000 4471 203";
    section.tariff = {"Home Two-Rate", ""};
    section.meters = {{"E21 0044 8713",
                       {"day", "昼"},
                       {"2026-06-01", "18 204.6", ReadKind::actual},
                       {"2026-07-01", "18 447.2", ReadKind::actual},
                       "1",
                       "242.6",
                       "kWh"},
                      {"E21 0044 8713",
                       {"night", "夜"},
                       {"2026-06-01", "9 310.95", ReadKind::estimated},
                       {"2026-07-01", "9 424.35", ReadKind::customer},
                       "1",
                       "113.4",
                       "kWh"}};
    section.groups = {{{"Energy", "电费"},
                       GroupKind::charges,
                       {{{"Day units, tier 1", ""}, "2026-06-01", "2026-06-30", "120", "kWh", "0.24350", "29.22"},
                        {{"Day units, tier 2", ""}, "2026-06-01", "2026-06-30", "122.6", "kWh", "0.26125", "32.03"},
                        {{"Night units", ""}, "2026-06-01", "2026-06-30", "113.4", "kWh", "0.13100", "14.86"},
                        {{"Standing charge", ""}, "2026-06-01", "2026-06-30", "30", "days", "0.53420", "16.03"},
                        {{"Low-carbon obligation", ""}, "2026-06-01", "2026-06-30", "356", "kWh", "0.00780", "2.78"},
                        {{"Direct debit discount", ""}, "2026-06-01", "2026-06-30", "92.14", "GBP", "2 %", "-1.84"}},
                       "93.08"},
                      {{"Taxes", "税费"},
                       GroupKind::taxes,
                       {{{"Value added tax at 5 %", ""}, "", "", "93.08", "GBP", "5 %", "4.65"}},
                       "4.65"}};
    section.total = "97.73";
    section.chart = sample_chart("kWh", 13);
    bill.sections = {section};
    bill.total = "97.73";
    bill.balances = {{{"Balance of your last bill", "上期余额"}, "84.10"},
                     {{"Payment received 2026-06-15, thank you", "已收"}, "-84.10"}};
    bill.amount_due = "97.73";
    bill.messages = {
        {"The previous night reading was estimated; this bill puts it right with the reading you gave us.", ""}};
    bill.slip = PaymentSlip{{"Northmoor Energy", ""},
                            "IBAN GB29 NWBK 6016 1331 9268 19",
                            "10004471203 / 2026-0048213",
                            "BCD\n002\n1\nSCT\nNWBKGB2L\nNorthmoor Energy\nGB29NWBK60161331926819\nEUR97.73\n\n\n"
                            "10004471203 2026-0048213\n"};
    bill.tariffs = {"Home Two-Rate, version 2026-04 (from 2026-04-01)"};
    bill.legal = {
        {"Not satisfied? Write to us; after 8 weeks the Energy Ombudsman decides free of charge. Northmoor Energy "
         "Supply Ltd, registered in Northmoor no. 4471120.",
         ""}};
    return bill;
}

// tidy: flat-list
inline BillPage chinese_bill(Language language) {
    BillPage bill;
    bill.language = language;
    bill.utility = {{"Xihu Power Supply Company", "西湖供电公司"},
                    {"杭州市西湖区文三路 478 号", "邮编 310013"},
                    {"服务热线 95598（24 小时）", "www.xihu-power.example"},
                    "91330106MA2H0000XX",
                    "",
                    {"西湖", {0x00, 0x5f, 0x56}}};
    bill.customer_name = "诸葛晓明";
    bill.postal_address = {"浙江省杭州市西湖区翠苑街道", "翠苑三区 12 幢 2 单元 501 室", "310012"};
    bill.account_number = "3301 0067 8842";
    bill.bill_number = "ZJ-2026-07-0091427";
    bill.issued_on = "2026-08-03";
    bill.due_on = "2026-08-20";
    bill.period_from = "2026-07-01";
    bill.period_to = "2026-07-31";
    bill.currency = "CNY";
    BillSection section;
    section.supply_address = "杭州市西湖区翠苑三区 12 幢 2 单元 501 室";
    section.service_point = "330100678842-01";
    section.tariff = {"Residential, monthly steps", "居民生活用电（一户一表，阶梯电价）"};
    section.meters = {{"3340001122334455",
                       {"total", "总"},
                       {"2026-07-01", "12480", ReadKind::actual},
                       {"2026-08-01", "12901.5", ReadKind::estimated},
                       "1",
                       "421.5",
                       "kWh"}};
    section.groups = {
        {{"Energy", "电度电费"},
         GroupKind::charges,
         {{{"Energy, tier 1 (up to 230 kWh)", "第一档电量电费"},
           "2026-07-01",
           "2026-07-31",
           "230",
           "kWh",
           "0.538",
           "123.74"},
          {{"Energy, tier 2 (up to 400 kWh)", "第二档电量电费"},
           "2026-07-01",
           "2026-07-31",
           "170",
           "kWh",
           "0.588",
           "99.96"},
          {{"Energy, tier 3", "第三档电量电费"}, "2026-07-01", "2026-07-31", "21.5", "kWh", "0.838", "18.02"}},
         "241.72"},
        {{"Taxes", "代征基金"},
         GroupKind::taxes,
         {{{"Reservoir resettlement fund", "大中型水库移民后期扶持资金"},
           "2026-07-01",
           "2026-07-31",
           "421.5",
           "kWh",
           "0.0062",
           "2.61"}},
         "2.61"}};
    section.total = "244.33";
    section.chart = sample_chart("kWh", 13);
    section.chart.bars.back().kind = BarKind::current_estimated;
    bill.sections = {section};
    bill.total = "244.33";
    bill.messages = {{"This bill rests on an estimated reading. Your next actual reading corrects it by itself.",
                      "本期示数为估抄，下次实抄后系统将自动更正差额。"}};
    bill.slip = PaymentSlip{bill.utility.name, "工商银行杭州文三路支行 1202 0000 0990 0123 456", "户号 330100678842",
                            "https://pay.xihu-power.example/b/ZJ-2026-07-0091427?a=244.33&c=4F7A"};
    bill.tariffs = {"居民生活用电 2026（2026-01-01 起执行）"};
    bill.legal = {{"Complaints: 12398", "监督电话 12398。电价执行依据：浙价资〔2012〕230 号。"}};
    return bill;
}

inline BillPage gas_bill() {
    BillPage bill = latin_bill();
    bill.utility.logo = {"SG", {0xc0, 0x4a, 0x12}};
    bill.utility.name = {"Stadtgas Lindenau GmbH", ""};
    bill.customer_name = "Łukasz Wójcik";
    bill.balances.clear();
    bill.messages = {{"Final bill: your agreement ended on 2026-06-18. Thank you for having been our customer.", ""},
                     {"This bill replaces bill no. 2026-0047790, which was based on a wrong reading.", ""}};
    BillSection& section = bill.sections[0];
    section.commodity = CommodityName::gas;
    section.tariff = {"Gas Standard", ""};
    section.meters = {{"G4-7730012",
                       {"total", ""},
                       {"2026-06-01", "4811.204", ReadKind::actual},
                       {"2026-06-18", "4829.771", ReadKind::actual},
                       "1",
                       "18.567",
                       "m³"}};
    section.meter_notes = {
        {"18.567 m³ × volume factor 1.02264 × calorific value 39.4 MJ/m³ ÷ 3.6 = 207.803716 kWh", ""}};
    section.groups = {{{"Energy", ""},
                       GroupKind::charges,
                       {{{"Gas", ""}, "2026-06-01", "2026-06-17", "207.803716", "kWh", "0.0612", "12.72"},
                        {{"Standing charge", ""}, "2026-06-01", "2026-06-17", "17", "days", "0.28", "4.76"}},
                       "17.48"},
                      {{"Taxes", ""},
                       GroupKind::taxes,
                       {{{"Value added tax at 5 %", ""}, "", "", "17.48", "GBP", "5 %", "0.87"}},
                       ""}};
    section.total = bill.total = bill.amount_due = "18.35";
    section.chart = sample_chart("kWh", 12);
    bill.tariffs = {"Gas Standard, version 2026-04 (from 2026-04-01)"};
    return bill;
}

// Electricity with many time-of-use lines, and water.
inline BillPage long_bill() {
    BillPage bill = latin_bill();
    auto& lines = bill.sections[0].groups[0].lines;
    const auto line = lines[0];
    for (int i = 0; i < 34; ++i) {
        lines.push_back(line);
        lines.back().text.en = fmt::format("Season {}, period {}", i / 3 + 1, i % 3 + 1);
        lines.back().amount = fmt::format("{}.{:02}", i * 37, i);
    }
    BillSection water = gas_bill().sections[0];
    water.commodity = CommodityName::water;
    water.meter_notes.clear();
    bill.sections.push_back(water);
    return bill;
}

}  // namespace mainspring::document
