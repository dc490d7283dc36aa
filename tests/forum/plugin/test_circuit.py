"""What keeps failing in an area is left alone there, and only there, and not for good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest

from forum.plugin import HookFailed
from forum.plugin.circuit import FAILURES, PAUSE_NS, WINDOW_NS
from forum.plugin.dispatch import Dispatcher
from forum.plugin.guard import SLOW_NS, STALLED_NS, Guard
from tests.forum.plugin.samples import AREA, AREA_PAGE, DRAFT, OTHER, load

MINUTE = 60_000_000_000


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1

    def __call__(self) -> int:
        return self.now


class Panel:
    """A plugin's code that fails, takes long or works, as the test says."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.calls = 0
        self.error: Exception | None = None
        self.takes = 0

    def __call__(self) -> str:
        self.calls += 1
        self.clock.now += self.takes
        if self.error:
            raise self.error
        return "shown"


class Place:
    """A dispatcher with one panel that is asked again and again."""

    def __init__(self, *, strict: bool = False) -> None:
        self.clock = Clock()
        self.panel = Panel(self.clock)
        guard = Guard(strict=strict, now=self.clock)
        self.dispatcher = Dispatcher(load("kudos", broken=("raises", "failsclosed")), guard)

    def ask(self, area_id: int | None = 7, times: int = 1, **how: Any) -> list[str | None]:
        """Call the panel; None stands for nothing shown."""
        how = {"kind": "panel", "on_error": "skip", **how}
        run = self.dispatcher.run
        return [run("kudos", "panel", self.panel, area_id=area_id, **how) for _ in range(times)]

    def told(self) -> list[tuple[str, int | None]]:
        """Return which circuits opened, newest first."""
        troubles = self.dispatcher.stats.snapshot().troubles
        return [(t.hook, t.area_id) for t in troubles if t.trouble == "circuit"]


@pytest.fixture
def place() -> Place:
    """A panel whose every call fails."""
    place = Place()
    place.panel.error = ValueError("kaputt")
    return place


def test_five_failures_in_a_row_open_it(place: Place) -> None:
    place.ask(times=FAILURES - 1)
    assert place.told() == []
    place.ask(times=50)
    assert place.panel.calls == FAILURES
    assert place.told() == [("panel", 7)]


def test_what_a_loaded_machine_slows_down_is_told_and_stays(place: Place) -> None:
    place.panel.error, place.panel.takes = None, SLOW_NS + 1
    assert place.ask(times=50) == ["shown"] * 50
    assert place.told() == []
    assert {one.trouble for one in place.dispatcher.stats.snapshot().troubles} == {"slow"}


def test_a_stalled_panel_costs_the_page_five_times_only(place: Place) -> None:
    place.panel.error, place.panel.takes = None, STALLED_NS + 1
    assert place.ask(times=FAILURES) == ["shown"] * FAILURES
    assert place.ask(times=50) == [None] * 50
    assert place.panel.calls == FAILURES


def test_one_good_call_begins_anew(place: Place) -> None:
    place.ask(times=FAILURES - 1)
    place.panel.error = None
    place.ask()
    place.panel.error = ValueError("again")
    place.ask(times=FAILURES - 1)
    assert place.told() == []
    place.ask()
    assert place.told() == [("panel", 7)]


def test_failures_far_apart_open_nothing(place: Place) -> None:
    for _ in range(50):
        place.ask()
        place.clock.now += WINDOW_NS // (FAILURES - 1) + 1
    assert (place.panel.calls, place.told()) == (50, [])


def test_other_areas_hooks_and_the_site_go_on(place: Place) -> None:
    place.ask(times=FAILURES)
    place.panel.error = None
    assert place.ask(times=2) == [None, None]
    assert place.ask(8) == ["shown"]
    assert place.ask(None) == ["shown"]
    run = place.dispatcher.run
    again = run("kudos", "other", place.panel, kind="panel", on_error="skip", area_id=7)
    assert again == "shown"


def test_after_a_minute_one_is_let_through(place: Place) -> None:
    place.ask(times=FAILURES)
    place.clock.now += PAUSE_NS - 1
    place.ask(times=3)
    assert place.panel.calls == FAILURES
    place.clock.now += 1
    place.ask(times=3)
    assert place.panel.calls == FAILURES + 1
    assert len(place.told()) == 2
    place.clock.now += PAUSE_NS
    place.panel.error = None
    assert place.ask(times=3) == ["shown"] * 3
    place.panel.error = ValueError("again")
    place.ask(times=FAILURES - 1)
    assert len(place.told()) == 2


def test_only_one_of_many_waiting_threads_is_let_through(place: Place) -> None:
    place.ask(times=FAILURES)
    place.clock.now += PAUSE_NS
    threads = [Thread(target=place.ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert place.panel.calls == FAILURES + 1


def test_one_that_dies_on_its_trial_is_tried_again_a_minute_later(place: Place) -> None:
    """The thread that was let through may never come back (an endless loop)."""
    place.ask(times=FAILURES)
    place.clock.now += PAUSE_NS

    class Gone(BaseException):
        """Ends the call as the end of a process would."""

    place.panel.error = Gone()  # type: ignore[assignment]
    with pytest.raises(Gone):
        place.ask()
    place.panel.error = None
    assert place.ask() == [None]
    place.clock.now += PAUSE_NS
    assert place.ask() == ["shown"]


@pytest.mark.parametrize("kind", ["view", "job", "attach"])
def test_what_aborts_never_opens(place: Place, kind: str) -> None:
    for _ in range(FAILURES * 2):
        with pytest.raises(HookFailed):
            place.ask(kind=kind, on_error="abort")
    assert (place.panel.calls, place.told()) == (FAILURES * 2, [])


def test_a_broken_validator_refuses_every_post(place: Place) -> None:
    hooks = place.dispatcher.for_area(frozenset({"failsclosed"}))
    for _ in range(FAILURES * 2):
        with pytest.raises(HookFailed):
            hooks.validate_post(DRAFT)
    assert place.told() == []


def test_hooks_have_circuits_too(place: Place) -> None:
    hooks = place.dispatcher.for_area(frozenset({"kudos", "raises"}))
    shown: Callable[..., list[str]] = lambda page: [  # noqa: E731
        plugin for plugin, _ in hooks.render_area_panels(page)
    ]
    for _ in range(FAILURES * 2):
        assert shown(AREA_PAGE) == ["kudos"]
    rows = [r for r in place.dispatcher.stats.snapshot().areas if r.plugin == "raises"]
    assert [(r.area_id, r.calls, r.errors) for r in rows] == [(AREA.id, FAILURES, FAILURES)]
    assert shown(replace(AREA_PAGE, area=OTHER)) == ["kudos"]
    assert place.told() == [("render_area_panels", AREA.id)]


def test_strict_hides_nothing() -> None:
    place = Place(strict=True)
    place.panel.error = ValueError("kaputt")
    for _ in range(FAILURES * 2):
        with pytest.raises(ValueError, match="kaputt"):
            place.ask()
