#include "whatif/what_if_job.hpp"

#include <atomic>
#include <exception>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

#include "base/json_writer.hpp"
#include "billing/resources.hpp"
#include "org/org_service.hpp"
#include "pricebook/pricebook_service.hpp"
#include "tariff/tariff_text.hpp"
#include "whatif/report.hpp"

namespace mainspring::whatif {
namespace {

namespace fs = std::filesystem;

std::string text_at(const Json& object, std::string_view name) {
    const Json* found = object.find(name);
    return found != nullptr ? found->text() : "";
}

// A question that cannot be answered, found while it is worked at.
struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// {"replaces"?, "text"} or {"replaces"?, "tariff", "version"?}; without a version the last one in force.
class Replacements {
public:
    Replacements(Pool& pool, const billing::RunResources& resources) : pool_(pool), resources_(resources) {}

    Replacement of(const Json& stated) const {
        auto plan = plan_of(stated);
        std::string replaces = text_at(stated, "replaces");
        if (replaces.empty()) replaces = plan->key;
        if (!resources_.tariffs.contains(replaces)) throw Refused(fmt::format("No tariff '{}' is in force.", replaces));
        return {std::move(replaces), std::move(plan)};
    }

private:
    std::shared_ptr<const tariff::Plan> plan_of(const Json& stated) const {
        if (const std::string text = text_at(stated, "text"); !text.empty()) return compiled(text);
        const std::string key = text_at(stated, "tariff"), version = text_at(stated, "version");
        if (!version.empty()) {
            const auto text =
                with_tx(pool_, TxOptions(), [&](Tx& tx) { return pricebook::document_of(tx, {key, version}); });
            if (!text) throw Refused(fmt::format("There is no tariff {} {}.", key, version));
            return compiled(*text);
        }
        const auto found = resources_.tariffs.find(key);
        if (found == resources_.tariffs.end()) throw Refused(fmt::format("No tariff '{}' is in force.", key));
        return found->second.versions.back();
    }

    static std::shared_ptr<const tariff::Plan> compiled(const std::string& text) {
        auto plan = tariff::compile_tariff(text, "tariff.yaml");
        if (!plan) throw Refused(tariff::text_of(plan.error()));
        return std::make_shared<const tariff::Plan>(std::move(*plan));
    }

    Pool& pool_;
    const billing::RunResources& resources_;
};

std::int64_t number_at(const Json& object, std::string_view name, std::int64_t otherwise) {
    const Json* found = object.find(name);
    return found != nullptr ? found->integer() : otherwise;
}

WhatIfQuestion question_of(const jobs::Job& job, const Json& parameters) {
    WhatIfQuestion question;
    question.legal_entity_id = job.legal_entity_id;
    question.dates = {parse_date(parameters.at("from").text()).value(), parse_date(parameters.at("to").text()).value()};
    question.known_at = job.created_at;
    question.threshold_percent = static_cast<int>(number_at(parameters, "threshold", 10));
    question.listed = static_cast<std::size_t>(number_at(parameters, "listed", 50));
    return question;
}

// What the threads of a comparison call: the first thing that goes wrong in it ends the comparison.
class Calls {
public:
    explicit Calls(jobs::JobWork& work) : work_(work) {}

    WhatIfOptions options(int workers) {
        return {.workers = workers,
                .progress =
                    [this](const billing::Progress& p) {
                        try {
                            work_.progress({"rating", p.done, p.total});
                        } catch (...) {
                            if (!failed_) failed_ = std::current_exception();
                            stop_ = true;
                        }
                    },
                .beyond =
                    [this](std::span<const BeyondThreshold> found) {
                        for (const auto& one : found) customers_ += csv_row(customer_row(one.customer, one.account));
                    },
                .stop = [this] { return stop_ || work_.must_stop(); }};
    }
    void check() const {
        if (failed_) std::rethrow_exception(failed_);
    }
    const std::string& customers() const { return customers_; }

private:
    jobs::JobWork& work_;
    std::atomic<bool> stop_ = false;
    std::exception_ptr failed_;
    std::string customers_ = csv_row(customer_columns());
};

std::string workbook_of(const jobs::Job& job, const std::vector<Sheet>& sheets) {
    const fs::path file = fs::temp_directory_path() / fmt::format("what-if-{}.xlsx", format_uuid(job.command_id));
    write_workbook(file, sheets);
    std::ifstream in(file, std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(in), {});
    fs::remove(file);
    return bytes;
}

void keep_files(jobs::JobWork& work, const WhatIfAnswer& answer, const std::vector<Sheet>& sheets) {
    for (const Sheet& sheet : sheets) work.keep({sheet.name + ".csv", "text/csv", csv_of(sheet)});
    work.keep({"what-if.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
               workbook_of(work.job(), sheets)});
    for (const std::string& currency : currencies_of(answer.outcome)) {
        work.keep({fmt::format("revenue-{}.svg", currency), "image/svg+xml", revenue_chart(answer.outcome, currency)});
        work.keep({fmt::format("distribution-{}.svg", currency), "image/svg+xml",
                   distribution_chart(answer.outcome, currency)});
    }
}

std::string sheet_json(const Sheet& sheet) {
    return JsonObject()
        .text("name", sheet.name)
        .raw("columns", json_texts(sheet.columns))
        .list("numbers", sheet.is_number, [](bool number) { return std::string(number ? "true" : "false"); })
        .list("rows", sheet.rows, json_texts)
        .done();
}

jobs::JobEnd run(jobs::JobWork& work, const WhatIfJobParts& parts) {
    const Json parameters = stored_json(work.job().parameters_json);
    const WhatIfQuestion question = question_of(work.job(), parameters);
    work.progress({"reading", 0, 0});
    const auto resources = billing::load_resources(parts.pool, question.known_at);
    std::vector<Replacement> replacements;
    for (const Json& each : parameters.at("with").items())
        replacements.push_back(Replacements(parts.pool, resources).of(each));
    Calls calls(work);
    const auto answer =
        ask_what_if(parts.pool, resources, Scenario(replacements), question, calls.options(parts.workers));
    calls.check();
    if (!answer) return {.failed = true, .message = answer.error()};
    if (answer->stopped) throw jobs::Stopped();
    const auto sheets = sheets_of(*answer);
    work.keep({"customers.csv", "text/csv", calls.customers()});
    keep_files(work, *answer, sheets);
    return {.message = fmt::format("{} customers change by more than {} %", answer->beyond, question.threshold_percent),
            .result_json =
                JsonObject().list("sheets", sheets, sheet_json).number("beyond_threshold", answer->beyond).done()};
}

}  // namespace

void add_what_if_job(jobs::JobKinds& kinds, const WhatIfJobParts& parts) {
    kinds.add({.name = std::string(kWhatIfKind),
               .permission = org::Permission::look,
               .run = [parts](jobs::JobWork& work) { return run(work, parts); }});
}

std::optional<WhatIfObjection> objection_to(Tx& tx, const Json& body) {
    if (body.at("from").text() >= body.at("to").text())
        return WhatIfObjection{"body.to", "It must be later than the first day."};
    const auto& with = body.at("with").items();
    for (std::size_t i = 0; i < with.size(); ++i) {
        const std::string text = text_at(with[i], "text"), key = text_at(with[i], "tariff"),
                          version = text_at(with[i], "version"), field = fmt::format("body.with[{}]", i);
        if (text.empty() == key.empty()) return WhatIfObjection{field, "Say either a text or a tariff."};
        if (!text.empty()) {
            const auto plan = tariff::compile_tariff(text, "tariff.yaml");
            if (!plan) return WhatIfObjection{field + ".text", tariff::text_of(plan.error())};
        } else if (!version.empty() && !pricebook::document_of(tx, {key, version})) {
            return WhatIfObjection{field + ".version", fmt::format("There is no tariff {} {}.", key, version)};
        }
    }
    return std::nullopt;
}

}  // namespace mainspring::whatif
