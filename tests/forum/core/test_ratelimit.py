"""Rate limits: hold over threads, processes and rolled-back requests, in a file and in Redis."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forum.core.config import Config
from forum.core.errors import TooMany
from forum.core.ratelimit import POLICIES, RateLimiter, _parse

MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
Move = Callable[[datetime], None]


def make(data_dir: Path, redis_url: str = "") -> RateLimiter:
    limiter = RateLimiter(Config(data_dir=data_dir, redis_url=redis_url, secret_key="k" * 16))
    limiter.register("tests.act", "3 per minute; 5 per hour")
    return limiter


def count_allowed(limiter: RateLimiter, key: str, tries: int = 10) -> int:
    allowed = 0
    for _ in range(tries):
        try:
            limiter.hit("tests.act", key)
            allowed += 1
        except TooMany:
            pass
    return allowed


def test_uses_above_the_limit_are_refused_with_the_time_to_wait(
    tmp_path: Path, clock: Move
) -> None:
    limiter = make(tmp_path)
    assert count_allowed(limiter, "user:1", 3) == 3
    clock(MOMENT + timedelta(seconds=20))
    with pytest.raises(TooMany) as error:
        limiter.hit("tests.act", "user:1")
    assert error.value.retry_after == 40


def test_keys_do_not_share_a_limit(tmp_path: Path, clock: Move) -> None:
    limiter = make(tmp_path)
    assert count_allowed(limiter, "user:1") == 3
    assert count_allowed(limiter, "user:2") == 3


def test_every_window_counts(tmp_path: Path, clock: Move) -> None:
    limiter = make(tmp_path)
    assert count_allowed(limiter, "user:1", 3) == 3
    clock(MOMENT + timedelta(seconds=61))
    assert count_allowed(limiter, "user:1") == 2
    clock(MOMENT + timedelta(minutes=61))
    assert count_allowed(limiter, "user:1") == 3


def test_a_success_may_clear_the_count(tmp_path: Path, clock: Move) -> None:
    limiter = make(tmp_path)
    count_allowed(limiter, "user:1")
    limiter.forget("tests.act", "user:1")
    assert count_allowed(limiter, "user:1") == 3


def test_processes_share_the_count(tmp_path: Path) -> None:
    limiter = make(tmp_path)
    assert count_allowed(limiter, "user:1", 2) == 2
    program = (
        "import sys, pathlib; from tests.forum.core.test_ratelimit import make, count_allowed\n"
        "print(count_allowed(make(pathlib.Path(sys.argv[1])), 'user:1'))"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    assert subprocess.check_output(command, text=True).strip() == "1"


def test_no_key_is_readable_in_the_file(tmp_path: Path) -> None:
    make(tmp_path).hit("tests.act", "ip:192.0.2.77")
    content = b"".join(path.read_bytes() for path in tmp_path.glob("limits.db*"))
    assert b"192.0.2.77" not in content
    assert (tmp_path / "limits.db").stat().st_mode & 0o777 == 0o600


def test_redis_counts_for_all_hosts(tmp_path: Path, redis_url: str) -> None:
    one, two = make(tmp_path / "one", redis_url), make(tmp_path / "two", redis_url)
    assert count_allowed(one, "user:1", 2) == 2
    assert count_allowed(two, "user:1") == 1


def test_without_redis_the_host_counts_alone(tmp_path: Path) -> None:
    limiter = make(tmp_path, "redis://127.0.0.1:1")
    assert count_allowed(limiter, "user:1") == 3


def test_an_action_has_one_policy(tmp_path: Path) -> None:
    limiter = make(tmp_path)
    with pytest.raises(ValueError, match="already registered"):
        limiter.register("post", "1 per minute")
    with pytest.raises(ValueError, match="couldn't parse"):
        limiter.register("other", "often")


@pytest.mark.parametrize("action", sorted(POLICIES))
def test_every_policy_can_be_read(action: str) -> None:
    assert _parse(POLICIES[action])
