"""The steps of tools/check, cheapest first. Every step runs, whatever failed before it; the last line sums all up."""
import os
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from house import Rooms, text_files  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
BUILDS = Path(os.environ["MAINSPRING_BUILDS"])
CORES = len(os.sched_getaffinity(0))
LONGEST_TEST_S = 900
# Scenarios and Python tests find the program here.
ENVIRONMENT = {**os.environ, "MAINSPRING_PROGRAM": str(BUILDS / "ci/mainspring"),
               "LSAN_OPTIONS": f"suppressions={ROOT}/tests/lsan.supp:print_suppressions=0"}
EXIT_SKIPPED = 77


class Tally:
    def __init__(self):
        self.passed, self.failed, self.skipped, self.times = 0, [], [], []

    def one(self, name, code):
        if code == 0:
            self.passed += 1
        else:
            self.failed.append(name)

    def skips_of(self, output):
        """The lines `SKIPPED: <name>: <reason>` of a test program."""
        found = re.findall(r"^\s*SKIPPED: (.*)$", output, re.M)
        self.skipped += found
        return len(found)


def run(*command, **options):
    """Output goes straight to the terminal."""
    sys.stdout.flush()
    return subprocess.run([str(word) for word in command], cwd=ROOT, env=ENVIRONMENT, **options).returncode


def captured(*command):
    """(exit code, output) of a test program that says little when all is well."""
    try:
        done = subprocess.run([str(word) for word in command], cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=LONGEST_TEST_S)
    except subprocess.TimeoutExpired as late:
        return 1, (late.stdout or b"").decode(errors="replace") + f"\nstopped after {LONGEST_TEST_S} s\n"
    return done.returncode, done.stdout.decode(errors="replace")


def check_tidy(tally):
    tally.one("tidy", run(ROOT / "tools/tidy"))


def check_format(tally):
    files = [path for path in text_files(ROOT) if path.suffix in (".cpp", ".hpp")]
    parts = [files[i::CORES] for i in range(CORES) if files[i::CORES]]
    running = [subprocess.Popen(["clang-format-19", "--dry-run", "-Werror", *part], cwd=ROOT, stderr=subprocess.PIPE,
                                text=True) for part in parts]
    code = 0
    for each in running:
        _, errors = each.communicate()
        code |= each.returncode
        places = dict(line.split(":", 1) for line in reversed(errors.splitlines()) if re.match(r"\S+:\d+:\d+: ", line))
        for path, place in sorted(places.items()):
            print(f"{path}:{place.split(':')[0]}: not in the project's layout (use clang-format-19 -i {path})")
        if each.returncode and not places:
            print(errors)
    tally.one("format", code)


def build(preset, *targets):
    script = 'set -o pipefail; root=$1; . "$root/tools/build.sh"; build "${@:2}"'
    return run("bash", "-c", script, "build", ROOT, preset, "-k", "0", *targets)


def check_build(tally):
    tally.one("build", build("ci"))


def tally_doctest(tally, name, output, passed):
    """Adds up the test cases of one test program from doctest's summary; one without a summary counts as one test."""
    summary = re.search(r"^\[doctest\] test cases:\s*(\d+) \|\s*(\d+) passed \|\s*(\d+) failed \|\s*(\d+) skipped",
                        output, re.M)
    skips = tally.skips_of(output)
    if not summary or (not passed and summary.group(3) == "0"):
        tally.one(name, 0 if passed else 1)
        return
    _, good, bad, left_out = map(int, summary.groups())
    tally.passed += good - skips
    tally.failed += [f"{name}: {case}" for case in failed_cases(output, bad)]
    tally.skipped += [f"{name}: marked doctest::skip"] * left_out


def failed_cases(output, count):
    """The names of doctest's failed cases, as far as they were printed; always `count` of them."""
    blocks = re.findall(r"^TEST CASE:\s*(.*)\n(?:(?!^=====).*\n)*?.*\bERROR", output, re.M)
    names = list(dict.fromkeys(blocks))[:count]
    return names + ["a test case"] * (count - len(names))


def run_ctest(tally, preset, only=None):
    folder = BUILDS / preset
    log = folder / "Testing/Temporary/LastTest.log"
    log.unlink(missing_ok=True)
    choice = ["-R", "^(" + "|".join(only) + ")$"] if only is not None else []
    code = run("ctest", "--test-dir", folder, "--output-on-failure", "--no-tests=ignore", "-j", CORES, "--timeout",
               LONGEST_TEST_S, *choice, stdin=subprocess.DEVNULL)
    if not log.exists():
        tally.one(f"ctest in {folder}", code)
        return
    for part in re.split(r"^\d+/\d+ Test(?:ing)?: ", log.read_text(errors="replace"), flags=re.M)[1:]:
        if part.count("\n") > 2:
            name = part.split("\n", 1)[0].strip()
            tally_doctest(tally, f"{preset} {name}", part, "\nTest Passed." in part)


def check_unit(tally):
    run_ctest(tally, "ci")


def check_python(tally):
    for path in sorted([*ROOT.glob("tests/*.py"), *ROOT.glob("tests/oracle/**/*.py")]):
        if "unittest.TestCase" not in path.read_text():
            continue
        name = path.relative_to(ROOT)
        code, output = captured(sys.executable, "-B", ROOT / "tools/run_unittests.py", path)
        tally.skips_of(output)
        found = re.search(r"^TALLY: (\d+) (\d+)$", output, re.M)
        passed, failed = map(int, found.groups()) if found else (0, 1)
        tally.passed += passed
        tally.failed += [f"{name}: {test}" for test in re.findall(r"^(?:FAIL|ERROR): (.*)$", output, re.M)[:failed]]
        tally.failed += [str(name)] * (0 if found else 1)
        print(f"{name}: {passed} passed, {failed} failed")
        if code != 0:
            print(output)


def check_scenarios(tally):
    for path in sorted(ROOT.glob("tests/scenarios/*")):
        if not path.is_file() or not os.access(path, os.X_OK):
            continue
        name, start = path.relative_to(ROOT), time.monotonic()
        code, output = captured(path)
        if code == EXIT_SKIPPED:
            if not tally.skips_of(output):
                tally.skipped.append(f"{name}: gives no reason")
        else:
            tally.one(str(name), code)
        word = {0: "passed", EXIT_SKIPPED: "skipped"}.get(code, f"failed (exit code {code})")
        print(f"{name}: {word}, {time.monotonic() - start:.1f} s")
        if code not in (0, EXIT_SKIPPED):
            print(output)


def check_web(tally):
    """Strict types, lint and unit tests of web/, and its build, which the tests in the browser need."""
    code, output = captured(ROOT / "tools/web", "check")
    summary = re.search(r"^\s*Tests\s+(?:(\d+) failed \| )?(\d+) passed", output, re.M)
    tally.passed += int(summary.group(2)) if summary else 0
    tally.one("web", code)
    if code != 0:
        print(output)
    tally.one("web build", run(ROOT / "tools/web", "build"))


def check_browser(tally):
    """The tests of tests/browser/, in Chromium against the program."""
    code, output = captured(ROOT / "tools/web", "browser")
    summary = re.search(r"^\S* ?pass (\d+)$", output, re.M)
    tally.passed += int(summary.group(1)) if summary else 0
    tally.failed += [f"browser: {name}" for name in re.findall(r"^test at (\S+)$", output, re.M)]
    if code != 0:
        tally.failed += [] if "test at " in output else ["browser"]
        print(output)


def check_sanitized(tally):
    rooms = [room for room in Rooms(ROOT).pure() if any((ROOT / "src" / room).glob("*_test.cpp"))]
    if rooms:
        tally.one("asan build", build("asan", *[f"{room}_test" for room in rooms]))
        run_ctest(tally, "asan", rooms)


STEPS = [("tidy", check_tidy), ("format", check_format), ("build", check_build), ("unit tests", check_unit),
         ("python tests", check_python), ("web", check_web), ("scenarios", check_scenarios),
         ("browser", check_browser), ("sanitized core", check_sanitized)]


def report(tally):
    """Prints what happened and gives the exit code."""
    print("\n=== " + ", ".join(f"{title} {seconds:.1f} s" for title, seconds in tally.times))
    forbidden = tally.skipped and (ROOT.parent / "shared").is_dir()
    if tally.skipped:
        print("Skipped" + (" although the test data lies in ../shared, which is an error:" if forbidden else ":"))
        print("".join(f"  {line}\n" for line in tally.skipped), end="")
    if tally.failed:
        print("Failed:\n" + "".join(f"  {line}\n" for line in tally.failed), end="")
    print(f"{tally.passed} passed, {len(tally.failed)} failed, {len(tally.skipped)} skipped")
    return 1 if tally.failed or forbidden else 0


def main():
    if unknown := set(sys.argv[1:]) - {"--quick"}:
        sys.exit(f"tools/check: {' '.join(sorted(unknown))} is not --quick")
    tally = Tally()
    for title, step in STEPS[:-1] if "--quick" in sys.argv else STEPS:
        print(f"=== {title}", flush=True)
        start = time.monotonic()
        step(tally)
        tally.times.append((title, time.monotonic() - start))
        print(f"=== {title}: {tally.times[-1][1]:.1f} s", flush=True)
    sys.exit(report(tally))


if __name__ == "__main__":
    main()
