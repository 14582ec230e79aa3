#include "document/labels.hpp"

#include <array>

namespace mainspring::document {

namespace {

// In the order of Label.
constexpr std::array<LabelWords, kLabels> kWords{{
    {"Electricity bill", "电费账单"},
    {"Gas bill", "燃气费账单"},
    {"Water bill", "水费账单"},
    {"Utility bill", "综合账单"},
    {"Credit note", "红字账单"},
    {"Electricity", "电力"},
    {"Gas", "燃气"},
    {"Water", "水"},
    {"Account number", "户号"},
    {"Bill number", "账单编号"},
    {"Credit note no.", "红字账单编号"},
    {"Issued", "出账日期"},
    {"Due", "缴费截止日"},
    {"Billing period", "计费周期"},
    {"Supply address", "用能地址"},
    {"Service point", "供应点编号"},
    {"Tariff", "价格方案"},
    {"Amount due", "应缴金额"},
    {"Amount credited", "退还金额"},
    {"Amount charged", "补收金额"},
    {"Tax no.", "税号"},
    {"Bank", "开户银行"},
    {"Meter readings", "抄表记录"},
    {"Meter", "表号"},
    {"Register", "示数类型"},
    {"Previous reading", "上期示数"},
    {"Present reading", "本期示数"},
    {"Factor", "倍率"},
    {"Usage", "用量"},
    {"actual", "实抄"},
    {"estimated", "估抄"},
    {"customer", "自报"},
    {"Charges", "费用明细"},
    {"Charge", "项目"},
    {"Period", "起止日期"},
    {"Quantity", "数量"},
    {"Price", "单价"},
    {"Amount", "金额"},
    {"Subtotal", "小计"},
    {"Taxes", "税费"},
    {"Total", "合计"},
    {"Total of this bill", "本期账单合计"},
    {"Total of this credit note", "本红字账单合计"},
    {"Your usage", "用量走势"},
    {"estimated", "估算"},
    {"Payment slip", "缴费单"},
    {"Payable to", "收款单位"},
    {"Reference", "附言"},
    {"Scan to pay", "扫码缴费"},
    {"cut here", "沿虚线剪下"},
    {"Tariffs", "执行价格"},
    {"Page {} of {}", "第 {} 页，共 {} 页"},
    {"continued", "续"},
}};

}  // namespace

std::string_view text_of(Language language) {
    switch (language) {
        case Language::en: return "en";
        case Language::zh: return "zh";
        case Language::en_zh: return "en+zh";
    }
    return "";
}

std::expected<Language, std::string> language_of(std::string_view text) {
    for (const Language language : {Language::en, Language::zh, Language::en_zh}) {
        if (text == text_of(language)) return language;
    }
    return std::unexpected("language \"" + std::string(text) + "\" is none of en, zh, en+zh");
}

const LabelWords& words_of(Label label) { return kWords[static_cast<std::size_t>(label)]; }

std::string text_of(Label label, Language language, std::string_view between) {
    const LabelWords& words = words_of(label);
    switch (language) {
        case Language::en: return std::string(words.en);
        case Language::zh: return std::string(words.zh);
        case Language::en_zh: break;
    }
    return std::string(words.en) + std::string(between) + std::string(words.zh);
}

}  // namespace mainspring::document
