"""Every bundled plugin's lineage leads to its models, goes back without a trace, and up again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from forum.core import migrations
from forum.core.database import db
from forum.core.migrations import upgrade
from forum.core.revisions import list_differences
from tests.architecture.tree import list_plugin_folders

PLUGINS = [folder.name for folder in list_plugin_folders()]


def release(app: Flask) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.mark.parametrize("plugin", PLUGINS)
def test_up_down_and_up_again(blank: Callable[[], Flask], plugin: str) -> None:
    app = blank()
    assert plugin in upgrade(app)
    assert list_differences(app, plugin) == []
    release(app)
    migrations.downgrade(app, plugin)
    with app.app_context():
        assert migrations.list_leftovers(plugin) == []
    release(app)
    assert upgrade(app) == [plugin]
    assert list_differences(app, plugin) == []
