"""Runs wrk and reads what it prints."""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

_UNITS = {"us": 0.001, "ms": 1.0, "s": 1_000.0, "m": 60_000.0}


@dataclass(frozen=True, slots=True)
class Round:
    """One run of wrk. Units: requests per second, latencies in milliseconds."""

    rate: float
    p50: float
    p99: float
    errors: int


@dataclass(frozen=True, slots=True)
class Load:
    """The median of several rounds."""

    rate: float
    p50: float
    p99: float
    errors: int


def run_load(
    url: str,
    *,
    headers: Sequence[str] = (),
    seconds: int = 8,
    rounds: int = 3,
    connections: int = 16,
) -> Load:
    """Load one address and return the median round.

    Errors: RuntimeError when wrk is missing or nothing was answered.
    """
    if shutil.which("wrk") is None:
        raise RuntimeError("wrk is missing: apt-get install wrk")
    _run(url, headers, seconds=2, connections=connections)
    done = [_run(url, headers, seconds=seconds, connections=connections) for _ in range(rounds)]
    return Load(
        rate=statistics.median(r.rate for r in done),
        p50=statistics.median(r.p50 for r in done),
        p99=statistics.median(r.p99 for r in done),
        errors=sum(r.errors for r in done),
    )


def _run(url: str, headers: Sequence[str], *, seconds: int, connections: int) -> Round:
    command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency"]
    for header in headers:
        command += ["-H", header]
    text = subprocess.run([*command, url], check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    if rate is None:
        raise RuntimeError(f"wrk said nothing about {url}: {text}")
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    lost = re.search(r"Socket errors: .*", text)
    return Round(
        rate=float(rate[1]),
        p50=_latency(text, "50"),
        p99=_latency(text, "99"),
        errors=(int(bad[1]) if bad else 0) + sum(map(int, re.findall(r"\d+", lost[0] if lost else ""))),
    )


def _latency(text: str, percentile: str) -> float:
    found = re.search(rf"{percentile}%\s+([\d.]+)(us|ms|s|m)", text)
    return float(found[1]) * _UNITS[found[2]] if found else 0.0
