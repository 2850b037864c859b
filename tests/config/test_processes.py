import subprocess
import sys
import time
from pathlib import Path

import psutil

from config.processes import Processes, at_work, clear_leftovers, stop_trees
from tests.processes import ROOT, wait_until

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)",
]

# Starts a child that ends with its parent, and waits.
RUN = """
import sys, time
from pathlib import Path
from config.processes import Processes
child = "import time; from config.processes import end_with_parent; end_with_parent(); time.sleep(600)"
with (Path(sys.argv[1]) / "ledger").open("a+") as ledger:
    processes = Processes(ledger)
    processes.start("child", [sys.executable, "-c", child], Path.cwd())
    print(processes.running["child"].pid, flush=True)
    time.sleep(600)
"""

# Starts a child, tells its number, and never asks what became of it.
NEGLECTFUL = [
    sys.executable,
    "-c",
    "import subprocess, time; child = subprocess.Popen(['sleep', '600']); print(child.pid, flush=True); time.sleep(99)",
]


def alive(process: "subprocess.Popen[bytes]") -> bool:
    return process.poll() is None


def test_children_are_stopped_and_forgotten(tmp_path: Path) -> None:
    with (tmp_path / "ledger").open("a+") as ledger:
        processes = Processes(ledger)
        processes.start("one", SLEEP, tmp_path)
        processes.start("two", SLEEP, tmp_path)
        children = list(processes.running.values())
        assert len((tmp_path / "ledger").read_text().splitlines()) == 2
        assert processes.ended() is None

        processes.stop()

    assert [alive(child) for child in children] == [False, False]
    assert (tmp_path / "ledger").read_text() == ""


def test_a_child_that_ended_is_named(tmp_path: Path) -> None:
    with (tmp_path / "ledger").open("a+") as ledger:
        processes = Processes(ledger)
        processes.start("quick", [sys.executable, "-c", "pass"], tmp_path)
        processes.running["quick"].wait()

        assert processes.ended() == "quick"
        processes.stop()


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    with (tmp_path / "ledger").open("a+") as ledger:
        processes = Processes(ledger, stop_seconds=0.5)
        processes.start("deaf", DEAF, tmp_path)
        child = processes.running["deaf"]
        processes.stop()

    assert not alive(child)


def test_a_dead_process_that_nobody_collects_is_not_waited_for(tmp_path: Path) -> None:
    with subprocess.Popen(NEGLECTFUL, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        began = time.monotonic()
        stop_trees([child], seconds=30)
        took = time.monotonic() - began
        status = child.status()
        parent.kill()

    assert status == psutil.STATUS_ZOMBIE
    assert took < 10


def test_child_ends_with_its_parent(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", RUN, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        child = psutil.Process(int(run.stdout.readline()))
        run.kill()

    wait_until(lambda: not at_work(child), "the end of the child")


def test_leftovers_of_a_killed_run_are_cleared(tmp_path: Path) -> None:
    with subprocess.Popen(SLEEP) as left, (tmp_path / "ledger").open("a+") as ledger:
        print(left.pid, psutil.Process(left.pid).create_time(), file=ledger, flush=True)

        assert clear_leftovers(ledger) == 1
        assert not alive(left)
    assert (tmp_path / "ledger").read_text() == ""


def test_a_process_that_took_over_the_number_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(SLEEP) as other, (tmp_path / "ledger").open("a+") as ledger:
        print(other.pid, psutil.Process(other.pid).create_time() - 60, file=ledger, flush=True)
        print(2**22, 1.0, file=ledger, flush=True)

        assert clear_leftovers(ledger) == 0
        assert alive(other)
        other.kill()


def test_lines_that_were_cut_off_name_nobody(tmp_path: Path) -> None:
    with (tmp_path / "ledger").open("a+") as ledger:
        print("12", "no number at all", f"{2**80} 1.0", "", sep="\n", file=ledger, flush=True)

        assert clear_leftovers(ledger) == 0
    assert (tmp_path / "ledger").read_text() == ""
