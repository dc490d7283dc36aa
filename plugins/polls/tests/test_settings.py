"""Settings reach polls from the areas above, locked ones too, at the cost of one statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from forum_polls import limits, queries

from forum.testing.builders import looking, make_area, set_settings

if TYPE_CHECKING:
    from conftest import Town


def test_defaults_hold_where_nobody_said_anything(town: Town) -> None:
    with looking(town.app, None, town.here):
        assert queries.get_settings(town.here).model_dump() == {
            "own_answers": "off",
            "results": "always",
            "max_options": limits.OPTIONS,
            "remind_days": 0,
            "templates": (),
        }


def test_values_come_down_the_tree_in_one_statement(
    town: Town, statements: Callable[[Callable[[], object]], list[str]]
) -> None:
    below = make_area(town.app, "Ortsgruppe", parent=town.here)
    set_settings(town.app, town.here, "polls", own_answers="open", max_options=10)
    set_settings(town.app, below, "polls", max_options=5)
    with looking(town.app, None, below):
        settings = queries.get_settings(below)
        assert (settings.own_answers, settings.results, settings.max_options) == (
            "open",
            "always",
            5,
        )
        assert len(statements(lambda: queries.get_settings(below))) == 1
        assert queries.get_settings(town.next_door).own_answers == "off"


def test_template_of_the_area_fills_in_the_answers(town: Town) -> None:
    set_settings(town.app, town.here, "polls", templates=["Ja oder Nein: Ja | Nein", "ohne Sinn"])
    full = town.start(options="", template="Ja oder Nein")
    assert [option.text for option in full.options] == ["Ja", "Nein"]
    form = town.client(town.anke).get("/a/kreis/new").get_data(as_text=True)
    assert '<option value="Ja oder Nein">' in form
    assert "ohne Sinn" not in form
