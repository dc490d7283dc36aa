"""Criteria count the same live, set by set, and by hand; twice, late and backwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from forum_badges import operations
from forum_badges.values import DISTINCT, Draft, Kind, Leaf
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from forum.api.data import Invalid
from forum.plugin import EventRef

if TYPE_CHECKING:
    from conftest import Workshop

WRITTEN = "discussions.post_created"
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
REACTED = "discussions.reaction_added"


def reach(leaf: Leaf, events: Sequence[EventRef], inside: set[int]) -> datetime | None:
    """Tell in plain Python when one member met a condition."""
    moments, seen = [], set()
    for one in sorted(events, key=lambda one: (one.at, one.id)):
        if one.name != leaf.event or one.area_id not in inside or one.origin == "import":
            continue
        if leaf.field and str(one.payload.get(leaf.field)) != leaf.value:
            continue
        by: dict[str, Any] = {"day": one.at.date(), "area_id": one.area_id}
        by["topic_id"] = one.payload.get("topic_id")
        key = by[DISTINCT[leaf.kind]] if leaf.kind in DISTINCT else one.id
        if key not in seen:
            seen.add(key)
            moments.append(one.at)
    return moments[leaf.least - 1] if len(moments) >= leaf.least else None


def undo(what: str, event: EventRef, number: int) -> EventRef:
    """Make an event that takes an earlier one back, or brings it back."""
    if event.name == REACTED:
        return replace(event, id=number, name="discussions.reaction_removed")
    return replace(event, id=number, name=f"discussions.post_{what}")


def list_standing(
    events: Sequence[EventRef], told: Sequence[EventRef], user: int
) -> list[EventRef]:
    """Tell in plain Python which events of a member count after all that was undone."""
    found = []
    for event in events:
        gone = set()
        for one in told:  # in the order of the log
            if one.payload["post_id"] != event.payload["post_id"]:
                continue
            for undone, brought in (("deleted", "restored"), ("hidden", "unhidden")):
                if one.name.endswith(f"_{undone}") or one.name.endswith("_removed"):
                    gone.add(undone if one.name.endswith(f"_{undone}") else "removed")
                elif one.name.endswith(f"_{brought}"):
                    gone.discard(undone)
        if event.actor_id == user and not gone:
            found.append(event)
    return found


def earn(leaves: Iterable[Leaf], events: Sequence[EventRef], inside: set[int]) -> datetime | None:
    """Tell in plain Python when one member earned a badge: any clause, all of its conditions."""
    clauses: dict[int, list[datetime | None]] = defaultdict(list)
    for leaf in leaves:
        clauses[leaf.clause].append(reach(leaf, events, inside))
    met = [max(found) for found in map(_whole, clauses.values()) if found]
    return min(met, default=None)


def _whole(moments: list[datetime | None]) -> list[datetime]:
    found = [one for one in moments if one is not None]
    return found if len(found) == len(moments) else []


HISTORIES = st.lists(
    st.tuples(
        st.integers(0, 1),  # who
        st.integers(0, 3),  # where
        st.integers(0, 72),  # hours after the start
        st.integers(1, 3),  # topic
        st.sampled_from([WRITTEN, REACTED]),
        st.sampled_from(["like", "thanks"]),
        st.sampled_from(["member", "member", "member", "import"]),
    ),
    max_size=25,
)
UNDOING = st.lists(
    st.tuples(
        st.integers(0, 24),  # of which event
        st.sampled_from(["deleted", "restored", "hidden", "unhidden"]),
    ),
    max_size=12,
)
LEAVES = st.lists(
    st.tuples(
        st.sampled_from(["count", "distinct_day", "distinct_area", "distinct_topic"]),
        st.sampled_from([(WRITTEN, ""), (REACTED, ""), (REACTED, "like")]),
        st.integers(1, 3),
        st.integers(0, 1),
    ),
    min_size=1,
    max_size=3,
)


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    history=HISTORIES,
    undoing=UNDOING,
    conditions=LEAVES,
    order=st.randoms(use_true_random=False),
)
def test_live_is_back_filled_is_counted_by_hand(
    shop: Workshop, history: list[Any], undoing: list[Any], conditions: list[Any], order: Any
) -> None:
    shop.forget_all()
    leaves = [
        Leaf(
            kind=kind,
            event=name,
            field="kind" if value else "",
            value=value,
            least=least,
            clause=clause,
        )
        for kind, (name, value), least, clause in conditions
    ]
    badge = shop.make(*leaves)
    areas = [shop.root, shop.here, shop.below, shop.next_door]
    people = [shop.anke, shop.deniz]
    events = [
        shop.event(
            10_000 + number,
            people[who],
            areas[where],
            at=START + timedelta(hours=hours),
            name=name,
            topic=topic,
            origin=origin,
            kind=kind,
        )
        for number, (who, where, hours, topic, name, kind, origin) in enumerate(history)
    ]
    told = [
        undo(one, events[place % len(events)], 20_000 + number)
        for number, (place, one) in enumerate(undoing if events else ())
    ]
    late = [*events, *told, *events[::2], *told[::2]]
    order.shuffle(late)
    shop.hear(*late)
    live, counted = shop.rows(), shop.counters(badge)
    inside = {shop.here, shop.below}
    by_hand = {
        (badge, user, at)
        for user in people
        if (at := earn(leaves, list_standing(events, told, user), inside))
    }
    assert {row for row in live if row[0] == badge} == by_hand
    shop.forget()
    assert shop.backfill(badge) == len(by_hand)
    assert {row for row in shop.rows() if row[0] == badge} == by_hand
    assert shop.counters(badge) == counted
    assert shop.backfill(badge) == 0


def test_an_award_has_the_date_of_the_nth_event(shop: Workshop) -> None:
    shop.hear(
        *(shop.event(n, shop.anke, shop.here, at=START + timedelta(days=n)) for n in range(1, 6))
    )
    shop.make(Leaf(kind="count", event=WRITTEN, least=3))
    [award] = shop.awards(shop.anke)
    assert award.event_at == START + timedelta(days=3)
    assert shop.awards(shop.deniz) == []


def test_a_badge_leads_to_the_next(shop: Workshop) -> None:
    first = shop.make(Leaf(kind="count", event=WRITTEN, least=2), name="Erstes")
    second = shop.make(Leaf(kind="has", required_id=first), name="Zweites")
    shop.make(Leaf(kind="has", required_id=first), Leaf(kind="has", required_id=second), name="D")
    shop.hear(*(shop.event(n, shop.anke, shop.here, at=START) for n in (1, 2)))
    assert shop.names(shop.anke) == ["D", "Erstes", "Zweites"]


def test_circles_and_long_rows_are_refused(shop: Workshop) -> None:
    badge = shop.make(name="0")
    row = [badge]
    for number in range(1, 6):
        row.append(shop.make(Leaf(kind="has", required_id=row[-1]), name=str(number)))
    with pytest.raises(Invalid, match="höchstens 5"):
        shop.make(Leaf(kind="has", required_id=row[-1]), name="6")
    with (
        pytest.raises(Invalid, match="Bedingung für sich selbst"),
        shop.acting(shop.admin) as scope,
    ):
        circle = Draft("0", "x", "x", leaves=[Leaf(kind="has", required_id=row[2])])
        operations.edit_achievement(scope, badge, draft=circle, number=1)


@pytest.mark.parametrize("kind", ["count", "distinct_day"])
def test_unknown_events_are_told_at_their_field(shop: Workshop, kind: Kind) -> None:
    with pytest.raises(Invalid, match="gibt es hier nicht") as caught:
        shop.make(Leaf(kind=kind, event="kudos.thanks_given"))
    assert caught.value.field == "event_1"


def test_imports_and_erased_members_never_count(shop: Workshop) -> None:
    shop.make(Leaf(kind="count", event=WRITTEN, least=1))
    shop.hear(shop.event(1, shop.anke, shop.here, at=START, origin="import"))
    shop.hear(shop.event(2, 999_999, shop.here, at=START))
    assert shop.rows() == set()
