"""Loaded plugins to switch, without code behind them."""

from __future__ import annotations

from types import ModuleType

from pydantic import BaseModel

from forum.plugin import AreaRoutes, Manifest, SiteRoutes, setting
from forum.plugin.contributions import Contributions
from forum.plugin.dispatch import Dispatcher
from forum.plugin.guard import Guard
from forum.plugin.loader import Loaded, LoadedPlugin


class VoteSettings(BaseModel):
    """Settings of the sample `votes`."""

    most: int = setting(20, label="Antworten höchstens", ge=2, le=50)
    own: bool = setting(True, label="Eigene Antworten")
    secret: str = setting("", label="Schlüssel", area_admin=False, max_length=20)


def plugin(name: str, *routes: AreaRoutes | SiteRoutes, **manifest: object) -> LoadedPlugin:
    """A loaded plugin of this name, with these routes."""
    values = {"title": name.title(), "summary": f"Über {name}", "core": ">=0", "licence": "X"}
    return LoadedPlugin(
        manifest=Manifest(name=name, **{**values, **manifest}),  # type: ignore[arg-type]
        version="1",
        module=ModuleType(name),
        builtin=False,
        implementations={},
        contributions=Contributions(routes=routes),
    )


def load(*plugins: LoadedPlugin) -> Dispatcher:
    """A dispatcher over these plugins."""
    return Dispatcher(Loaded(plugins=plugins), Guard())


VOTES = plugin("votes", settings=VoteSettings)
DATES = plugin("dates", default=True)
GATE = plugin("gate", restricts="visibility", restricted=True)
CALM = plugin("calm", restricts="posting")
TALLY = plugin("tally", requires=("votes",))
ALL = (VOTES, DATES, GATE, CALM, TALLY)
