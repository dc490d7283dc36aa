"""The supervisor with real processes: restart, stop in order, insist, never leave orphans."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

PROGRAM = """
import os, signal, sys, time
from pathlib import Path
from forum.core.supervisor import Child, Supervisor
marks = Path(sys.argv[1])

def sleeper():
    (marks / f"sleeper-{os.getpid()}").touch()
    time.sleep(60)
    return 0

def crasher():
    (marks / f"crasher-{time.monotonic()}").touch()
    return 3

def stubborn():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    (marks / f"stubborn-{os.getpid()}").touch()
    time.sleep(60)
    return 0

lives = {"sleeper": sleeper, "crasher": crasher, "stubborn": stubborn}
children = [Child(name, lives[name]) for name in sys.argv[3:]]
sys.exit(Supervisor(children, grace=float(sys.argv[2])).run())
"""


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., subprocess.Popen[bytes]]:
    def begin(*names: str, grace: float = 5) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", PROGRAM, str(tmp_path), str(grace), *names]
        return subprocess.Popen(command, stderr=subprocess.DEVNULL)

    return begin


def wait_for(condition: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def list_marks(folder: Path, name: str) -> list[Path]:
    return sorted(folder.glob(f"{name}-*"))


def pid_of(mark: Path) -> int:
    return int(mark.name.partition("-")[2])


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_killed_child_is_started_again(
    start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    parent = start("sleeper")
    wait_for(lambda: list_marks(tmp_path, "sleeper"))
    first = pid_of(list_marks(tmp_path, "sleeper")[0])
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: len(list_marks(tmp_path, "sleeper")) == 2)
    parent.terminate()
    assert parent.wait(10) == 0
    assert not any(is_alive(pid_of(mark)) for mark in list_marks(tmp_path, "sleeper"))


def test_children_die_with_a_killed_supervisor(
    start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    parent = start("sleeper")
    wait_for(lambda: list_marks(tmp_path, "sleeper"))
    child = pid_of(list_marks(tmp_path, "sleeper")[0])
    parent.kill()
    parent.wait()
    wait_for(lambda: not is_alive(child))


def test_a_child_that_crashes_at_once_is_started_ever_more_slowly(
    start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    parent = start("crasher")
    wait_for(lambda: len(list_marks(tmp_path, "crasher")) == 4)
    parent.terminate()
    assert parent.wait(10) == 0
    times = [float(mark.name.partition("-")[2]) for mark in list_marks(tmp_path, "crasher")]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert gaps[0] >= 0.1
    assert gaps[1] >= 0.2
    assert gaps[2] >= 0.4


def test_a_child_that_will_not_end_is_killed(
    start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    parent = start("stubborn", grace=0.5)
    wait_for(lambda: list_marks(tmp_path, "stubborn"))
    parent.terminate()
    assert parent.wait(10) == 1
    assert not is_alive(pid_of(list_marks(tmp_path, "stubborn")[0]))


def test_a_second_signal_does_not_wait(
    start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    parent = start("stubborn", grace=60)
    wait_for(lambda: list_marks(tmp_path, "stubborn"))
    parent.terminate()
    time.sleep(0.5)
    parent.terminate()
    assert parent.wait(10) == 1


def test_ctrl_c_is_an_orderly_stop(
    start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    parent = start("sleeper", "sleeper")
    wait_for(lambda: len(list_marks(tmp_path, "sleeper")) == 2)
    parent.send_signal(signal.SIGINT)
    assert parent.wait(10) == 0
