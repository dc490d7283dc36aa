"""The circuit: what keeps failing in an area is left alone there for a while, then tried once.

Per process, hook and area: five failed or stalled calls in a row within a minute open it, the calls
of the next minute are skipped, then one is let through, whose outcome closes it or opens it again.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Final

FAILURES: Final = 5
WINDOW_NS: Final = 60_000_000_000
PAUSE_NS: Final = 60_000_000_000


class Circuit:
    """The failures in a row of one hook of one plugin in one area; `until` is 0 while closed."""

    __slots__ = ("failed", "until")

    def __init__(self) -> None:
        self.failed: deque[int] = deque(maxlen=FAILURES)
        self.until = 0


Circuits = dict[int | None, Circuit]
"""By area; where nothing has failed there is none."""

_lock: Final = threading.Lock()


def lets_through(circuits: Circuits, area_id: int | None, now: int) -> bool:
    """Tell whether a call may be made; of an open circuit that is due, one caller is told so.

    Units: `now` in nanoseconds of a clock that is never set.
    Cost: a look into a dictionary while nothing fails.
    """
    circuit = circuits.get(area_id)
    if circuit is None or circuit.until == 0:
        return True
    with _lock:
        if now < circuit.until:
            return False
        circuit.until = now + PAUSE_NS
        return True


def note_success(circuits: Circuits, area_id: int | None) -> None:
    """Close the circuit and forget what failed before."""
    if area_id in circuits:
        with _lock:
            circuits.pop(area_id, None)


def note_failure(circuits: Circuits, area_id: int | None, now: int) -> bool:
    """Count a failed or stalled call; tell whether the circuit is open from now on."""
    with _lock:
        circuit = circuits.setdefault(area_id, Circuit())
        circuit.failed.append(now)
        in_a_row = len(circuit.failed) == FAILURES and now - circuit.failed[0] <= WINDOW_NS
        if circuit.until or in_a_row:
            circuit.until = now + PAUSE_NS
        return bool(circuit.until)
