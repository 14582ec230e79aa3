"""A data folder of ours, the processes that live in it, and commands that are repeated until they are through: for
tests/scenarios/faults."""
import collections
import contextlib
import fcntl
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = Path(os.environ.get("MAINSPRING_PROGRAM", ROOT / "build/dev/mainspring")).resolve()
OK, DATABASE = 0, 5
LONGEST_S = 120  # of one command, recovery included

# What must come out the same however often the work was interrupted. Left out: clocks, ids from sequences (a crash
# leaves gaps), and the place of an entry in the book of an account that paid meanwhile.
SECTIONS = {
    "bills": """select account_id, bill_seq, kind, dense_rank() over (order by run_id), number, period_from, period_to,
        issued_on, due_on, currency, total_minor, flags, cancels_seq, replaces_seq, encode(sha256, 'hex'),
        md5(derivation), md5(carry) from billing.bill""",
    "bill entries": """select book_id, kind, right(command_id::text, 17), business_date, currency, source, due_on,
        accounts, amounts, settles_seq, settles_leg from ledger.entry
        where command_id not in (select command_id from payment.payment)""",
    "undisturbed books": """select e.book_id, seq, kind, balance_accounts, balances, open_from from ledger.entry e
        where not exists (select from payment.payment p where p.account_id = e.book_id)""",
    "settled by payments": """select book_id, account_no, settles_seq, settles_leg, sum(amount) from ledger.leg
        where command_id in (select command_id from payment.payment) group by 1, 2, 3, 4""",
    "last balances": """select distinct on (book_id) book_id, balance_accounts, balances from ledger.entry
        order by book_id, seq desc""",
    "payments": """select command_id, account_id, amount_minor, currency, method, reference, received_on,
        (select count(*) from ledger.entry e where e.command_id = p.command_id) from payment.payment p""",
    "reads": """select service_point_id, read_at, device_id, version, voided, register_no, value_micro, quality, status,
        reason, method, source_line from metering.register_read""",
    "intervals": """select service_point_id, register_no, start_at, version, voided, device_id, interval_minutes, scale,
        width, md5(packed), qualities, method, source_line from metering.interval_day""",
    "runs": """select dense_rank() over (order by run_id), command_id, period_from, issued_on, state, first_number
        from billing.run""",
    "ranges": """select dense_rank() over (order by run_id), range_no, account_from, account_to, state, accounts, bills,
        exceptions, encode(digest, 'hex'), first_number from billing.run_range""",
    "run totals": """select dense_rank() over (order by run_id), range_no, version_id, clause, account_no, lines,
        quantity_micro, amount_minor from billing.range_total""",
    "exceptions": "select account_id, agreement_id, cause, detail from billing.exception",
    "series": "select series, next_number from ledger.series",
    "audit": r"""select action, regexp_replace(object, 'run \d+', 'run'), detail - 'seq', command_id from core.audit
        where action ~ '^(billing|payment)' and action <> 'billing.run_executed'""",  # a row each time it is taken up
    "messages": r"""select topic, regexp_replace(key, 'run \d+', 'run'), payload - 'seq' from core.outbox
        where topic ~ '^(billing|payment)' and topic <> 'billing.run_executed'""",
}


class Wrong(Exception):
    """What the program must never do."""


class Process:
    def __init__(self, pid, folder):
        self.pid = pid
        proc = Path(f"/proc/{pid}")
        stat = (proc / "stat").read_text()
        self.state, self.parent = stat[stat.rindex(")") + 2:].split()[:2]
        self.words = (proc / "cmdline").read_bytes().decode(errors="replace").split("\0")
        in_server = os.readlink(proc / "cwd") == f"{folder}/pg"
        here = in_server or any(word == str(folder) or word.startswith(f"{folder}/") for word in self.words)
        text = self.words[0]
        self.role = (None if not here or self.state == "Z" else
                     "supervisor" if self.words[1:2] == ["supervise"] else
                     "postmaster" if "-D" in self.words else
                     ("backend" if text.startswith("postgres: mainspring_") else "helper") if in_server else
                     "command" if text == str(PROGRAM) else "other")


def processes_of(folder):
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            process = Process(int(pid), folder)
        except OSError:
            continue  # ended meanwhile
        if process.role:
            found.append(process)
    return found


class Step:
    """A command of the program that an operator or a client repeats until it is through."""

    def __init__(self, name, *words, resume=(), files=()):
        self.name, self.words, self.resume, self.files = name, words, resume, files
        self.faults, self.seconds, self.done = [], 0.0, False


class World:
    """A data folder and the work that is done in it."""

    def __init__(self, folder, random_source=None):
        self.folder, self.random = Path(folder), random_source
        self.killed, self.running, self.problems = set(), {}, []
        self.refusals = collections.Counter()
        self.lock = threading.Lock()

    def start(self, *words):
        return subprocess.Popen([PROGRAM, "--data", self.folder, *words], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words, code=OK):
        process = self.start(*words)
        out, err = process.communicate(timeout=LONGEST_S)
        if process.returncode != code:
            raise Wrong(f"{' '.join(map(str, words))}: exit status {process.returncode} instead of {code}\n{out}{err}")
        return out

    def sql(self, text):
        command = ["psql", "-h", self.folder / "run", "-U", "mainspring", "-d", "mainspring", "-XAtqc", text]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=LONGEST_S)
        return done.stdout.splitlines()

    @contextlib.contextmanager
    def held(self):
        """The server is there, and stays: nobody is idle too long on a slow machine."""
        self.run("utility", "list")
        with open(self.folder / "users.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            self.run("utility", "list")
            yield

    def snapshot(self):
        with self.held():
            return {name: sorted(self.sql(text)) for name, text in SECTIONS.items()}

    def trial_balance(self):
        text = self.run("ledger", "trial-balance")
        if "Debits equal credits." not in text:
            raise Wrong("the trial balance does not balance\n" + text)
        return text

    def stop(self):
        """An end as of the machine: the supervisor is told, and everything must be gone soon."""
        for process in processes_of(self.folder):
            if process.role == "supervisor":
                kill(process.pid, signal.SIGTERM)
        self.wait_until_gone(15)

    def wait_until_gone(self, seconds):
        deadline = time.monotonic() + seconds
        while left := processes_of(self.folder):
            if time.monotonic() > deadline:
                raise Wrong("left over: " + "; ".join(f"{p.pid} {p.role} {' '.join(p.words)}" for p in left))
            time.sleep(0.02)

    def attempt(self, words, step=None):
        """True when the command says that it is done. It may only fail because it was killed or the database was."""
        process = self.start(*words)
        if step:
            self.running[step.name] = process
        timers = []
        for fault in (step.faults if step else []):
            timers.append(threading.Timer(fault["after"], self.strike, [fault, process]))
            timers[-1].start()
        if step:
            step.faults = []
        out, err = process.communicate(timeout=LONGEST_S)
        for timer in timers:
            timer.join()
        with self.lock:
            killed = process.pid in self.killed
        code = process.returncode
        if code == OK:
            return True
        if code < 0 and killed:
            return False
        if code == DATABASE and err.splitlines()[-1:] and err.splitlines()[-1].startswith("mainspring: database: "):
            with self.lock:
                self.refusals[re.sub(r"\d+", "N", err.splitlines()[-1])] += 1
            return False
        raise Wrong(f"{' '.join(map(str, words))}: exit status {code}\n{out}{err}")

    def strike(self, fault, process):
        """Kills what the fault names as soon as it is there; not later than the end of the command."""
        role, name = fault["target"].split()
        while process.poll() is None:
            if role == "command":
                found = [process.pid]
            else:
                found = sorted(p.pid for p in processes_of(self.folder) if p.role == role)
            if found:
                pid = found[fault["which"] % len(found)]
                with self.lock:
                    self.killed.add(pid)
                fault["hit"] = kill(pid, signal.Signals["SIG" + name])
                return
            time.sleep(0.001)

    def do(self, step, gives_up=False):
        began = time.monotonic()
        attempt = 0
        while time.monotonic() - began < LONGEST_S:
            attempt += 1
            if attempt > 1 and step.resume and self.random and self.random.random() < 0.5:
                self.attempt(step.resume)
            if self.attempt(step.words, step):
                step.done, step.seconds = True, time.monotonic() - began
                return
            if gives_up:
                return
            time.sleep(0.02)
        raise Wrong(f"{step.name} does not come to an end")

    def guarded(self, function):
        def body():
            try:
                function()
            except (Wrong, subprocess.TimeoutExpired) as wrong:
                with self.lock:
                    self.problems.append(wrong)
        return threading.Thread(target=body)

    def work(self, plan):
        """Imports and then the bill run; meanwhile clients pay."""
        threads = [self.guarded(lambda: [self.do(step) for step in plan.office])]
        for payments in plan.clients:
            threads.append(self.guarded(lambda these=payments: [
                self.do(step, self.random is not None and step.name in plan.impatient) for step in these]))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.problems:
            raise self.problems[0]


def kill(pid, number):
    try:
        os.kill(pid, number)
        return True
    except ProcessLookupError:
        return False
