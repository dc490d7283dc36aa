"""Which addresses a branch has, below `/a/<slug>/chapters` and at the root of its own host."""

from __future__ import annotations

from typing import Final

from forum.plugin import AreaRoutes, HostPage, Route
from forum_chapters.views import editing, looking, opening, region, reporting

_BOTH: Final = ("GET", "POST")

ROUTES: Final = AreaRoutes(
    (
        Route(rule="/", endpoint="front", view=looking.show_front),
        Route(rule="/impressum", endpoint="imprint", view=looking.show_imprint),
        Route(rule="/datenschutz", endpoint="privacy", view=looking.show_privacy),
        Route(rule="/region", endpoint="region", view=region.show_region),
        Route(rule="/edit", endpoint="edit", view=editing.edit, methods=_BOTH, permission="branch"),
        Route(rule="/look", endpoint="look", view=editing.look, methods=_BOTH, permission="branch"),
        Route(rule="/logo", endpoint="logo", view=looking.show_logo),
        Route(
            rule="/logo/edit",
            endpoint="edit_logo",
            view=editing.logo,
            methods=("POST",),
            permission="branch",
        ),
        Route(rule="/host", endpoint="host", view=editing.host, methods=_BOTH, permission="branch"),
        Route(rule="/report", endpoint="report", view=reporting.show_report, permission="branch"),
        Route(rule="/new", endpoint="choose", view=opening.choose, permission="branch"),
        Route(rule="/new/<key>", endpoint="start", view=opening.start, permission="branch"),
        Route(
            rule="/new/open",
            endpoint="open",
            view=opening.open_,
            methods=("POST",),
            permission="branch",
        ),
        Route(
            rule="/template",
            endpoint="own_template",
            view=opening.give_own,
            permission="branch",
        ),
        Route(
            rule="/templates/<key>",
            endpoint="template",
            view=opening.give_pattern,
            permission="branch",
        ),
    )
)
HOSTS: Final = (
    HostPage(path="/", view=looking.show_at_host),
    HostPage(path="/impressum", view=looking.find_imprint),
    HostPage(path="/datenschutz", view=looking.find_privacy),
)
