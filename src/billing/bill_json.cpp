#include "billing/bill_json.hpp"

#include <fmt/format.h>

#include "base/json_writer.hpp"
#include "billing/bill_path.hpp"

namespace mainspring::billing {
namespace {

using document::Language;
using document::Words;

std::string_view text_of(document::ReadKind kind) {
    switch (kind) {
        case document::ReadKind::none: return "none";
        case document::ReadKind::actual: return "actual";
        case document::ReadKind::estimated: return "estimated";
        case document::ReadKind::customer: return "customer";
    }
    return "";
}

std::string_view text_of(document::BarKind kind) {
    switch (kind) {
        case document::BarKind::past: return "past";
        case document::BarKind::past_estimated: return "past_estimated";
        case document::BarKind::current: return "current";
        case document::BarKind::current_estimated: return "current_estimated";
    }
    return "";
}

std::string_view text_of(document::CommodityName commodity) {
    switch (commodity) {
        case document::CommodityName::electricity: return "electricity";
        case document::CommodityName::gas: return "gas";
        case document::CommodityName::water: return "water";
    }
    return "";
}

// An object whose empty members are left out.
class Sparse {
public:
    Sparse& text(std::string_view key, std::string_view value) {
        if (!value.empty()) json_.text(key, value);
        return *this;
    }
    JsonObject& always() { return json_; }

private:
    JsonObject json_;
};

class PageWriter {
public:
    PageWriter(const BillView& view, Language language) : view_(view), chinese_(language == Language::zh) {}

    std::string run() const {
        const auto& page = view_.page;
        Sparse json;
        json.always()
            .text("bill", path_of(view_.kind, view_.number))
            .text("number", page.bill_number)
            .text("kind", view_.kind == BillKind::bill ? "bill" : "credit_note")
            .text("account", view_.account)
            .text("customer", page.customer_name)
            .raw("address", json_texts(page.postal_address))
            .text("from", format_date(view_.period.from))
            .text("to", format_date(view_.period.to))
            .text("issued_on", format_date(view_.issued_on))
            .text("due_on", format_date(view_.due_on))
            .text("total", format_money(view_.total))
            .text("currency", view_.total.currency.text())
            .raw("flags", json_texts(flags()));
        add_neighbours(json.always());
        json.text("entry", view_.entry);
        json.always()
            .list("messages", page.messages, [this](const Words& words) { return json_string(word(words)); })
            .list("balances", page.balances, [this](const document::BalanceLine& line) {
                return JsonObject().text("text", word(line.text)).text("amount", line.amount).done();
            });
        json.text("amount_due", page.amount_due);
        return json.always()
            .list("sections", page.sections, [this](const document::BillSection& each) { return section(each); })
            .done();
    }

private:
    const std::string& word(const Words& words) const {
        if (chinese_) return words.zh.empty() ? words.en : words.zh;
        return words.en.empty() ? words.zh : words.en;
    }

    std::vector<std::string> flags() const {
        std::vector<std::string> names;
        if ((view_.flags & kEstimated) != 0) names.emplace_back("estimated");
        if ((view_.flags & kFinal) != 0) names.emplace_back("final");
        if ((view_.flags & kCorrected) != 0) names.emplace_back("corrected");
        if ((view_.flags & kZeroUse) != 0) names.emplace_back("zero_use");
        return names;
    }

    void add_neighbours(JsonObject& json) const {
        const auto add = [&](const char* key, BillKind kind, std::int64_t number) {
            if (number != 0) json.text(key, path_of(kind, number));
        };
        add("cancels", BillKind::bill, view_.cancels);
        add("replaces", BillKind::bill, view_.replaces);
        add("cancelled_by", BillKind::cancellation, view_.cancelled_by);
        add("replaced_by", BillKind::bill, view_.replaced_by);
        if (view_.replaced_total) json.text("replaced_total", format_money(*view_.replaced_total));
    }

    static std::string read(const document::ReadValue& value) {
        return JsonObject()
            .text("date", value.date)
            .text("value", value.value)
            .text("kind", text_of(value.kind))
            .done();
    }

    std::string meter(const document::MeterRow& row) const {
        Sparse json;
        json.always()
            .text("serial", row.serial)
            .text("register", word(row.register_name))
            .raw("previous", read(row.previous))
            .raw("current", read(row.current));
        json.text("multiplier", row.multiplier);
        return json.always().text("use", row.usage).text("unit", row.unit).done();
    }

    std::string line(const document::ChargeLine& line) const {
        Sparse json;
        json.always().text("text", word(line.text)).text("amount", line.amount);
        json.text("from", line.from).text("to", line.to);
        json.text("quantity", line.quantity).text("unit", line.unit).text("price", line.price);
        return json.always().done();
    }

    std::string group(const document::ChargeGroup& group) const {
        Sparse json;
        json.always()
            .text("title", word(group.title))
            .text("kind", group.kind == document::GroupKind::charges ? "charges" : "taxes")
            .list("lines", group.lines, [this](const document::ChargeLine& each) { return line(each); });
        return json.text("subtotal", group.subtotal).always().done();
    }

    static std::string chart(const document::UsageChart& chart) {
        return JsonObject()
            .text("unit", chart.unit)
            .list("bars", chart.bars,
                  [](const document::UsageBar& bar) {
                      return JsonObject()
                          .text("label", bar.label)
                          .text("value", bar.value)
                          .text("quantity", format_decimal(bar.micro, Quantity::kScale))
                          .text("kind", text_of(bar.kind))
                          .done();
                  })
            .done();
    }

    std::string section(const document::BillSection& section) const {
        return JsonObject()
            .text("commodity", text_of(section.commodity))
            .text("service_point", section.service_point)
            .text("address", section.supply_address)
            .text("tariff", word(section.tariff))
            .list("notes", section.meter_notes, [this](const Words& words) { return json_string(word(words)); })
            .list("meters", section.meters, [this](const document::MeterRow& each) { return meter(each); })
            .list("groups", section.groups, [this](const document::ChargeGroup& each) { return group(each); })
            .text("total", section.total)
            .raw("chart", chart(section.chart))
            .done();
    }

    const BillView& view_;
    bool chinese_;
};

}  // namespace

std::string bill_json(const BillView& view, Language language) { return PageWriter(view, language).run(); }

}  // namespace mainspring::billing
