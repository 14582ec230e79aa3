#include "storage/migrate.hpp"

#include <charconv>
#include <fmt/core.h>
#include <openssl/evp.h>

namespace mainspring {

namespace {

struct Migration {
    std::int32_t number = 0;
    std::string_view name;
    std::string_view text;
    std::string sha256;
};

struct Applied {
    std::string name;
    std::string sha256;
};

using Problem = std::unexpected<MigrationProblem>;

std::string sha256_hex(std::string_view text) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    ensure(EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr) == 1, "SHA-256 works");
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
    return hex;
}

// "0001_foundation.sql" -> 1; 0 for any other shape.
std::int32_t number_of(std::string_view name) {
    std::int32_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + std::min<std::size_t>(4, name.size()), number);
    const bool fits =
        error == std::errc{} && end == name.data() + 4 && name.size() > 9 && name[4] == '_' && name.ends_with(".sql");
    return fits ? number : 0;
}

std::expected<std::vector<Migration>, MigrationProblem> numbered(std::span<const EmbeddedText> files) {
    std::vector<Migration> migrations;
    for (const EmbeddedText& file : files)
        migrations.push_back({number_of(file.name), file.name, file.text, sha256_hex(file.text)});
    std::sort(migrations.begin(), migrations.end(),
              [](const Migration& a, const Migration& b) { return a.name < b.name; });
    for (std::size_t i = 0; i < migrations.size(); ++i)
        if (migrations[i].number != static_cast<std::int32_t>(i + 1))
            return Problem({MigrationRefusal::bad_name,
                            fmt::format("migration {} should be named {:04}_….sql: numbers run from 0001 without a gap",
                                        migrations[i].name, i + 1)});
    return migrations;
}

void make_table(Connection& connection) {
    const Result there = connection.exec_once("select 1 where to_regclass('storage.migration') is not null");
    if (!there.empty()) return;
    connection.exec_script(
        "create schema if not exists storage;"
        "create table storage.migration (number integer primary key, name text not null, sha256 text not null,"
        " applied_at timestamptz not null default clock_timestamp())");
}

std::map<std::int32_t, Applied> read_applied(Connection& connection) {
    std::map<std::int32_t, Applied> applied;
    const Result rows = connection.exec_once("select number, name, sha256 from storage.migration");
    for (const Row row : rows) applied[row.get<std::int32_t>(0)] = {row.get<std::string>(1), row.get<std::string>(2)};
    return applied;
}

std::optional<MigrationProblem> find_problem(const std::vector<Migration>& known,
                                             const std::map<std::int32_t, Applied>& applied) {
    for (const auto& [number, was] : applied) {
        if (number > static_cast<std::int32_t>(known.size()))
            return MigrationProblem{MigrationRefusal::database_is_newer,
                                    fmt::format("the database has migration {}, which this program does not know: "
                                                "use the newer program",
                                                was.name)};
        const Migration& now = known[static_cast<std::size_t>(number - 1)];
        if (now.sha256 != was.sha256)
            return MigrationProblem{
                MigrationRefusal::changed_file,
                fmt::format("migration {} differs from what was run as {}: a released file is never "
                            "changed, write a new one",
                            now.name, was.name)};
    }
    return std::nullopt;
}

void run_one(Connection& connection, const Migration& migration) {
    try {
        connection.exec_script("begin");
        connection.exec_script(migration.text);
        connection.exec_once("insert into storage.migration (number, name, sha256) values ($1, $2, $3)",
                             migration.number, migration.name, migration.sha256);
        connection.exec_script("commit");
    } catch (const DbError& error) {
        if (connection.is_open() && connection.in_transaction()) connection.exec_script("rollback");
        throw DbError({.sqlstate = error.sqlstate(),
                       .message = fmt::format("{}: {}", migration.name, error.message()),
                       .detail = error.detail(),
                       .constraint = error.constraint()});
    }
}

// Held until the end of the session or of the scope, over the transactions of all files.
class MigrationLock {
public:
    explicit MigrationLock(Connection& connection) : connection_(connection) {
        connection_.exec_script("set lock_timeout = 0; set statement_timeout = 0");
        connection_.exec_once("select pg_advisory_lock($1)", kKey);
    }
    ~MigrationLock() {
        try {
            connection_.exec_once("select pg_advisory_unlock($1)", kKey);
        } catch (const std::exception&) {
            // A lost session has given its lock back already.
        }
    }
    MigrationLock(const MigrationLock&) = delete;
    MigrationLock& operator=(const MigrationLock&) = delete;

private:
    static constexpr std::int64_t kKey = 0x6d61696e73707267;  // "mainsprg"
    Connection& connection_;
};

}  // namespace

std::expected<std::vector<std::string>, MigrationProblem> migrate(Connection& connection,
                                                                  std::span<const EmbeddedText> files) {
    const auto known = numbered(files);
    if (!known) return Problem(known.error());
    const MigrationLock lock(connection);
    make_table(connection);
    const auto applied = read_applied(connection);
    if (auto problem = find_problem(*known, applied)) return Problem(std::move(*problem));
    std::vector<std::string> run;
    for (const Migration& migration : *known) {
        if (applied.contains(migration.number)) continue;
        run_one(connection, migration);
        run.emplace_back(migration.name);
    }
    return run;
}

void grant_privileges(Connection& connection) {
    ensure(embedded_roles().back().name == "roles.sql", "the privileges are the last of the role files");
    // The comment tells what was granted last: most programs that start find nothing to do and write nothing, so that
    // they disturb neither each other nor a disk that is full.
    const std::string mark = fmt::format("privileges {}{}", migrations_checksum(embedded_migrations()),
                                         migrations_checksum(embedded_roles()));
    const auto are_granted = [&] {
        return !connection
                    .exec_once("select 1 where obj_description(to_regnamespace('storage'), 'pg_namespace') = $1", mark)
                    .empty();
    };
    if (are_granted()) return;
    const MigrationLock lock(connection);
    if (are_granted()) return;
    connection.exec_script(
        fmt::format("{};grant usage on schema storage to mainspring_app, mainspring_web, mainspring_read;"
                    "grant select on storage.migration to mainspring_app, mainspring_web, mainspring_read;"
                    "comment on schema storage is '{}'",
                    embedded_roles().back().text, mark));
}

std::string migrations_checksum(std::span<const EmbeddedText> migrations) {
    std::string all;
    for (const EmbeddedText& file : migrations) all += fmt::format("{} {}\n", file.name, sha256_hex(file.text));
    return sha256_hex(all);
}

}  // namespace mainspring
