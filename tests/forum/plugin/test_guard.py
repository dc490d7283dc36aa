"""What a plugin breaks stays its own, is counted, and is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from threading import Thread
from time import sleep
from typing import Any

import pytest

from forum.core import clock
from forum.plugin import AreaRef, HookFailed
from forum.plugin.dispatch import Dispatcher
from forum.plugin.figures import KEPT_TROUBLES, AreaFigures, HookTimes
from forum.plugin.guard import CallKind, Guard
from tests.forum.plugin.samples import AREA_PAGE, DRAFT, TOPIC_PAGE, dispatcher, load

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def active(*names: str) -> frozenset[str]:
    return frozenset(names)


@pytest.mark.parametrize(
    ("name", "trouble", "message"),
    [
        ("raises", "error", "KeyError: 'kaputt'"),
        ("exits", "error", "SystemExit: 3"),
        ("hostile", "error", "tests.broken_plugins.hostile.Unprintable: <exception str() failed>"),
        (
            "foreigntemplate",
            "result",
            "forum.plugin.errors.WrongResult: render_area_panels of foreigntemplate: "
            "template 'admin/plugins.html' is not under foreigntemplate/",
        ),
    ],
)
def test_a_page_goes_on_without_the_broken_plugin(name: str, trouble: str, message: str):
    delivery = dispatcher("kudos", broken=(name,))
    with clock.freeze(NOW):
        given = delivery.for_area(active("kudos", name)).render_area_panels(AREA_PAGE)
    assert [plugin for plugin, _ in given] == ["kudos"]
    [record] = delivery.stats.snapshot().troubles
    assert (record.at, record.plugin, record.hook) == (NOW, name, "render_area_panels")
    assert (record.area_id, record.trouble, record.message) == (7, trouble, message)
    assert "Traceback (most recent call last)" in record.traceback


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("wrongtype", "render_post_panels of wrongtype: expected Panel, got str inside inside"),
        ("wrongslot", "slot <Slot.COMPOSER: 'composer'> is not on this page"),
    ],
)
def test_a_wrong_result_is_no_result(name: str, message: str):
    delivery = dispatcher("kudos", broken=(name,))
    given = delivery.for_area(active("kudos", name)).render_post_panels(TOPIC_PAGE)
    assert [plugin for plugin, _ in given] == ["kudos"]
    [record] = delivery.stats.snapshot().troubles
    assert record.trouble == "result"
    assert record.message.endswith(message)


def test_a_failed_filter_changes_nothing():
    hooks = dispatcher("kudos", broken=("wrongtype",)).for_area(active("kudos", "wrongtype"))
    assert hooks.filter_post_html(":danke:", DRAFT) == "♥"


def test_a_slow_renderer_is_told_with_its_statements():
    statements = iter([10, 14])
    guard = Guard(count_statements=lambda: next(statements))
    delivery = Dispatcher(load(broken=("slow",)), guard)
    assert delivery.for_area(active("slow")).render_post_panels(TOPIC_PAGE) == [("slow", {})]
    [figures] = guard.stats.snapshot().areas
    assert (figures.calls, figures.errors, figures.slow) == (1, 0, 1)
    assert figures.statements == 4
    [record] = guard.stats.snapshot().troubles
    assert (record.trouble, record.traceback) == ("slow", "")
    assert record.message.endswith(" ms, 4 statements")
    assert record.took_ms >= 60


def test_only_pages_are_in_a_hurry():
    delivery = dispatcher("kudos")
    delivery.run("kudos", "kudos.x", sleep, (0.06,), kind="job", on_error="abort", area_id=7)
    delivery.run("kudos", "panel", sleep, (0.06,), kind="panel", on_error="skip", area_id=7)
    assert [row.slow for row in delivery.stats.snapshot().areas] == [0, 1]


def test_strict_raises_what_the_plugin_raised_and_counts_it():
    delivery = dispatcher(broken=("raises",), strict=True)
    with pytest.raises(KeyError):
        delivery.for_area(active("raises")).render_area_panels(AREA_PAGE)
    assert [row.errors for row in delivery.stats.snapshot().areas] == [1]


class Ledger:
    """Stands for a database: remembers which kinds of calls were kept and which undone."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, CallKind]] = []

    def isolate(self, kind: CallKind) -> Any:
        return None if kind == "filter" else partial(self.savepoint, kind)

    def savepoint(self, kind: CallKind, call: Callable[..., Any], *arguments: Any) -> Any:
        try:
            result = call(*arguments)
        except BaseException:
            self.lines.append(("undone", kind))
            raise
        self.lines.append(("kept", kind))
        return result


def test_calls_run_inside_what_the_app_wants_for_their_kind():
    ledger = Ledger()
    names = ("raises", "wrongtype", "failsclosed")
    delivery = Dispatcher(load("kudos", broken=names), Guard(isolate=ledger.isolate))
    hooks = delivery.for_area(active("kudos", *names))
    hooks.render_post_panels(TOPIC_PAGE)
    assert ledger.lines == [("kept", "render"), ("undone", "render"), ("undone", "render")]
    ledger.lines.clear()
    hooks.filter_post_html("", DRAFT)
    assert ledger.lines == []
    with pytest.raises(HookFailed):
        hooks.validate_post(DRAFT)
    assert ledger.lines == [("undone", "validate")]


def test_a_broken_isolation_is_the_plugins_failure():
    def lost(call: Callable[..., Any], *arguments: Any) -> None:
        call(*arguments)
        raise ConnectionError("savepoint gone")

    delivery = Dispatcher(load("kudos"), Guard(isolate=lambda _kind: lost))
    assert delivery.for_area(active("kudos")).render_area_panels(AREA_PAGE) == []
    assert [record.plugin for record in delivery.stats.snapshot().troubles] == ["kudos"]


def test_other_code_of_a_plugin_runs_behind_the_same_guard():
    delivery = dispatcher("kudos")

    def panel(text: str) -> str:
        return text.upper()

    assert (
        delivery.run("kudos", "panel", panel, ("a",), kind="panel", on_error="skip", area_id=7)
        == "A"
    )
    wrong: Any = None
    assert (
        delivery.run("kudos", "panel", panel, (wrong,), kind="panel", on_error="skip", area_id=7)
        is None
    )
    with pytest.raises(HookFailed):
        delivery.run("kudos", "kudos.x", panel, (wrong,), kind="job", on_error="abort", area_id=7)
    assert [(row.hook, row.calls, row.errors) for row in delivery.stats.snapshot().areas] == [
        ("kudos.x", 1, 1),
        ("panel", 2, 1),
    ]


def test_figures_are_kept_per_plugin_hook_and_area_and_drained():
    delivery = dispatcher("kudos", broken=("raises",))
    for _ in range(3):
        delivery.for_area(active("kudos", "raises")).render_area_panels(AREA_PAGE)
    rows = delivery.stats.drain().areas
    assert [(r.plugin, r.hook, r.area_id, r.calls, r.errors) for r in rows] == [
        ("kudos", "render_area_panels", 7, 3, 0),
        ("raises", "render_area_panels", 7, 3, 3),
    ]
    assert all(isinstance(row, AreaFigures) and row.time_ns > 0 for row in rows)
    assert delivery.stats.snapshot().areas == ()
    assert delivery.stats.snapshot().times == ()
    delivery.for_area(active("raises")).render_area_panels(AREA_PAGE)
    assert [r.calls for r in delivery.stats.snapshot().areas] == [1]


def test_only_the_last_troubles_are_kept():
    delivery = dispatcher(broken=("raises",))
    for number in range(KEPT_TROUBLES + 5):
        page = replace(AREA_PAGE, area=AreaRef(number, "a", "A"))  # the circuits stay closed
        delivery.for_area(active("raises")).render_area_panels(page)
    assert len(delivery.stats.snapshot().troubles) == KEPT_TROUBLES


def test_percentiles_are_upper_bounds_of_buckets():
    times = HookTimes(plugin="a", hook="b", buckets=(0, 0, 90, 0, 0, 0, 0, 0, 0, 0, 10))
    assert times.get_percentile(0.5) == 0.004
    assert times.get_percentile(0.95) == 1.024
    assert HookTimes(plugin="a", hook="b", buckets=(0, 0)).get_percentile(0.5) == 0.0


def test_no_call_is_lost_between_threads():
    delivery = dispatcher("kudos")
    hooks = delivery.for_area(active("kudos"))

    def work() -> None:
        for _ in range(2000):
            hooks.render_area_panels(AREA_PAGE)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [row] = delivery.stats.snapshot().areas
    assert row.calls == 8000
