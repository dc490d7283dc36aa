"""Ids that are known before their rows: nobody else gets them, whatever else is written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.core.database import unit, unscoped
from forum.core.ids import reserve_ids
from forum.discussions.models import Follow, Topic
from forum.testing.builders import make_area, make_topic, make_user


def reserve(app: Flask, count: int) -> list[int]:
    with app.app_context(), unit() as session:
        return list(reserve_ids(session, Topic, count))


def test_what_is_reserved_is_given_to_nobody_else(app: Flask) -> None:
    anke = make_user(app)
    area = make_area(app, "Bund", members={anke: "member"})
    first = reserve(app, 3)  # nothing was ever written into this table
    made = make_topic(app, area, author=anke).topic_id
    later = reserve(app, 2)
    again = make_topic(app, area, author=anke).topic_id
    every = [*first, made, *later, again]
    assert every == sorted(set(every))
    assert reserve(app, 0) == []


def test_what_is_undone_leaves_no_trouble(app: Flask) -> None:
    anke = make_user(app)
    area = make_area(app, "Bund", members={anke: "member"})
    with pytest.raises(ZeroDivisionError), app.app_context(), unit() as session:
        reserve_ids(session, Topic, 5)
        raise ZeroDivisionError
    made = make_topic(app, area, author=anke).topic_id
    with app.app_context(), unit(), unscoped("test") as session:
        session.execute(sa.delete(Topic).where(Topic.id == made))
    assert min(reserve(app, 2)) > made


def test_many_at_once(app: Flask) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = [one for ids in pool.map(lambda _: reserve(app, 25), range(12)) for one in ids]
    assert len(set(found)) == 300


def test_a_table_that_gives_ids_again_is_refused(app: Flask) -> None:
    with app.app_context(), unit() as session, pytest.raises(ValueError, match="topic_follow"):
        reserve_ids(session, Follow, 1)
