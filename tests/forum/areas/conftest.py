"""Fixtures of the area tests: a town to act in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from forum.testing.fixtures import BuildOnce
from tests.forum.areas import samples
from tests.forum.areas.town import Town


@pytest.fixture
def town(app: Flask) -> Town:
    """An empty federation."""
    return Town(app)


@pytest.fixture
def chapter(app: Flask, build_once: BuildOnce) -> Iterator[Town]:
    """bund (public) → ni → kreis, gruppe (listed, on request), recht (sealed, hidden)."""
    services = app.extensions["forum"]
    before = services["dispatcher"]
    services["dispatcher"] = samples.load(*samples.ALL)
    yield build_once(found_chapter)
    services["dispatcher"] = before


def found_chapter(app: Flask) -> Town:
    """Make the areas, and who leads, writes and reads there."""
    town = Town(app)
    town.add_users("root", "ada", "edi", "mod", "mia", "out", "chair")
    town.found("root", visibility="public")
    town.add_area("ni", kind="region", accent="0d6b50")
    town.add_area("kreis", "ni")
    town.add_area("gruppe", "ni", visibility="listed", joining="apply", summary="Wir üben.")
    town.add_area("recht", "ni", visibility="hidden", sealed=True, chair="chair")
    for who, role in (("ada", "admin"), ("edi", "editor"), ("mod", "moderator"), ("mia", "member")):
        town.grant(who, "gruppe", role)
        town.grant(who, "kreis", role)
    town.grant("ada", "ni", "admin")
    return town
