#include "billing/rebill_touched_service.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/json.hpp"
#include "base/json_writer.hpp"
#include "billing/resources.hpp"
#include "billing/touched.hpp"
#include "ledger/posting.hpp"
#include "org/command_log.hpp"

namespace mainspring::billing {

namespace {

// The first touched bill of an account: rebilling takes the later ones along.
struct Meant {
    std::string account_code;
    std::int64_t bill_number = 0;
};
using AllMeant = std::vector<Meant>;
using Found = std::expected<std::optional<AllMeant>, RebillProblem>;

// As kept with the command, and back: [["A1", 17], ...]
std::string pack(const AllMeant& all) {
    return json_list(all, [](const Meant& each) {
        return fmt::format("[{}, {}]", json_string(each.account_code), each.bill_number);
    });
}

AllMeant unpack(std::string_view text) {
    AllMeant all;
    const Json json = stored_json(text);
    for (const Json& row : json.items()) all.push_back({row.items().at(0).text(), row.items().at(1).integer()});
    return all;
}

AllMeant look(Pool& pool, const RebillTouchedOrder& order) {
    AllMeant all;
    std::pair<std::int32_t, std::int64_t> last;
    for (auto& bill :
         touched_bills(pool, {.legal_entity_id = order.command.bill.legal_entity_id, .progress = order.progress})) {
        const std::pair account{bill.cell.value, bill.account_id};
        if (account == last) continue;
        last = account;
        all.push_back({std::move(bill.account_code), bill.number});
    }
    return all;
}

Found find(Tx& tx, const org::Command& logged) {
    const auto known = org::find_command(tx, logged);
    if (!known) return std::unexpected(RebillProblem{RebillRefusal::command_reused, known.error()});
    if (!*known) return std::nullopt;
    return unpack(**known);
}

void keep(Tx& tx, const org::Command& logged, const org::Doer& doer, const RebillCommand& command,
          const AllMeant& meant) {
    org::record_command(tx, logged, doer, pack(meant));
    const std::string object = fmt::format("utility {}", command.bill.legal_entity_id);
    const std::string detail =
        fmt::format(R"({{"reason": {}, "accounts": {}}})", json_string(command.reason), meant.size());
    org::write_trail(tx, doer, {org::kNoCell, command.command_id, logged.kind, object, detail});
}

std::expected<AllMeant, RebillProblem> all_meant(Pool& pool, const Clock& clock, const RebillTouchedOrder& order) {
    const RebillCommand& command = order.command;
    const std::string request = fmt::format("{} {}", command.bill.legal_entity_id, request_text(command));
    const org::Command logged{org::kNoCell, command.command_id, "billing.rebill_touched", request};
    const auto known = [&]() -> Found {
        return with_tx(pool, TxOptions(), [&](Tx& tx) -> Found {
            if (const auto allowed = may_rebill(tx, command); !allowed) return std::unexpected(allowed.error());
            return find(tx, logged);
        });
    };
    auto before = known();
    if (!before) return std::unexpected(before.error());
    if (*before) return std::move(**before);
    AllMeant meant = look(pool, order);
    const org::Doer doer{command.actor_id, command.org_unit_id, clock.now()};
    try {
        with_tx(pool, TxOptions(), [&](Tx& tx) { keep(tx, logged, doer, command, meant); });
        return meant;
    } catch (const InDoubt&) {
        before = known();
        if (before && !*before) throw;
    } catch (const DbError& error) {
        // The same command came twice at the same time.
        if (!error.is_unique_violation()) throw;
        before = known();
    }
    if (!before) return std::unexpected(before.error());
    return std::move(**before);
}

}  // namespace

std::expected<RebilledAccounts, RebillProblem> rebill_touched(Pool& pool, const Clock& clock,
                                                              const RebillTouchedOrder& order) {
    const auto meant = all_meant(pool, clock, order);
    if (!meant) return std::unexpected(meant.error());
    LatestResources resources(pool);
    RebilledAccounts answer;
    std::int64_t done = 0;
    for (const auto& account : *meant) {
        RebillCommand command = order.command;
        command.bill.number = account.bill_number;
        command.command_id =
            ledger::derived_command(order.command.command_id, static_cast<std::uint32_t>(account.bill_number));
        auto result = rebill(pool, clock, command, resources);
        if (result)
            std::ranges::move(*result, std::back_inserter(answer.bills));
        else
            answer.refused.push_back({account.account_code, account.bill_number, std::move(result.error().text)});
        if (order.progress) order.progress({"rebill", ++done, static_cast<std::int64_t>(meant->size())});
    }
    return answer;
}

}  // namespace mainspring::billing
