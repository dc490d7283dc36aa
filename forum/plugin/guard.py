"""One call into a plugin: timed, counted, isolated, checked; what it breaks stays its own.

No SQL here: the app hands in how statements are counted and how a kind of call is isolated.
"""

import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any, Final, Literal

from forum.core import clock
from forum.plugin.calling import calling
from forum.plugin.checks import Check
from forum.plugin.circuit import PAUSE_NS, lets_through, note_failure, note_success
from forum.plugin.errors import HookFailed, WrongResult
from forum.plugin.figures import Meter, Stats, Told, Trouble, TroubleRecord
from forum.plugin.hookspec import Kind, OnError, Verify

SLOW_NS: Final = 50_000_000
"""From here on a call that a page waits for is told as slow."""
STALLED_NS: Final = 250_000_000
"""From here on a slow call counts for the circuit: below, a loaded machine makes anybody slow."""
KEPT_TRACEBACK: Final = 10_000
"""Characters; the end is kept, which names the cause."""

CallKind = Kind | Literal["panel", "attach", "view", "job", "task"]
"""The kinds of hooks, and the other moments in which a plugin's code runs."""
Isolation = Callable[..., Any] | None
"""Makes a call, given as a function and its arguments, inside a savepoint or a read-only guard."""
Isolate = Callable[[CallKind], Isolation]
"""Gives the isolation for a kind of calls; asked once for all plugins that a hook goes to."""

_ON_PAGES: frozenset[CallKind] = frozenset({"render", "collect", "panel"})

log = logging.getLogger(__name__)


class Skipped:
    """The type of SKIPPED, so that it can never be a plugin's own result."""


SKIPPED: Final = Skipped()
"""What a guarded call gives when it failed and the page goes on without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSite:
    """Everything fixed about a call before it is made."""

    plugin: str
    hook: str
    kind: CallKind
    on_error: OnError
    function: Callable[..., Any]
    check: Check | None
    verify: Verify | None
    meter: Meter


def _no_isolation(_kind: CallKind) -> None:
    return None


def _no_statements() -> int:
    return 0


class Guard:
    """Makes calls into plugins and keeps what happened in `stats`.

    `count_statements` gives the running number of statements of this thread.
    With `strict` (tests, FORUM_STRICT=1) failures are counted and then raised as they are.
    What is skipped when it fails has a circuit (see `circuit`); what aborts has none: validators
    and privacy hooks fail closed. `now` is a clock that is never set, in nanoseconds.
    """

    def __init__(
        self,
        *,
        isolate: Isolate = _no_isolation,
        count_statements: Callable[[], int] = _no_statements,
        strict: bool = False,
        now: Callable[[], int] = perf_counter_ns,
    ) -> None:
        self.stats = Stats()
        self._isolate = isolate
        self._count = count_statements
        self._strict = strict
        self._now = now

    def call(self, site: CallSite, area_id: int | None, arguments: tuple[Any, ...]) -> Any:
        """Call a plugin, unless its circuit is open here.

        Errors: HookFailed where the site says abort; the exception itself with `strict`.
        Cost: about 3 µs beside the call.
        """
        return self._call(site, area_id, arguments, self._isolate(site.kind))

    def call_all(
        self, sites: Sequence[CallSite], area_id: int | None, arguments: tuple[Any, ...]
    ) -> list[tuple[str, Any]]:
        """Call all plugins of a hook in turn, as `call` does.

        Return: what each gave, with its name; those that were skipped are left out.
        """
        isolation = self._isolate(sites[0].kind) if sites else None
        given = []
        for site in sites:
            result = self._call(site, area_id, arguments, isolation)
            if result is not SKIPPED:
                given.append((site.plugin, result))
        return given

    def _call(
        self,
        site: CallSite,
        area_id: int | None,
        arguments: tuple[Any, ...],
        isolation: Isolation,
    ) -> Any:
        started = self._now()
        circuits = site.meter.circuits  # empty where failures break nothing
        if circuits and not lets_through(circuits, area_id, started):
            return SKIPPED
        before = self._count()
        try:
            if isolation is None:
                result = _checked(site, arguments)
            else:
                # What has a wrong result is rolled back like what raises.
                result = isolation(_checked, site, arguments)
        # A plugin that calls sys.exit() must not end the process that serves everybody.
        except (Exception, SystemExit) as error:
            took = self._now() - started
            return self._failed(site, area_id, error, took_ns=took, before=before)
        took = self._now() - started
        slow: Trouble | None = "slow" if took > SLOW_NS and site.kind in _ON_PAGES else None
        statements = self._count() - before
        self.stats.add(site.meter, area_id, took, statements, slow)
        if slow:
            message = f"took {took / 1e6:.0f} ms, {statements} statements"
            self._record(site, area_id, "slow", message, took_ns=took)
        if slow and took > STALLED_NS:
            self._break(site, area_id)
        elif circuits:
            note_success(circuits, area_id)
        return result

    def _failed(
        self,
        site: CallSite,
        area_id: int | None,
        error: BaseException,
        *,
        took_ns: int,
        before: int,
    ) -> Skipped:
        trouble: Trouble = "result" if isinstance(error, WrongResult) else "error"
        self.stats.add(site.meter, area_id, took_ns, self._count() - before, trouble)
        # The exception is foreign: only traceback's own formatting survives a broken __str__.
        message = "".join(traceback.format_exception_only(error)).strip()[:500]
        details = "".join(traceback.format_exception(error))[-KEPT_TRACEBACK:]
        self._record(site, area_id, trouble, message, took_ns=took_ns, details=details)
        self._break(site, area_id)
        if self._strict:
            raise error
        if site.on_error == "abort":
            raise HookFailed(site.plugin, site.hook) from error
        return SKIPPED

    def _break(self, site: CallSite, area_id: int | None) -> None:
        """Note a failed or stalled call, and tell when it was one too many."""
        if self._strict or site.on_error != "skip":
            return
        if note_failure(site.meter.circuits, area_id, self._now()):
            message = f"left alone here for {PAUSE_NS // 10**9} s after failing again and again"
            self._record(site, area_id, "circuit", message, took_ns=0)

    def _record(
        self,
        site: CallSite,
        area_id: int | None,
        trouble: Told,
        message: str,
        *,
        took_ns: int,
        details: str = "",
    ) -> None:
        self.stats.keep(
            TroubleRecord(
                at=clock.now(),
                plugin=site.plugin,
                hook=site.hook,
                area_id=area_id,
                trouble=trouble,
                message=message,
                traceback=details,
                took_ms=took_ns / 1e6,
            )
        )
        level = logging.WARNING if trouble in ("slow", "circuit") else logging.ERROR
        log.log(
            level,
            "plugin %s, %s: %s",
            site.plugin,
            site.hook,
            message,
            extra={"plugin": site.plugin, "hook": site.hook, "area_id": area_id},
        )
        if details:
            log.debug("%s", details)


def _checked(site: CallSite, arguments: tuple[Any, ...]) -> Any:
    if site.kind in _ON_PAGES:  # it reads only, so there is nothing to sign
        result = site.function(*arguments)
    else:
        with calling(site.plugin):
            result = site.function(*arguments)
    problem = site.check(result) if site.check is not None else None
    if problem is None and site.verify is not None:
        problem = site.verify(site.plugin, arguments, result)
    if problem is not None:
        raise WrongResult(f"{site.hook} of {site.plugin}: {problem}")
    return result
