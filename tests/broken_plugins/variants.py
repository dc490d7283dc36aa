"""The project that `plugin new` writes, as an installed plugin with something changed in it.

What stands here keeps every rule; `seeds` and `leaks` break one each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from forum.cli.plugin_new import list_files

NAME = "kudos"
PACKAGE = f"forum_{NAME}"
Edits = Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Seed:
    """What is done to a good plugin: which rule has to name it, and on which surface.

    `edits` are by file: what stands there, and what shall; `files` are new ones.
    """

    rule: str
    surface: str
    edits: Edits = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.rule}, {self.surface}"


def plant(seed: Seed, directory: Path) -> Path:
    """Write the plugin as an installed distribution; the directory goes on the path."""
    for path, text in list_files(NAME):
        _write(directory / path, text)
    for name, changes in seed.edits.items():
        path = directory / PACKAGE / name
        text = path.read_text("utf-8")
        for before, after in changes:
            assert before in text, f"{name} does not hold {before!r}"
            text = text.replace(before, after)
        path.write_text(text, "utf-8")
    for name, text in seed.files.items():
        _write(directory / PACKAGE / name, text)
    info = directory / f"{PACKAGE}-0.1.0.dist-info"
    _write(info / "METADATA", f"Metadata-Version: 2.1\nName: forum-{NAME}\nVersion: 0.1.0\n")
    _write(info / "entry_points.txt", f"[forum.plugins]\n{NAME} = {PACKAGE}.plugin\n")
    return directory


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


TAIL = "    return operations.export_thanks(user_id)\n"
"""The end of plugin.py, where seeds hang further hooks."""
IMPORTS = "    hookimpl,\n"
"""The end of what plugin.py imports of `forum.plugin`."""
EXPORTED = '_("Wofür du gedankt hast"))]\n'
"""The end of operations.py."""
API = """

@hookimpl
def register_api() -> Sequence[AreaApi]:
    thank = ApiRoute(
        rule="/<int:post>",
        endpoint="thank",
        summary="Thank for a post",
        view=views.thank,
        answer=None,
        method="POST",
        scope="write",
    )
    return [AreaApi((thank,))]
"""
THANK = """

def thank(scope: Scope, post: int) -> None:
    operations.set_thanks(scope, post, given=True)


ROUTES"""
WITH_API: Edits = {
    "plugin.py": ((TAIL, TAIL + API), (IMPORTS, f"    ApiRoute,\n    AreaApi,\n{IMPORTS}")),
    "views.py": (("\n\nROUTES", THANK),),
}
TELL_CALL = (
    "    for place in world.places:\n",
    "    for place in world.places:\n"
    '        address = f"/areas/{place.area.slug}/kudos/{place.posts[0].id}"\n'
    '        world.tell_call("POST", address)\n',
)
FIND_SCOPE = '''

def find_scope(viewer: Viewer, post_id: int) -> Scope:
    """Return the area of a post as the viewer sees it."""
    area_id = db.session.scalar(
        sa.select(SHOWN_POSTS.c.area_id).where(SHOWN_POSTS.c.post_id == post_id)
    )
    if area_id is None:
        raise NotFound
    return get_scope_by_id(viewer, area_id)
'''
OF_SITE: Edits = {
    "plugin.py": (
        ("AreaRoutes", "SiteRoutes"),
        ('    licence="MIT",\n', '    licence="MIT",\n    scopes=("site",),\n'),
    ),
    "panels.py": (('f"/a/{page.area.slug}/kudos"', '"/kudos"'),),
    "views.py": (
        ("AreaRoutes", "SiteRoutes"),
        (', permission="give"', ""),
        ("def give(scope: Scope, post: int)", "def give(viewer: Viewer, post: int)"),
        ("import Scope", "import Viewer"),
        ("set_thanks(scope,", "set_thanks(operations.find_scope(viewer, post),"),
    ),
    "operations.py": (
        (
            "import Scope, db, post_url, touch_topic, unscoped",
            "import SHOWN_POSTS, NotFound, Scope, Viewer, db, get_scope_by_id, post_url, "
            "touch_topic, unscoped",
        ),
        (EXPORTED, EXPORTED + FIND_SCOPE),
    ),
}
"""The same plugin with one state for the whole site."""


def join_edits(*all_edits: Edits) -> Edits:
    """Put edits one after the other, file by file."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for edits in all_edits:
        for name, changes in edits.items():
            found[name] = found.get(name, ()) + changes
    return found


GOOD: Mapping[str, Edits] = {
    "as written": {},
    "with an API": join_edits(WITH_API, {"sample.py": (TELL_CALL,)}),
    "of the site": OF_SITE,
}
"""Plugins that keep every rule."""
