"""Runs one file of Python unit tests: python3 tools/run_unittests.py FILE. The last line is `TALLY: passed failed`,
and each skipped test is a line `SKIPPED: name: reason`, as the C++ tests and the scenarios print it."""
import sys
import unittest
from pathlib import Path


class Result(unittest.TextTestResult):
    passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.passed += 1


def main():
    path = Path(sys.argv[1]).resolve()
    sys.path.insert(0, str(path.parent))
    tests = unittest.defaultTestLoader.loadTestsFromName(path.stem)
    result = unittest.TextTestRunner(stream=sys.stdout, resultclass=Result).run(tests)
    for test, reason in result.skipped:
        print(f"SKIPPED: {test.id()}: {reason}")
    print(f"TALLY: {result.passed} {len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)}")
    sys.exit(0 if result.wasSuccessful() else 1)


if __name__ == "__main__":
    main()
