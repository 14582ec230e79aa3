"""Plants each violation that tools/tidy knows in a small tree and sees that it is found, and that clean code is not."""
import hashlib
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
ROOMS = """room(base)
room(money DEPENDS base)
room(storage DEPENDS base LIBS PkgConfig::libpq)
room(customer DEPENDS storage)
room(ledger DEPENDS money storage)
room(billing DEPENDS ledger customer)  # a comment
program(mainspring src/main DEPENDS billing)
"""
# In pieces, so that this file does not hold what tidy refuses everywhere.
MARKER = "TO" + "DO"
MACHINE_PATH = "/wo" + "rk/main/x"
MACHINE_NAME = "fa" + "rm-7"
NEIGHBOUR = "../sha" + "red/data"


class TidyTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("CMakeLists.txt", ROOMS)

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def tidy(self):
        run = subprocess.run([sys.executable, PROJECT / "tools/tidy", self.root], capture_output=True, text=True)
        self.assertEqual(run.stderr, "")
        self.assertEqual(run.returncode, 1 if run.stdout else 0)
        return run.stdout

    def assert_found(self, path, text, *expected):
        """The file gives exactly one finding a line of `expected` ("line: words of the message")."""
        self.write(path, text)
        lines = [line for line in self.tidy().splitlines() if line.startswith(f"{path}:")]
        self.assertEqual(len(lines), len(expected), "\n".join(lines))
        for line, wanted in zip(lines, expected):
            number, words = wanted.split(": ", 1)
            self.assertTrue(line.startswith(f"{path}:{number}: "), line)
            self.assertIn(words, line)
        for line in lines:
            self.assertRegex(line, r"use |move|add|finish", "a finding names what to do instead")

    def test_clean_code_gives_nothing(self):
        self.write("src/base/clock.hpp", "#pragma once\nstruct Clock { virtual int now() const = 0; };\n")
        self.write("src/base/clock.cpp", '#include "base/clock.hpp"\nauto t = std::chrono::system_clock::now();\n')
        self.write("src/ledger/journal.cpp", '#include "base/clock.hpp"\n#include <boost/json.hpp>\n'
                   '// double entry, float, rand(), assert(x), std::format\n'
                   'const char* text = "double assert(x) co_await";\n'
                   "int f(const Clock& clock) { return clock.now() + 1'000'000; }  // what's left\n"
                   "static_assert(sizeof(int) == 4);\n")
        self.write("db/migrations/0001_start.sql", "create table t (made timestamptz DEFAULT now());  -- now()\n")
        self.assertEqual(self.tidy(), "")

    # --- the order of the house ---
    def test_room_outside_the_closure(self):
        self.write("src/customer/party.hpp", "")
        self.assert_found("src/ledger/a.cpp", '#include "customer/party.hpp"\n',
                          "1: may not include customer/party.hpp")

    def test_closure_is_transitive(self):
        self.write("src/base/id.hpp", "")
        self.assert_found("src/billing/a.cpp", '#include "base/id.hpp"\n')

    def test_pure_room_may_not_reach_storage(self):
        self.write("src/storage/tx.hpp", "")
        self.assert_found("src/money/a.cpp", '#include "storage/tx.hpp"\n#include <libpq-fe.h>\n',
                          "1: may not include storage/tx.hpp", "2: libpq outside the storage room")

    def test_cycle_of_rooms(self):
        self.assert_found("CMakeLists.txt", "room(base DEPENDS money)\nroom(money DEPENDS base)\n", "1: not above it")

    def test_store_of_another_room(self):
        self.write("src/customer/account_store.hpp", "")
        self.write("src/customer/account_service.hpp", "")
        self.write("src/customer/account_store.cpp", '#include "customer/account_store.hpp"\n')
        self.assert_found("src/billing/a.cpp",
                          '#include "customer/account_service.hpp"\n#include "customer/account_store.hpp"\n',
                          "2: private to room customer")

    def test_internal_header_of_another_room(self):
        self.write("src/storage/connection_internal.hpp", "#include <libpq-fe.h>\n")
        self.write("src/storage/a.cpp", '#include "storage/connection_internal.hpp"\n')
        self.assertEqual(self.tidy(), "")
        self.assert_found("src/ledger/a.cpp", '#include "storage/connection_internal.hpp"\n', "1: private to room")

    def test_http_edge_of_another_room(self):
        self.write("src/customer/account_routes.hpp", "")
        self.assert_found("src/billing/a.cpp", '#include "customer/account_routes.hpp"\n', "1: HTTP edge")
        self.assert_found("src/main/main.cpp", '#include "customer/account_routes.hpp"\n')

    def test_folder_that_is_no_room(self):
        self.assert_found("src/cellar/a.cpp", "", "1: is no room")

    def test_heavy_headers(self):
        for name in ("boost/json.hpp", "yaml-cpp/yaml.h", "absl/time/time.h", "cairo.h", "cairo/cairo.h",
                     "pango/pangocairo.h", "openssl/evp.h", "zip.h", "qrencode.h", "CLI/CLI.hpp"):
            with self.subTest(name):
                self.write("src/ledger/a.cpp", f'#include "ledger/a.hpp"\n#include <{name}>\n')
                self.assert_found("src/ledger/a.hpp", f"#include <{name}>\n", "1: heavy header")

    def test_dead_header(self):
        self.assert_found("src/money/a.hpp", '#include "money/a.hpp"\n', "1: nobody includes this header")

    # --- words ---
    def test_banned_words(self):
        for code, words in {
            "auto t = std::chrono::system_clock::now();": "wall clock",
            "auto t = time(nullptr);": "wall clock",
            "auto t = std::chrono::steady_clock::now();": "reads a clock",
            "double x = 1;": "floating point",
            "void f(std::vector<float> x);": "floating point",
            'auto s = std::format("{}", 1);': "fmt::format",
            "using namespace std;": "using namespace std",
            "void f() { co_await g(); }": "coroutines",
            "int x = rand();": "rand",
            "void f() { assert(x); }": "ensure",
            "void f() { std::this_thread::sleep_for(s); }": "sleeps",
            "#include <iostream>": "iostream",
            'auto kSql = "select now()";': "database's clock",
            'auto kSql = R"(select\ncurrent_date)";': "database's clock",
        }.items():
            with self.subTest(code):
                self.assert_found("src/ledger/a.cpp", f"\n{code}\n", f"{3 if '(select' in code else 2}: {words}")

    def test_words_allowed_where_they_belong(self):
        self.assert_found("src/customer/a.cpp", "double x = 1;\n")
        self.assert_found("src/storage/a.cpp",
                          "void f() { sleep_for(s); auto t = std::chrono::steady_clock::now(); }\n")
        self.assert_found("src/main/main.cpp", "#include <iostream>\n")
        self.assert_found("tests/wait_test.cpp", "void f() { sleep_for(s); }\n")

    def test_using_namespace_in_a_header(self):
        self.write("src/money/a.cpp", '#include "money/a.hpp"\n')
        self.assert_found("src/money/a.hpp", "using namespace absl;\n", "1: using namespace in a header")

    def test_markers_of_unfinished_work(self):
        self.assert_found("src/money/a.cpp", f'// {MARKER}: later\nauto code = "{"X" * 3}";\n', "1: unfinished work")
        self.assert_found("docs/A.md", f"{MARKER}\n", "1: unfinished work")

    def test_the_project_speaks_of_itself_alone(self):
        self.assert_found("docs/A.md", f"see {MACHINE_PATH}\non {MACHINE_NAME}\n", "1: machine", "2: machine")
        self.assert_found("src/money/a.cpp", f'auto p = "{NEIGHBOUR}";\n', "1: beside the project")
        self.assert_found("src/money/a_test.cpp", f'auto p = "{NEIGHBOUR}";\n')

    def test_clock_in_sql_files(self):
        self.assert_found("db/migrations/0001_a.sql", "update t set at = now();\n-- now()\n", "1: database's clock")

    # --- ratchets ---
    def test_long_function(self):
        body = "    x();\n" * 69
        self.assert_found("src/money/a.cpp", f"void f(int a) {{\n{body}}}\n", "1: f has 71 lines")
        self.assert_found("src/money/a.cpp", f"// tidy: flat-list\nvoid f(int a) {{\n{body}}}\n")
        self.assert_found("src/money/a.cpp", f"class A {{\n    void f(int a) {{\n{body[9:]}    }}\n}};\n")
        self.assert_found("tools/a.py", "def f():\n" + "    x()\n" * 70, "1: f has 71 lines")

    def test_long_file_and_wide_line(self):
        self.assert_found("src/money/a.cpp", "int x;\n" * 501, "501: 501 lines")
        self.assert_found("tools/a.py", "x = 1\n" * 501, "501: 501 lines")
        self.assert_found("src/money/a.cpp", "// " + "x" * 118 + "\n", "1: 121 columns")

    def test_parameters(self):
        self.write("src/money/a.cpp", '#include "money/a.hpp"\n')
        self.assert_found("src/money/a.hpp",
                          "void f(int a, int b, std::map<int, int> c, int d, int e);\n"
                          "void g(int a, int b, int c, int d, int e, int f = h(1, 2));\n"
                          "struct A {\n    A(const int& x, bool deep) : x_{x} { g(1, 2, 3, 4, 5, 6); }\n"
                          "    std::function<void(int, bool)> h(bool condition);\n};\n",
                          "2: g has 6 parameters", "4: A has a bool parameter")

    # --- migrations ---
    def test_released_migrations_do_not_change(self):
        self.write("db/migrations/0001_a.sql", "select 1;\n")
        right = hashlib.sha256(b"select 1;\n").hexdigest()
        sums = "db/migrations/CHECKSUMS"
        self.assert_found(sums, f"{right}  0001_a.sql\n")
        self.assert_found(sums, f"{right[::-1]}  0001_a.sql\n", "1: was changed or removed")
        self.assert_found(sums, f"{right}  0002_b.sql\n", "1: was changed or removed")

    def test_migration_names(self):
        self.write("db/migrations/0001_a.sql", "")
        self.assert_found("db/migrations/0001_b.sql", "", "1: same number")
        self.assert_found("db/migrations/2_b.sql", "", "1: a migration's name")

    def test_python_that_cannot_be_read(self):
        self.assert_found("tools/a.py", "def f(:\n", "1: Python cannot read it")


if __name__ == "__main__":
    unittest.main()
