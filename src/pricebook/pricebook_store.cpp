#include "pricebook/pricebook_store.hpp"

namespace mainspring::pricebook::store {

namespace {

const Statement kVersionsOf{"tariff.versions_of", R"(
    select version_id, key, version, state, file_name, effective, commodity, currency, document, sha256,
           activated_at, imported_by
    from tariff.version where $1 = '' or key = $1 order by key, effective, version_id)"};
const Statement kAnyActivated{
    "tariff.any_activated",
    "select exists (select from tariff.version where activated_at > $1 and activated_at <= $2)"};
const Statement kInsertDraft{"tariff.insert_draft", R"(
    insert into tariff.version (version_id, key, version, file_name, effective, commodity, currency, document, sha256,
                                imported_by, imported_at)
    select nextval('tariff.version_id'), v.* from (values ($1, $2, $3, $4::date, $5::int2, $6, $7, $8::bytea, $9::int4,
                                                          $10::timestamptz)) v)"};
const Statement kSetActive{"tariff.set_active", R"(
    update tariff.version set state = 'active', activated_by = $2, activated_at = $3
    where version_id = $1 and state = 'draft')"};

}  // namespace

std::vector<VersionRow> versions_of(Tx& tx, std::string_view key) {
    std::vector<VersionRow> rows;
    const Result result = tx.exec(kVersionsOf, key);
    for (const Row row : result) {
        VersionRow version;
        version.version_id = row.get<std::int64_t>(0);
        version.key = row.get<std::string>(1);
        version.version = row.get<std::string>(2);
        version.state = row.get<std::string>(3);
        version.file_name = row.get<std::string>(4);
        version.effective = row.get<Date>(5);
        version.commodity = row.get<std::int16_t>(6);
        version.currency = row.get<std::string>(7);
        version.document = row.get<std::string>(8);
        version.sha256 = row.get<std::vector<std::byte>>(9);
        version.activated_at = row.get<std::optional<Instant>>(10);
        version.imported_by = row.get<std::int32_t>(11);
        rows.push_back(std::move(version));
    }
    return rows;
}

bool any_activated(Tx& tx, Instant from, Instant to) { return tx.exec(kAnyActivated, from, to).one().get<bool>(0); }

void insert_draft(Tx& tx, const VersionRow& row, std::int32_t actor_id, Instant at) {
    tx.exec(kInsertDraft, row.key, row.version, row.file_name, row.effective, row.commodity, row.currency, row.document,
            row.sha256, actor_id, at);
}

bool set_active(Tx& tx, std::int64_t version_id, std::int32_t actor_id, Instant at) {
    return tx.exec(kSetActive, version_id, actor_id, at).affected() == 1;
}

}  // namespace mainspring::pricebook::store
