"""The bell: heard at once, harmless when nobody listens or nobody is there."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from forum.core.bell import Bell, RedisBell, SocketBell


def ring_soon(bell: Bell) -> threading.Timer:
    hand = threading.Timer(0.2, bell.ring)
    hand.start()
    return hand


def test_a_ring_is_heard_at_once(tmp_path: Path) -> None:
    ears, hand = SocketBell(tmp_path), SocketBell(tmp_path)
    ears.listen()
    ringing = ring_soon(hand)
    began = time.monotonic()
    assert ears.wait(10)
    assert time.monotonic() - began < 5
    assert not ears.wait(0.01)
    ringing.join()
    ears.close()


def test_many_rings_are_one(tmp_path: Path) -> None:
    bell = SocketBell(tmp_path)
    bell.listen()
    for _ in range(50):
        bell.ring()
    assert bell.wait(1)
    assert not bell.wait(0.01)
    bell.close()


def test_nobody_listening_is_no_error(tmp_path: Path) -> None:
    bell = SocketBell(tmp_path)
    bell.ring()
    bell.listen()
    bell.close()
    bell.ring()


def test_a_path_too_long_for_a_socket_means_polling(tmp_path: Path) -> None:
    bell = SocketBell(tmp_path / ("x" * 200))
    bell.listen()
    bell.ring()
    assert not bell.wait(0.01)
    bell.close()


def test_the_next_worker_takes_the_socket_over(tmp_path: Path) -> None:
    killed, fresh = SocketBell(tmp_path), SocketBell(tmp_path)
    killed.listen()
    fresh.listen()
    fresh.ring()
    assert fresh.wait(1)
    fresh.close()
    killed.close()


def test_redis_rings_over_hosts(redis_url: str) -> None:
    ears, hand = RedisBell(redis_url), RedisBell(redis_url)
    ears.listen()
    ears.wait(0.1)
    ringing = ring_soon(hand)
    assert ears.wait(5)
    ringing.join()
    ears.close()
    hand.close()


def test_a_bell_closed_while_it_rings_is_silence(redis_url: str) -> None:
    for _ in range(20):
        bell = RedisBell(redis_url)
        with ThreadPoolExecutor(4) as hands:
            rings = [hands.submit(bell.ring) for _ in range(40)]
            bell.close()
        assert [ring.exception() for ring in rings] == [None] * 40


def test_a_missing_redis_is_silence() -> None:
    bell = RedisBell("redis://127.0.0.1:1")
    began = time.monotonic()
    for _ in range(100):
        bell.ring()
    assert not bell.wait(0.01)
    assert time.monotonic() - began < 3
    bell.close()
