"""Who a process is: tokens of the dead are recognised, those of strangers are not judged."""

from __future__ import annotations

import subprocess
import sys

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
