"""Runs wrk and reads what it prints."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_UNITS: Final = {"us": 0.001, "ms": 1.0, "s": 1_000.0, "m": 60_000.0}
CONNECTIONS: Final = 16


@dataclass(frozen=True, slots=True)
class Load:
    """One run of wrk. Units: requests per second, latencies in milliseconds."""

    rate: float
    p50: float
    p99: float
    requests: int


def require_wrk() -> None:
    """Errors: RuntimeError when wrk is missing."""
    if shutil.which("wrk") is None:
        raise RuntimeError("wrk is missing: apt-get install wrk")


def run_load(url: str, headers: Sequence[str] = (), *, seconds: float) -> Load:
    """Ask one address as fast as it answers.

    Errors: RuntimeError when an answer was not a page, or none came.
    """
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--latency"]
    for header in headers:
        command += ["-H", header]
    text = subprocess.run([*command, url], check=True, capture_output=True, text=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: \d+|Socket errors: .*", text)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    count = re.search(r"(\d+) requests in", text)
    if bad or rate is None or count is None:
        raise RuntimeError(f"{url}: {bad[0] if bad else text}")
    return Load(float(rate[1]), _latency(text, "50"), _latency(text, "99"), int(count[1]))


def _latency(text: str, percentile: str) -> float:
    found = re.search(rf"{percentile}%\s+([\d.]+)(us|ms|s|m)\b", text)
    if found is None:
        raise RuntimeError(f"wrk tells no {percentile}th percentile: {text}")
    return float(found[1]) * _UNITS[found[2]]
