"""Runs tools/setup with stand-ins for dpkg-query, apt-get, id and sudo, on a copy whose /etc is a folder of its own."""
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LIST = "# Packages.\n# build\ng++\nlibboost1.81-dev\n# run\npostgresql-15\n# test\nqpdf\n"
STAND_INS = {
    "dpkg-query": 'echo query >>"$CALLS"\nfor p in $INSTALLED; do echo "installed $p"; done\nexit 1\n',
    "apt-get": 'echo "apt-get $*" >>"$CALLS"\n[ "$1" != install ] || exit ${APT_CODE:-0}\n',
    "id": 'echo "$USER_ID"\n',
    "sudo": '[ "$SUDO" = yes ] || exit 1\nshift\n[ "$1" = true ] && exit 0\n'
            'echo sudo >>"$CALLS"\nUSER_ID=0 exec "$@"\n',
}


class SetupTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.conf = self.root / "etc/postgresql-common/createcluster.conf"
        self.calls = self.root / "calls"
        for name, text in STAND_INS.items():
            (self.root / name).write_text("#!/bin/bash\n" + text)
            (self.root / name).chmod(0o755)
        (self.root / "tools").mkdir()
        script = (PROJECT / "tools/setup").read_text()
        self.assertIn("cluster_conf=/etc/postgresql-common/createcluster.conf\n", script)
        script = script.replace("cluster_conf=/etc", f"cluster_conf={self.root}/etc")
        (self.root / "tools/setup").write_text(script)
        shutil.copymode(PROJECT / "tools/setup", self.root / "tools/setup")
        (self.root / "tools/packages.txt").write_text(LIST)

    def setup_with(self, *arguments, installed="", user=0, **environment):
        """Gives the run; self.calls then holds one line for each call of a stand-in."""
        self.calls.write_text("")
        return subprocess.run([self.root / "tools/setup", *arguments], capture_output=True, text=True, env={
            **os.environ, "PATH": f"{self.root}:{os.environ['PATH']}", "CALLS": str(self.calls),
            "INSTALLED": installed, "USER_ID": str(user), **environment})

    def installs(self):
        return [line for line in self.calls.read_text().splitlines() if line.startswith("apt-get install")]

    def test_nothing_missing_nothing_done(self):
        run = self.setup_with("--quiet", installed="g++ libboost1.81-dev postgresql-15 qpdf", user=1000)
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))
        self.assertEqual(self.calls.read_text(), "query\n")

    def test_sections(self):
        self.assertEqual(self.setup_with("run", installed="postgresql-15").returncode, 0)
        self.assertEqual(self.setup_with("build", "run", installed="postgresql-15", user=1).returncode, 3)
        self.assertEqual(self.setup_with("cellar").returncode, 2)

    def test_first_installation_as_root(self):
        run = self.setup_with()
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.calls.read_text(), "query\napt-get update\napt-get install -y --no-install-recommends "
                         "--no-upgrade --no-remove g++ libboost1.81-dev postgresql-15 qpdf\n")
        self.assertEqual(self.conf.read_text(), "create_main_cluster = false\n")

    def test_boost_is_named_whatever_is_missing(self):
        self.setup_with(installed="g++ libboost1.81-dev postgresql-15 postgresql-common")
        self.assertTrue(self.installs()[0].endswith(" qpdf libboost1.81-dev"))

    def test_settings_of_an_administrator_stay(self):
        self.conf.parent.mkdir(parents=True)
        self.conf.write_text("ssl = on\n#create_main_cluster = true\ncreate_main_cluster = true\n"
                             "data_directory = 'x'\n")
        self.setup_with()
        self.assertEqual(self.conf.read_text(), "ssl = on\n#create_main_cluster = true\ncreate_main_cluster = false\n"
                         "data_directory = 'x'\n")

    def test_a_machine_with_postgresql_is_left_alone(self):
        self.setup_with(installed="postgresql-common")
        self.assertEqual(len(self.installs()), 1)
        self.assertFalse(self.conf.exists())

    def test_user_with_sudo(self):
        self.assertEqual(self.setup_with("--quiet", user=1000, SUDO="yes").returncode, 0)
        self.assertIn("sudo\n", self.calls.read_text())
        self.assertEqual(len(self.installs()), 1)

    def test_user_without_sudo_gets_one_line(self):
        run = self.setup_with("--quiet", user=1000)
        self.assertEqual(run.returncode, 3)
        self.assertEqual(len(run.stdout.splitlines()), 1)
        self.assertEqual(self.installs(), [])
        self.assertRegex(run.stdout, r"^sudo sh -c 'mkdir -p .*create_main_cluster = false >>.*apt-get update && "
                                     r"apt-get install .* g\+\+ libboost1.81-dev postgresql-15 qpdf'$")
        command = run.stdout.strip().removeprefix("sudo ").split(" ", 2)
        subprocess.run([*command[:2], command[2].strip("'")], check=True, env={
            **os.environ, "PATH": f"{self.root}:{os.environ['PATH']}", "CALLS": str(self.calls)})
        self.assertEqual(len(self.installs()), 1)
        self.assertEqual(self.conf.read_text(), "create_main_cluster = false\n")

    def test_failure_of_apt_is_passed_on(self):
        run = self.setup_with("--quiet", APT_CODE="100")
        self.assertEqual(run.returncode, 100)
        self.assertIn("--allow-removals", run.stderr)


if __name__ == "__main__":
    unittest.main()
