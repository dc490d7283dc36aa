"""What went wrong with a plugin in an area, as its admins are told: kinds and counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from forum.areas.scope import Scope
from forum.core.services import service


@dataclass(frozen=True, slots=True)
class AreaTrouble:
    """A kind of trouble (`forum.plugin.figures.Told`), how often in the last days, when last.

    `paused`: something of the plugin is left alone in the area right now.
    """

    kind: str
    count: int
    at: datetime
    paused: bool


ListAreaTroubles = Callable[[int, str], Sequence[AreaTrouble]]
"""The service `area_troubles`: area id and plugin in, wired by the feature that keeps them."""


def list_plugin_troubles(scope: Scope, plugin: str) -> Sequence[AreaTrouble]:
    """List the troubles of a plugin in the area without anything of its code or of others' areas.

    Cost: one statement.
    """
    ask: ListAreaTroubles = service("area_troubles")
    return ask(scope.area.id, plugin)
