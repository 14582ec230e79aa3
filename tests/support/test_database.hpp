// A migrated database of its own for a test case: a clone of a template that is made once per set of migrations, in a
// private cluster that all test programs of a build share. Nothing outlives the tests: the clone is dropped at the end
// of the case, the cluster stops by itself some seconds after the last user.
//
//   TEST_CASE("…") {
//       TestDatabase database;
//       with_tx(database.app(), Isolation::read_committed, [&](Tx& tx) { … });
//   }
#pragma once
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "storage/cluster.hpp"
#include "storage/migrate.hpp"
#include "storage/pool.hpp"

namespace mainspring {

// The program that has `supervise`, for tests that make clusters of their own.
std::filesystem::path test_supervisor_program();

class TestDatabase {
public:
    // With the program's migrations, or with others (a scratch schema).
    TestDatabase();
    explicit TestDatabase(std::span<const EmbeddedText> migrations);
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    Pool& superuser() { return *superuser_; }
    Pool& owner() { return *owner_; }
    Pool& app() { return *app_; }
    Pool& people() { return *people_; }  // bound by row-level security
    Pool& read() { return *read_; }
    const std::string& name() const { return name_; }
    // As this role ("mainspring_app" …), for a connection or pool of the test's own making.
    ConnectionOptions connection(std::string_view role) const;

private:
    std::string name_;
    std::unique_ptr<Pool> superuser_, owner_, app_, people_, read_;
};

}  // namespace mainspring
