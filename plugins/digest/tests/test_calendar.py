"""When digests are due: through both clock changes, in every zone, one per period."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from forum_digest.calendar import Rhythm, Turn, find_next_turn

BERLIN = "Europe/Berlin"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rhythm", "after", "turn"),
    [
        (
            Rhythm("daily", 0, 7, BERLIN),
            "2026-03-28 07:00",
            Turn(at("2026-03-29 05:00"), "d2026-03-29"),
        ),
        (
            Rhythm("daily", 0, 7, BERLIN),
            "2026-03-27 07:00",
            Turn(at("2026-03-28 06:00"), "d2026-03-28"),
        ),
        # The hour that is left out on 29 March is the one after it.
        (
            Rhythm("daily", 0, 2, BERLIN),
            "2026-03-28 07:00",
            Turn(at("2026-03-29 01:00"), "d2026-03-29"),
        ),
        # The hour that comes twice on 25 October is the first of the two.
        (
            Rhythm("daily", 0, 2, BERLIN),
            "2026-10-24 07:00",
            Turn(at("2026-10-25 00:00"), "d2026-10-25"),
        ),
        (
            Rhythm("daily", 0, 2, BERLIN),
            "2026-10-25 00:30",
            Turn(at("2026-10-26 01:00"), "d2026-10-26"),
        ),
        (
            Rhythm("weekly", 0, 7, BERLIN),
            "2026-10-19 06:00",
            Turn(at("2026-10-26 06:00"), "w2026-44"),
        ),
        (
            Rhythm("weekly", 0, 7, "America/New_York"),
            "2026-11-16 11:00",
            Turn(at("2026-11-16 12:00"), "w2026-47"),
        ),
        (
            Rhythm("weekly", 6, 23, "Pacific/Kiritimati"),
            "2026-11-20 00:00",
            Turn(at("2026-11-22 09:00"), "w2026-47"),
        ),
        (
            Rhythm("weekly", 4, 7, BERLIN),
            "2026-12-31 12:00",
            Turn(at("2027-01-01 06:00"), "w2026-53"),
        ),
        (
            Rhythm("monthly", 0, 7, BERLIN),
            "2026-11-16 09:00",
            Turn(at("2026-12-07 06:00"), "m2026-12"),
        ),
        (
            Rhythm("monthly", 1, 0, BERLIN),
            "2026-11-30 22:59",
            Turn(at("2026-11-30 23:00"), "m2026-12"),
        ),
    ],
)
def test_the_next_turn(rhythm: Rhythm, after: str, turn: Turn) -> None:
    assert find_next_turn(rhythm, at(after)) == turn


@pytest.mark.parametrize("zone", [BERLIN, "America/New_York", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 23])
def test_a_year_of_days_has_one_turn_each(zone: str, hour: int) -> None:
    moment, keys = at("2026-01-01 00:00"), []
    while moment < at("2027-01-01 00:00"):
        turn = find_next_turn(Rhythm("daily", 0, hour, zone), moment)
        assert turn.at > moment
        assert turn.key == f"d{turn.at.astimezone(ZoneInfo(zone)):%Y-%m-%d}"
        keys.append(turn.key)
        moment = turn.at
    assert len(keys) == len(set(keys))
    assert 365 <= len(keys) <= 366


def test_looking_twice_is_the_same_as_once() -> None:
    rhythm = Rhythm("weekly", 2, 7, BERLIN)
    first = find_next_turn(rhythm, at("2026-11-16 09:00"))
    assert find_next_turn(rhythm, first.at - timedelta(seconds=1)) == first
    assert find_next_turn(rhythm, first.at).key != first.key
