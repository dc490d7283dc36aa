"""A new poll: what its fields say is stored with the topic, or refused at the field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from forum_polls import limits

from forum.api.data import Invalid
from forum.testing.builders import make_topic, set_settings
from forum.testing.fixtures import MOMENT

if TYPE_CHECKING:
    from conftest import Town

TWO = "Ja\nNein"


def test_fields_become_a_poll(town: Town) -> None:
    full = town.start(
        options=" Ja \r\n\r\nNein\nNoch nicht",
        kind="multiple",
        min="1",
        max="2",
        own="open",
        ends="2026-12-24T18:00",
        results="after_vote",
    )
    poll = full.poll
    assert (poll.question, poll.kind, poll.min_choices, poll.max_choices) == (
        "Seid ihr dabei?",
        "multiple",
        1,
        2,
    )
    assert (poll.own_answers, poll.results) == ("open", "after_vote")
    assert poll.ends_at == datetime(2026, 12, 24, 17, 0, tzinfo=UTC)
    assert [option.text for option in full.options] == ["Ja", "Nein", "Noch nicht"]
    assert (poll.is_open, poll.voters, poll.created_at) == (True, 0, MOMENT)


def test_fields_left_out_mean_one_answer_and_what_the_area_says(town: Town) -> None:
    assert _rules(town.start(options=TWO)) == ("single", 1, 1, "off", "always", None)
    set_settings(town.app, town.here, "polls", own_answers="open", results="after_close")
    assert _rules(town.start(options=TWO)) == ("single", 1, 1, "open", "after_close", None)
    several = _rules(town.start(options=TWO, kind="multiple", own="off", results="always"))
    assert several == ("multiple", 1, None, "off", "always", None)


def _rules(full: object) -> tuple[object, ...]:
    poll = full.poll  # type: ignore[attr-defined]
    return (
        poll.kind,
        poll.min_choices,
        poll.max_choices,
        poll.own_answers,
        poll.results,
        poll.ends_at,
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"options": ""}, "polls_options"),
        ({"options": "Ja\n\u200b\n "}, "polls_options"),
        ({"options": "Rad\nBus\n rAD "}, "polls_options"),
        ({"options": "Ja\n" + "x" * (limits.ANSWER + 1)}, "polls_options"),
        ({"options": "\n".join(map(str, range(limits.OPTIONS + 1)))}, "polls_options"),
        ({"options": TWO, "ends": "2026-11-20T09:59"}, "polls_ends"),
        ({"options": TWO, "ends": "2026-11-20T10:00"}, "polls_ends"),
        ({"options": TWO, "ends": "morgen"}, "polls_ends"),
        ({"options": TWO, "ends": "0001-01-01T00:00"}, "polls_ends"),
        # East of the author it would be a moment after the end of the calendar.
        ({"options": TWO, "ends": "9999-12-31T23:59"}, "polls_ends"),
        ({"options": TWO, "kind": "secret"}, "polls_kind"),
        ({"options": TWO, "own": "maybe"}, "polls_own"),
        ({"options": TWO, "results": "never"}, "polls_results"),
        ({"options": TWO, "kind": "multiple", "min": "3"}, "polls_min"),
        ({"options": TWO, "kind": "multiple", "min": "-1"}, "polls_min"),
        ({"options": TWO, "kind": "multiple", "max": "²"}, "polls_max"),
        ({"options": TWO, "kind": "multiple", "max": "9" * 5000}, "polls_max"),
        ({"options": TWO, "kind": "multiple", "min": "2", "max": "1"}, "polls_max"),
    ],
)
def test_wrong_field_is_refused_and_nothing_is_stored(
    town: Town, fields: Mapping[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        town.start(**fields)
    assert refused.value.field == field
    assert refused.value.message
    assert town.count_rows()["polls_poll"] == 0


def test_as_many_answers_as_allowed(town: Town) -> None:
    full = town.start(options="\n".join(map(str, range(limits.OPTIONS))))
    assert [option.text for option in full.options] == [str(i) for i in range(limits.OPTIONS)]
    set_settings(town.app, town.here, "polls", max_options=3)
    with pytest.raises(Invalid):
        town.start(options="1\n2\n3\n4")


def test_end_in_the_next_minute_is_in_time(town: Town) -> None:
    assert town.start(options=TWO, ends="2026-11-20T10:01").poll.is_open


def test_other_kinds_have_no_poll(town: Town) -> None:
    make_topic(town.app, town.here, author=town.anke)
    # Without scripts the fields are sent along, empty or as they stood at first.
    extra = {"polls_options": (" ",), "polls_kind": ("single",)}
    make_topic(town.app, town.here, author=town.anke, kind="question", extra=extra)
    assert town.count_rows()["polls_poll"] == 0


def test_answers_under_another_kind_are_not_lost(town: Town) -> None:
    with pytest.raises(Invalid) as refused:
        extra = {"polls_options": ("Ja\nNein",)}
        make_topic(town.app, town.here, author=town.anke, kind="discussion", extra=extra)
    assert refused.value.field == "polls_options"
    assert "Umfrage" in refused.value.message


def test_kind_does_not_exist_next_door(town: Town) -> None:
    with pytest.raises(Invalid) as refused:
        town.start(area=town.next_door)
    assert refused.value.field == "kind"
