"""What the guard counts: figures per plugin × hook × area, times per hook, the last troubles.

Per process; the app drains the figures into rows that the operator's page sums.
"""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from forum.plugin.circuit import Circuits

KEPT_TROUBLES = 200
_BUCKETS = 32

Trouble = Literal["error", "result", "slow"]
Told = Literal["error", "result", "slow", "circuit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleRecord:
    """One failed or slow call; the traceback is for operators only."""

    at: datetime
    plugin: str
    hook: str
    area_id: int | None
    trouble: Told
    message: str
    traceback: str
    took_ms: float


@dataclass(slots=True)
class Figures:
    """Sums over calls of one hook of one plugin in one area.

    Units: time in nanoseconds.
    """

    calls: int = 0
    errors: int = 0
    slow: int = 0
    time_ns: int = 0
    statements: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFigures:
    """A row of the operator's page, and of the table that sums processes."""

    plugin: str
    hook: str
    area_id: int | None
    calls: int
    errors: int
    slow: int
    time_ns: int
    statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HookTimes:
    """How long one hook of one plugin takes.

    Units: `buckets[n]` counts calls of less than 2**n microseconds that are in no lower bucket, so
    processes are summed by adding; the percentiles are a bucket's upper bound in milliseconds.
    """

    plugin: str
    hook: str
    buckets: tuple[int, ...]

    def get_percentile(self, share: float) -> float:
        """Give the time that this share of calls stays below; 0 without calls."""
        left = share * sum(self.buckets)
        for power, count in enumerate(self.buckets):
            left -= count
            if count and left <= 0:
                return float(2**power) / 1000
        return 0.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A consistent copy of all figures."""

    areas: tuple[AreaFigures, ...]
    times: tuple[HookTimes, ...]
    troubles: tuple[TroubleRecord, ...]


class Meter:
    """The figures and circuits of one hook of one plugin."""

    __slots__ = ("areas", "buckets", "circuits", "hook", "plugin")

    def __init__(self, plugin: str, hook: str) -> None:
        self.plugin = plugin
        self.hook = hook
        self.areas: dict[int | None, Figures] = {}
        self.buckets = [0] * _BUCKETS
        self.circuits: Circuits = {}


class Stats:
    """All meters of a process, safe under threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._meters: dict[tuple[str, str], Meter] = {}
        self._troubles: deque[TroubleRecord] = deque(maxlen=KEPT_TROUBLES)
        self._fresh: deque[TroubleRecord] = deque(maxlen=KEPT_TROUBLES)

    @property
    def troubled(self) -> bool:
        """Whether something went wrong since the last drain."""
        return bool(self._fresh)

    def get_meter(self, plugin: str, hook: str) -> Meter:
        """Give the one meter of a hook of a plugin."""
        with self._lock:
            return self._meters.setdefault((plugin, hook), Meter(plugin, hook))

    def add(
        self,
        meter: Meter,
        area_id: int | None,
        took_ns: int,
        statements: int,
        trouble: Trouble | None,
    ) -> None:
        """Count one call."""
        bucket = (took_ns // 1000).bit_length()
        with self._lock:
            figures = meter.areas.get(area_id)
            if figures is None:
                figures = meter.areas[area_id] = Figures()
            figures.calls += 1
            figures.time_ns += took_ns
            figures.statements += statements
            meter.buckets[bucket if bucket < _BUCKETS else -1] += 1
            if trouble == "slow":
                figures.slow += 1
            elif trouble is not None:
                figures.errors += 1

    def keep(self, record: TroubleRecord) -> None:
        """Keep a trouble; the oldest gives way."""
        with self._lock:
            self._troubles.append(record)
            self._fresh.append(record)

    def snapshot(self) -> Snapshot:
        """Copy all figures.

        Shapes: areas and times sorted by plugin, hook, area; troubles newest first.
        """
        with self._lock:
            return self._copy(self._troubles)

    def drain(self) -> Snapshot:
        """Copy the figures and start again from zero; circuits stay.

        Shapes: the troubles are those since the last drain; a snapshot still has them all.
        """
        with self._lock:
            copy = self._copy(self._fresh)
            self._fresh.clear()
            for meter in self._meters.values():
                meter.buckets = [0] * _BUCKETS
                meter.areas = {}
            return copy

    def _copy(self, troubles: deque[TroubleRecord]) -> Snapshot:
        meters = [self._meters[key] for key in sorted(self._meters)]
        return Snapshot(
            tuple(row for meter in meters for row in _rows(meter)),
            tuple(
                HookTimes(plugin=meter.plugin, hook=meter.hook, buckets=tuple(meter.buckets))
                for meter in meters
                if any(meter.buckets)
            ),
            tuple(reversed(troubles)),
        )


def _rows(meter: Meter) -> Sequence[AreaFigures]:
    areas = sorted(meter.areas.items(), key=lambda item: (item[0] is not None, item[0] or 0))
    return [
        AreaFigures(
            plugin=meter.plugin,
            hook=meter.hook,
            area_id=area_id,
            calls=figures.calls,
            errors=figures.errors,
            slow=figures.slow,
            time_ns=figures.time_ns,
            statements=figures.statements,
        )
        for area_id, figures in areas
        if figures.calls
    ]
