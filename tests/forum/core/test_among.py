"""One statement for any number of values, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.accounts.models import User
from forum.core.among import among
from forum.core.database import db, read_unit
from forum.testing.builders import make_user
from forum.testing.statements import count_statements

BY_ID = sa.select(User.handle).where(among(User.id, "ids")).order_by(User.id)
BY_HANDLE = sa.select(User.id).where(among(User.handle, "handles"))
OTHERS = sa.select(sa.func.count()).where(~among(User.id, "ids"))

Ask = Callable[..., list[object]]


@pytest.fixture
def people(app: Flask) -> list[int]:
    """Three members."""
    return [make_user(app, name) for name in ("Anke Meyer", "Deniz Kaya", 'O"Neil, {x}')]


@pytest.fixture
def ask(app: Flask) -> Ask:
    """Ask on the read-only connection, as pages do."""

    def act(statement: sa.Select[tuple[object]], **values: object) -> list[object]:
        with app.app_context(), read_unit():
            return list(db.session.scalars(statement, values))

    return act


def test_values_are_found_in_any_collection(people: list[int], ask: Ask) -> None:
    first, second, third = people
    every = ask(BY_ID, ids=people)
    assert len(every) == 3
    assert ask(BY_ID, ids={third, first}) == [every[0], every[2]]
    assert ask(BY_ID, ids=(second, second, 10**9)) == [every[1]]
    assert ask(BY_HANDLE, handles=dict.fromkeys(every[:1])) == [first]


def test_nothing_is_among_none(people: list[int], ask: Ask) -> None:
    assert ask(BY_ID, ids=[]) == []
    assert ask(BY_HANDLE, handles=()) == []
    assert ask(OTHERS, ids=[]) == [len(people)]
    assert ask(OTHERS, ids=people) == [0]


@pytest.mark.parametrize("hostile", ["'", '"', "\\", "{}", "a,b", "NULL", "]", "%(x)s", "ß€🙂"])
def test_strings_stay_what_they_are(app: Flask, ask: Ask, hostile: str) -> None:
    shown = sa.select(sa.literal(hostile, sa.String(20)).label("text")).subquery()
    found = sa.select(shown.c.text).where(among(shown.c.text, "texts"))
    assert ask(found, texts=["anything", hostile]) == [hostile]
    assert ask(found, texts=[f"{hostile}{hostile}x"]) == []


def test_the_statement_is_the_same_for_few_and_many(people: list[int], ask: Ask) -> None:
    texts = set()
    for ids in ([], people[:1], people, range(5_000)):
        with count_statements() as sent:
            ask(BY_ID, ids=ids)
        texts.update(sent)
    assert len(texts) == 1
