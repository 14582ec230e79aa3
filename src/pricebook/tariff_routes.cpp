#include "pricebook/tariff_routes.hpp"

#include <fmt/format.h>

#include "base/ensure.hpp"
#include "exchange/publish.hpp"
#include "pricebook/pricebook_service.hpp"
#include "pricebook/tariff_answer.hpp"
#include "pricebook/tariff_problem.hpp"

namespace mainspring::pricebook {
namespace {

using api::Call;
using api::Problem;
using http::Response;

constexpr std::string_view kUnnamed = "tariff.yaml";

std::string version_json(const StoredVersion& version, const Call& call) {
    return JsonObject()
        .text("tariff", version.key)
        .text("version", version.version)
        .text("effective", format_date(version.effective))
        .text("state", version.state)
        .text("commodity", mainspring::text_of(static_cast<Commodity>(version.commodity)))
        .text("currency", version.currency)
        .text("file_name", version.file_name)
        .raw("own_import", version.imported_by == call.caller.actor_id ? "true" : "false")
        .done();
}

VersionName named(const Call& call) { return {call.path_values.at(0), call.path_values.at(1)}; }

Problem unknown(const VersionName& name, const char* field) {
    return {404, "unknown_version", fmt::format("There is no tariff {} {}.", name.key, name.version), field};
}

StoredVersion stored_version(Tx& tx, const VersionName& name) {
    for (StoredVersion& version : list_versions(tx))
        if (version.key == name.key && version.version == name.version) return std::move(version);
    throw unknown(name, "path.version");
}

std::string document(Tx& tx, const VersionName& name, const char* field) {
    auto text = document_of(tx, name);
    if (!text) throw unknown(name, field);
    return *std::move(text);
}

tariff::TariffFile stored_file(const std::string& text) {
    auto file = tariff::read_tariff(text, kUnnamed);
    ensure(file.has_value(), "what is in the price book can be read");
    return *std::move(file);
}

// A page ends between tariffs, never between versions of one.
Response list(Call& call) {
    const auto versions = with_tx(call.people, TxOptions(), list_versions);
    const std::string after = call.query("after").value_or("");
    std::vector<std::string> rows;
    std::string last;
    std::int32_t tariffs = 0;
    bool more = false;
    for (const StoredVersion& version : versions) {
        if (version.key <= after) continue;
        if (version.key != last && tariffs == call.limit()) {
            more = true;
            break;
        }
        if (version.key != last) ++tariffs;
        last = version.key;
        rows.push_back(version_json(version, call));
    }
    JsonObject json;
    json.list("items", rows, [](const std::string& row) { return row; });
    if (more) json.text("next", last);
    return api::ok(json.done());
}

Response show(Call& call) {
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        const StoredVersion version = stored_version(tx, named(call));
        const std::string text = document(tx, named(call), "path.version");
        return api::ok(JsonObject()
                           .raw("version", version_json(version, call))
                           .text("text", text)
                           .raw("plan", plan_json(stored_file(text).plan))
                           .done());
    });
}

// The name that a text goes by: examples of other texts name it so.
TariffText text_of_body(const Json& body) {
    const std::string name = api::text_in(body, "file_name");
    return {name.empty() ? std::string(kUnnamed) : name, api::text_in(body, "text")};
}

Response check(Call& call) {
    const TariffText file = text_of_body(call.body);
    const auto plan = tariff::compile_tariff(file.text, file.file_name);
    const auto read_beside = with_tx(
        call.people, TxOptions(), [&](Tx& tx) { return read_beside_in_book(tx, plan ? plan->key : std::string("-")); });
    return api::ok(check_json(file, read_beside));
}

TariffCommand command_of(const Call& call) { return {{.actor_id = call.caller.actor_id}, *call.command_id}; }

std::string told(const Call& call, const std::expected<VersionName, TariffRefusal>& name) {
    if (!name) throw problem_of(name.error());
    return with_tx(call.people, TxOptions(), [&](Tx& tx) { return version_json(stored_version(tx, *name), call); });
}

Response import(Call& call) {
    return api::created(told(call, import_tariff(call.program, call.clock, text_of_body(call.body), command_of(call))));
}

Response activate_route(Call& call) {
    return api::ok(told(call, activate_version(call.program, call.clock, named(call), command_of(call))));
}

// One side of a comparison: a text, or a version of the price book.
struct Side {
    tariff::TariffFile file;
    rating::ReadBeside read_beside;
};

Side side_of(Tx& tx, const Json& body, const std::string& member) {
    const Json& stated = body.at(member);
    const std::string key = api::text_in(stated, "tariff"), version = api::text_in(stated, "version");
    std::string text = api::text_in(stated, "text");
    if (text.empty() == (key.empty() || version.empty()))
        throw Problem(422, "bad_request", "Say either a text, or a tariff and its version.", "body." + member);
    if (text.empty()) {
        auto found = document_of(tx, {key, version});
        if (!found) throw unknown({key, version}, "body");
        text = *std::move(found);
    }
    auto file = tariff::read_tariff(text, kUnnamed);
    if (!file) {
        std::string problems = tariff::text_of(file.error());
        problems.pop_back();
        throw Problem(422, "bad_text", problems, "body." + member + ".text");
    }
    auto read_beside = read_beside_in_book(tx, file->plan.key);
    return {*std::move(file), std::move(read_beside)};
}

Response diff(Call& call) {
    const auto [before, after] = with_tx(call.people, TxOptions(), [&](Tx& tx) {
        return std::pair(side_of(tx, call.body, "before"), side_of(tx, call.body, "after"));
    });
    return api::ok(
        difference_json(exchange::compare_tariffs({before.file, before.read_beside}, {after.file, after.read_beside})));
}

Response page(Call& call) {
    const std::string text =
        with_tx(call.people, TxOptions(), [&](Tx& tx) { return document(tx, named(call), "path.version"); });
    Response response;
    response.content_type = "text/html";
    response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    response.body = exchange::page_of(stored_file(text));
    return response;
}

Response published(Call& call) {
    return api::ok(exchange::json_of(
        with_tx(call.people, TxOptions(), [&](Tx& tx) { return document(tx, named(call), "path.version"); })));
}

// A text and its wrapping.
constexpr std::size_t kMostBody = 2 * tariff::kLongestTariffText + 100'000;

}  // namespace

void add_tariff_routes(api::Routes& routes) {
    using http::Method;
    const auto look = api::staff_who_may(org::Permission::look);
    const auto change = api::staff_who_may(org::Permission::change_tariffs);
    const std::string version = "/tariffs/{tariff}/versions/{version}";
    routes.add({Method::get, "/tariffs", look, list});
    routes.add({Method::post, "/tariffs", change, import, kMostBody});
    routes.add({Method::post, "/tariffs/check", look, check, kMostBody});
    routes.add({Method::post, "/tariffs/difference", look, diff, 2 * kMostBody});
    routes.add({Method::get, version, look, show});
    routes.add({Method::post, version + "/activation", change, activate_route});
    routes.add({Method::get, version + "/page", look, page});
    routes.add({Method::get, version + "/published", look, published});
}

}  // namespace mainspring::pricebook
