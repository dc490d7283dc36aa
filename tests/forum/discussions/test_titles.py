"""Titles show something and read in one direction, also those that no form has seen."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from forum.core.errors import Invalid
from forum.discussions.models import Topic
from tests.forum.discussions.world import World


@pytest.mark.parametrize("title", ["", "\u200b", "\u202e \u202c", "\u2800\u3164"])
def test_a_title_that_shows_nothing_is_refused(world: World, title: str) -> None:
    with pytest.raises(Invalid) as refused:
        world.start(title=title)
    assert refused.value.field == "title"


def test_a_title_is_not_turned_around(world: World) -> None:
    topic = world.start(title="Satzung \u202e fdp.exe").topic_id
    [row] = world.rows(sa.select(Topic.title).where(Topic.id == topic))
    assert row.title == "Satzung fdp.exe"
