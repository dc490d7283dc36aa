"""Who a process is: tokens of the dead are recognised, those of strangers are not judged."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

from forum.core.processes import is_gone, new_token, process_name


def test_tokens_are_of_this_process_and_differ() -> None:
    one, two = new_token(), new_token()
    assert one != two
    assert one.startswith(process_name() + "/")
    assert not is_gone(one)


def test_the_token_of_a_process_that_has_ended_is_known_for_it() -> None:
    program = "from forum.core.processes import new_token; print(new_token())"
    token = subprocess.check_output([sys.executable, "-c", program], text=True).strip()
    assert is_gone(token)


def test_what_another_host_does_is_not_ours_to_say() -> None:
    assert not is_gone("elsewhere/4026531836/1/abc")
    assert not is_gone("rq")
    assert not is_gone("")


HEAPS = """
import ctypes, sys, threading
from forum.core.processes import share_one_heap

if sys.argv[1] == "one":
    share_one_heap()
gate = threading.Barrier(5)

def allocate():
    kept = [bytearray(100_000) for _ in range(10)]
    gate.wait()

threads = [threading.Thread(target=allocate) for _ in range(4)]
for thread in threads:
    thread.start()
gate.wait()
libc = ctypes.CDLL(None)
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="glibc's own matter")
def test_threads_share_one_heap_when_they_are_told_to() -> None:
    def count(how: str) -> int:
        told = subprocess.check_output([sys.executable, "-c", HEAPS, how], text=True)
        return told.count("<heap nr=")

    assert count("one") == 1
    assert count("each") > 1
