"""One plugin per surface that tells everybody the titles of all topics, closed areas included.

Each is otherwise right. The kit has to name the surfaces where it leaks, and no others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.broken_plugins.variants import IMPORTS, TAIL, Edits, Seed

ALL_TITLES = '''

def list_all_titles() -> list[str]:
    """Return what not everybody may know."""
    with unscoped("kudos: everything") as session:
        return list(session.scalars(sa.select(_shown.title).order_by(_shown.title)))
'''
_READ = {
    "queries.py": (
        ("current_viewer, db\n", "current_viewer, db, unscoped\n"),
        (
            "        raise NotFound\n    return found\n",
            f"        raise NotFound\n    return found\n{ALL_TITLES}",
        ),
    ),
}
_LIST = "<p>{{ titles|join(', ') }}</p>\n"


@dataclass(frozen=True)
class Leak:
    """A seed of the rule `wall`, and every surface that it shows on."""

    surfaces: frozenset[str]
    seed: Seed = field(repr=False)

    def __str__(self) -> str:
        return ", ".join(sorted(self.surfaces))


def _leak(
    surfaces: str,
    hook: str,
    *names: str,
    edits: Edits | None = None,
    files: Mapping[str, str] | None = None,
) -> Leak:
    """Hang a hook on the plugin; `names` are what it needs of `forum.plugin`."""
    listed = "".join(f"    {name},\n" for name in names)
    plugin = (
        (TAIL, f"{TAIL}\n\n{hook}"),
        (IMPORTS, f"{listed}{IMPORTS}"),
        ("import operations, panels, views", "import operations, panels, queries, views"),
    )
    found = frozenset(surfaces.split(", "))
    all_edits = {**_READ, "plugin.py": plugin, **(edits or {})}
    return Leak(found, Seed("wall", min(found), all_edits, files or {}))


LEAKS = (
    _leak(
        "area page",
        """
@hookimpl
def render_area_panels(page: AreaPage) -> Sequence[Panel]:
    if Slot.AREA_SIDE not in page.slots:
        return ()
    return [Panel(Slot.AREA_SIDE, "kudos/all.html", {"titles": queries.list_all_titles()})]
""",
        "AreaPage",
        "Slot",
        files={"templates/kudos/all.html": _LIST},
    ),
    _leak(
        "topic page",
        "",
        edits={
            "panels.py": (
                ('{"mine": mine,', '{"titles": list_all_titles(), "mine": mine,'),
                ("import list_thanks", "import list_all_titles, list_thanks"),
            ),
            "templates/kudos/thanks.html": (("</p>", f"</p>{_LIST}"),),
        },
    ),
    _leak(
        "profile",
        """
@hookimpl
def render_site_panels(page: SitePage) -> Sequence[Panel]:
    if Slot.PROFILE not in page.slots:
        return ()
    return [Panel(Slot.PROFILE, "kudos/all.html", {"titles": queries.list_all_titles()})]
""",
        "SitePage",
        "Slot",
        files={"templates/kudos/all.html": _LIST},
    ),
    _leak(
        "digest, feed",
        """
@hookimpl
def collect_digest_items(window: DigestWindow) -> Sequence[DigestItem]:
    titles = "; ".join(queries.list_all_titles())
    told = {"at": window.since, "title": "Alles", "text": titles}
    return [DigestItem(key=f"all-{one.id}", area_id=one.id, **told) for one in window.areas]
""",
        "DigestItem",
        "DigestWindow",
    ),
    _leak(
        "search",
        """
@hookimpl
def collect_search_documents(posts: Sequence[PostRef]) -> Sequence[SearchDocument]:
    titles = " ".join(queries.list_all_titles())
    return [SearchDocument(post.id, titles) for post in posts]
""",
        "PostRef",
        "SearchDocument",
    ),
    _leak(
        "export",
        "",
        edits={
            "operations.py": (
                (
                    '[{"post": post} for post in posts]',
                    '[{"title": one} for one in list_all_titles()]',
                ),
                ("import get_place", "import get_place, list_all_titles"),
            ),
        },
    ),
    _leak(
        "API",
        """
from pydantic import BaseModel


class Titles(BaseModel):
    titles: list[str]


@hookimpl
def register_api() -> Sequence[ApiFields]:
    return [ApiFields(post=Titles)]


@hookimpl
def collect_post_fields(page: TopicPage) -> Mapping[int, Titles]:
    return {post.id: Titles(titles=queries.list_all_titles()) for post in page.posts}
""",
        "ApiFields",
    ),
    _leak(
        "export, mail, notifications",
        """
def tell_all(notices: Sequence[NoticeRef]) -> Mapping[int, str]:
    return {notice.id: "; ".join(queries.list_all_titles()) for notice in notices}


@hookimpl
def register_notifications() -> Sequence[NotificationType]:
    kind = NotificationType(
        name="kudos.all", label="Alles", text=tell_all, mail="on", bundled=False
    )
    return [kind]
""",
        "NoticeRef",
        "NotificationType",
        edits={
            "sample.py": (
                (
                    "import operations\n",
                    "import operations\nfrom forum.api.data import notify\n",
                ),
                (
                    "                for post in place.posts:\n",
                    "                about = {'key': 'all', 'area_id': place.area.id}\n"
                    "                notify('kudos.all', range(1, 8), **about)\n"
                    "                for post in place.posts:\n",
                ),
            ),
        },
    ),
    _leak(
        "page of a host",
        """
def show_all(scope: object) -> str:
    return ", ".join(queries.list_all_titles())


@hookimpl
def register_hosts() -> Sequence[HostPage]:
    return [HostPage(path="/", view=show_all)]
""",
        "HostPage",
    ),
    _leak(
        "page of the plugin",
        "",
        edits={
            "panels.py": (('{"mine": mine,', '{"all": f"{base}/", "mine": mine,'),),
            "templates/kudos/thanks.html": (("</p>", '</p><a href="{{ all }}">Alles</a>'),),
            "views.py": (
                (
                    "ROUTES = AreaRoutes(\n    (",
                    "ROUTES = AreaRoutes(\n    (Route(rule='/', endpoint='all', view=show_all),",
                ),
                (
                    "\n\nROUTES",
                    "\n\ndef show_all(scope: Scope) -> str:\n"
                    "    return ', '.join(queries.list_all_titles())\n\n\nROUTES",
                ),
                ("import operations\n", "import operations, queries\n"),
            ),
        },
    ),
)
