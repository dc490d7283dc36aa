"""Routes of a plugin, told without naming a web framework."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from forum.plugin.types.checked import Checked

Method = Literal["GET", "POST"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Checked):
    """One rule below the plugin's address.

    `view` is called with the scope (for site routes: the viewer) and the rule's variables, after
    core found the area, the plugin active and the permission granted; it returns what a view of
    the core returns. `permission` is one that the manifest declares; None lets everybody in who
    may read the area. Roles belong to areas: on site routes who runs the site has a permission,
    nobody else. `keyed`: the address carries the right in itself, as links in mails do, and its
    POST asks for no token of a session: mail programs send it without cookies (RFC 8058).
    """

    rule: str
    endpoint: str
    view: Callable[..., object]
    methods: tuple[Method, ...] = ("GET",)
    permission: str | None = None
    keyed: bool = False


@dataclass(frozen=True, slots=True)
class AreaRoutes(Checked):
    """Routes below `/a/<slug>/<plugin>`; where the plugin is off they do not exist (404)."""

    routes: tuple[Route, ...]


@dataclass(frozen=True, slots=True)
class SiteRoutes(Checked):
    """Routes below `/<plugin>`; for plugins whose manifest has the scope `site`."""

    routes: tuple[Route, ...]


Routes = AreaRoutes | SiteRoutes
