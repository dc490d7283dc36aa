"""Panels are kept by what they say: what changes one poll makes no other anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forum_polls import operations
from forum_polls.values import OptionSpec, PollSpec

from forum.web.kept import STATE

if TYPE_CHECKING:
    from conftest import Town
    from forum_polls.shapes import FullPoll


def count_panels(town: Town) -> int:
    """Return how many panels of polls are kept."""
    kept = town.app.extensions[STATE]
    return sum("polls/panel.html" in str(key) for key in kept._entries)


def look(town: Town, full: FullPoll) -> tuple[str, int]:
    """Open the topic's page; tell how many panels had to be made for it."""
    before = count_panels(town)
    page = town.client(town.anke).get(full.poll.url, follow_redirects=True).text
    return page, count_panels(town) - before


def test_what_changes_one_of_three_polls_makes_one_panel_anew(town: Town) -> None:
    full = town.start()
    answers = (OptionSpec(text="Tee"), OptionSpec(text="Saft"))
    with town.acting(town.anke):
        for number in range(2):
            spec = PollSpec(question=f"Und {number}?", options=answers, name=f"und-{number}")
            operations.create_poll(full.poll.post_id, spec)
    assert look(town, full)[1] == 3
    assert look(town, full)[1] == 0
    town.vote(town.deniz, full, "Ja")
    page, made = look(town, full)
    assert (made, "1 Stimme" in page) == (1, True)
    with town.acting(town.anke) as scope:
        second = full.options[1].id
        operations.edit_option(scope, full.poll.id, option_id=second, text="Niemals")
    page, made = look(town, full)
    assert (made, "Niemals" in page) == (1, True)
    town.close(full)
    page, made = look(town, full)
    assert (made, "beendet" in page) == (1, True)
    assert look(town, full)[1] == 0
