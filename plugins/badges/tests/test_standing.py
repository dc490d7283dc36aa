"""Belonging and roles held: awarded by the clock, dated by when it was long enough."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from forum_badges import operations
from forum_badges.models import Award
from forum_badges.values import Leaf
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from forum.api.data import now, unit
from forum.areas.operations import leave_area, set_role

if TYPE_CHECKING:
    from conftest import Workshop

HERE = "/a/werkstatt/badges/"
WRITTEN = "discussions.post_created"
DAY = timedelta(days=1)
LEVELS = ("member", "editor", "moderator", "admin")
STEPS = st.lists(
    st.tuples(
        st.integers(0, 9),  # days since the last step
        st.sampled_from([*LEVELS[:3], *LEVELS[:3], "leave", "write", "tick", "tick"]),
    ),
    min_size=3,
    max_size=14,
)
LEAVES = st.lists(
    st.tuples(
        st.sampled_from(["tenure", "role_held", "role_held", "count"]),
        st.sampled_from(["editor", "moderator"]),
        st.integers(1, 15),
        st.integers(0, 1),
    ),
    min_size=1,
    max_size=3,
)


class ByHand:
    """One member in plain Python: since when which role, what was written, what was awarded."""

    def __init__(self, leaves: list[Leaf]) -> None:
        self.leaves = leaves
        self.since: dict[str, datetime] = {}
        self.written: list[datetime] = []
        self.award: datetime | None = None

    def stand(self, role: str, at: datetime) -> None:
        reached = LEVELS[: LEVELS.index(role) + 1]
        self.since = {level: self.since.get(level, at) for level in reached}

    def reach(self, leaf: Leaf, at: datetime) -> datetime | None:
        if leaf.kind == "count":
            return self.written[leaf.least - 1] if len(self.written) >= leaf.least else None
        since = self.since.get(leaf.value or "member")
        met = since + leaf.least * DAY if since else None
        return met if met is not None and met <= at else None

    def earn(self, at: datetime) -> datetime | None:
        found = []
        for clause in {leaf.clause for leaf in self.leaves}:
            met = [self.reach(leaf, at) for leaf in self.leaves if leaf.clause == clause]
            if None not in met:
                found.append(max(one for one in met if one is not None))
        return min(found, default=None)

    def look(self, at: datetime) -> None:
        self.award = self.award or self.earn(at)


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, conditions=LEAVES)
def test_the_clock_awards_what_a_back_fill_would_and_a_hand_counts(
    shop: Workshop, clock: Callable[[datetime], None], steps: list[Any], conditions: list[Any]
) -> None:
    at = datetime(2026, 12, 1, 12, 30, 15, 250_001, tzinfo=UTC)
    clock(at)
    shop.forget_all()
    leaves = [
        Leaf(kind="count", event=WRITTEN, least=1 + days % 2, clause=clause)
        if kind == "count"
        else Leaf(kind=kind, value=role if kind != "tenure" else "", least=days, clause=clause)
        for kind, role, days, clause in conditions
    ]
    badge, hand = shop.make(*leaves), ByHand(leaves)
    for number, (days, what) in enumerate([*steps, (1, "tick")], 1):
        at += days * DAY
        clock(at)
        if what == "tick":
            tick(shop)
            hand.look(at)
        elif what == "write":
            shop.hear(shop.event(number, shop.stranger, shop.here, at=at))
            hand.written.append(at)
            if len(hand.written) in {one.least for one in leaves if one.kind == "count"}:
                hand.look(at)
        elif what != "leave":
            with shop.acting(shop.admin) as scope:
                set_role(scope, shop.stranger, role=what)
            hand.stand(what, at)
        elif hand.since:
            with shop.acting(shop.stranger) as scope:
                leave_area(scope)
            hand.since = {}
    live = find(shop, badge)
    assert live == hand.award
    recount(shop)
    assert (find(shop, badge), find(shop, badge) is not None and bool(shop.doubts())) == (
        live,
        False,
    )
    shop.forget((Award,))
    shop.backfill(badge)
    assert find(shop, badge) == hand.earn(at)
    if not any(what == "leave" or what in LEVELS for _days, what in steps[1:]):
        assert find(shop, badge) == live
    with shop.acting(shop.admin) as scope:
        operations.retire_achievement(scope, badge, retired=True)
    if hand.since:
        with shop.acting(shop.stranger) as scope:
            leave_area(scope)


def find(shop: Workshop, badge: int) -> datetime | None:
    """Return since when the stranger has the badge."""
    found = [at for one, user, at in shop.rows() if (one, user) == (badge, shop.stranger)]
    return found[0] if found else None


def tick(shop: Workshop) -> None:
    with shop.app.app_context(), unit():
        operations.tick([shop.root, shop.here, shop.below])


def recount(shop: Workshop) -> None:
    with shop.app.app_context(), unit():
        operations.recount([shop.root, shop.here, shop.below])


def test_an_admin_asks_for_a_role_and_the_worker_gives_the_badge(
    shop: Workshop, clock: Callable[[datetime], None]
) -> None:
    admin = shop.client(shop.admin)
    form = {
        "name": "Ein Jahr Moderation",
        "description": "Hat ein Jahr lang moderiert.",
        "narrative": "Moderiere ein Jahr.",
        "mode": "all",
        "kind_1": "role_held",
        "role_1": "moderator",
        "least_1": "365",
        "kind_2": "tenure",
        "least_2": "30",
    }
    for wrong, said in (
        ({"role_1": ""}, "Welche Rolle?"),
        ({"role_1": "king"}, "Angabe"),
        ({"least_1": ""}, "Wie viele Tage?"),
        ({"least_2": "0"}, "Angabe"),
        ({"least_2": "10001"}, "Angabe"),
    ):
        page = shop.post(admin, f"{HERE}new", **{**form, **wrong})
        assert page.status_code == 422, wrong
        assert said in page.text
        assert "Ein Jahr Moderation" in page.text
    page = shop.post(admin, f"{HERE}new", **form)
    assert "365 Tage in der Rolle Moderation oder einer höheren" in page.text
    assert "30 Tage Mitglied" in page.text
    [badge] = set(re.findall(rf"{HERE}(\d+)/edit", page.text))
    assert 'selected value="role_held"' in admin.get(f"{HERE}{badge}/edit").text
    with shop.acting(shop.admin) as scope:
        set_role(scope, shop.anke, role="moderator")
    with shop.app.app_context():
        start = now()
    clock(start + 364 * DAY)
    shop.work()
    assert shop.names(shop.anke) == []
    clock(start + 366 * DAY)
    shop.work()
    [award] = shop.awards(shop.anke)
    assert award.event_at == start + 365 * DAY
    assert "Ein Jahr Moderation" in shop.client(shop.anke).get("/notifications").text
