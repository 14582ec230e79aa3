#include "office/search_routes.hpp"

#include <fmt/format.h>
#include <set>

#include "base/json_writer.hpp"
#include "billing/bill_path.hpp"
#include "customer/account_list_service.hpp"
#include "customer/billing_stream.hpp"
#include "metering/meter_search_service.hpp"
#include "org/org_service.hpp"

namespace mainspring::office {
namespace {

using api::Call;

struct Hit {
    const char* kind = "account";
    std::int32_t legal_entity_id = 0;
    std::string account, bill, service_point, title, detail;
};

std::string joined(const std::vector<std::string>& lines) { return fmt::format("{}", fmt::join(lines, ", ")); }

Hit account_hit(const customer::ListedAccount& row) {
    return {.legal_entity_id = row.legal_entity_id,
            .account = row.code,
            .bill = {},
            .service_point = {},
            .title = row.name.empty() ? row.code : row.name,
            .detail = joined(row.address)};
}

// What the text can mean, the likeliest first. Row-level security leaves only what the caller may see.
class Search {
public:
    struct Asked {
        std::string text;
        Date today;
        std::int32_t limit = 10;
        std::vector<std::string> prefixes;  // of bill numbers
    };
    Search(Tx& tx, Asked asked)
        : tx_(tx),
          text_(std::move(asked.text)),
          today_(asked.today),
          limit_(asked.limit),
          prefixes_(std::move(asked.prefixes)) {}

    std::vector<Hit> run() {
        add_accounts(customer::accounts_by_code(tx_, search()));
        add_bills();
        add_points();
        add_accounts(customer::accounts_by_name(tx_, search()));
        add_accounts(customer::accounts_by_address(tx_, search()));
        if (hits_.size() > static_cast<std::size_t>(limit_)) hits_.resize(static_cast<std::size_t>(limit_));
        return std::move(hits_);
    }

private:
    customer::AccountSearch search() const { return {.begins = text_, .limit = limit_}; }

    void add_accounts(const std::vector<customer::ListedAccount>& rows) {
        for (const auto& row : rows)
            if (seen_.emplace(row.legal_entity_id, row.code).second) hits_.push_back(account_hit(row));
    }

    // As printed, "CN-SV00000012", or the bare number.
    void add_bills() {
        std::string_view number = text_;
        if (number.starts_with("CN-")) number.remove_prefix(3);
        for (const std::string& prefix : prefixes_)
            if (!prefix.empty() && number.starts_with(prefix)) {
                number.remove_prefix(prefix.size());
                break;
            }
        if (number.empty() || number.size() > 12 || number.find_first_not_of("0123456789") != std::string::npos) return;
        for (const auto& each : billing::bills_numbered(tx_, std::stoll(std::string(number)), limit_))
            hits_.push_back({.kind = "bill",
                             .legal_entity_id = each.legal_entity_id,
                             .account = customer::account_code(tx_, each.owner.cell, each.owner.account_id),
                             .bill = billing::path_of(each.bill.kind, each.bill.number),
                             .service_point = {},
                             .title = text_,
                             .detail = {}});
    }

    void add_points() {
        for (const auto& found : metering::find_points(tx_, text_, customer::end_of_prefix(text_), limit_)) {
            const auto account = customer::account_of_point(tx_, found.cell, found.service_point_id, today_);
            hits_.push_back({.kind = found.serial.empty() ? "service_point" : "meter",
                             .legal_entity_id = found.legal_entity_id,
                             .account = account ? account->code : "",
                             .bill = {},
                             .service_point = found.service_point,
                             .title = found.serial.empty() ? found.service_point : found.serial,
                             .detail = account ? account->name : ""});
        }
    }

    Tx& tx_;
    std::string text_;
    Date today_;
    std::int32_t limit_;
    std::vector<std::string> prefixes_;
    std::vector<Hit> hits_;
    std::set<std::pair<std::int32_t, std::string>> seen_;
};

std::string hit_json(const Hit& hit, const std::map<std::int32_t, std::string>& utilities) {
    JsonObject json;
    json.text("kind", hit.kind).text("utility", utilities.at(hit.legal_entity_id));
    if (!hit.account.empty()) json.text("account", hit.account);
    if (!hit.bill.empty()) json.text("bill", hit.bill);
    if (!hit.service_point.empty()) json.text("service_point", hit.service_point);
    json.text("title", hit.title);
    if (!hit.detail.empty()) json.text("detail", hit.detail);
    return json.done();
}

http::Response search(Call& call) {
    const Date today = std::chrono::floor<std::chrono::days>(call.clock.now());
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        std::map<std::int32_t, std::string> utilities;
        std::vector<std::string> prefixes;
        for (const auto& utility : org::all_utilities(tx))
            if (org::may_see_utility(tx, call.caller.actor_id, utility.legal_entity_id)) {
                utilities[utility.legal_entity_id] = utility.code;
                prefixes.push_back(utility.bill_prefix);
            }
        auto hits = Search(tx, {*call.query("q"), today, call.limit(), std::move(prefixes)}).run();
        std::erase_if(hits, [&](const Hit& hit) { return !utilities.contains(hit.legal_entity_id); });
        return api::ok(
            JsonObject().list("items", hits, [&](const Hit& hit) { return hit_json(hit, utilities); }).done());
    });
}

}  // namespace

void add_search_routes(api::Routes& routes) {
    routes.add({http::Method::get, "/search", api::staff_who_may(org::Permission::look), search});
}

}  // namespace mainspring::office
