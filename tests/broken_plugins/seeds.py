"""One violation per rule of the conformance kit, seeded into the project that `plugin new` writes.

Everything else about these plugins is right: the kit has to name the rule, and no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from forum.cli.plugin_new import list_files

NAME = "kudos"
PACKAGE = f"forum_{NAME}"


@dataclass(frozen=True)
class Seed:
    """What is done to a good plugin: which rule has to name it, and on which surface.

    `edits` are by file: what stands there, and what shall; `files` are new ones.
    """

    rule: str
    surface: str
    edits: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


def plant(seed: Seed | None, directory: Path) -> Path:
    """Write the plugin as an installed distribution; the directory goes on the path."""
    for path, text in list_files(NAME):
        _write(directory / path, text)
    edits = seed.edits if seed else {}
    for name, changes in edits.items():
        path = directory / PACKAGE / name
        text = path.read_text("utf-8")
        for before, after in changes:
            assert before in text, f"{name} does not hold {before!r}"
            text = text.replace(before, after)
        path.write_text(text, "utf-8")
    for name, text in (seed.files if seed else {}).items():
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
TOPIC_KIND = """

@hookimpl
def register_topic_kinds() -> Sequence[TopicKind]:
    kind = TopicKind(name="dank", label="Danke", icon="heart")
    return [replace(kind, composer_template="kudos/composer.html")]
"""
LINK_IN_TEXT = """

@hookimpl
def filter_post_html(html: str, draft: PostDraft) -> str:
    return html + f'<p><a href="/a/{draft.area.slug}/kudos/0">Danke</a></p>'
"""
FORGET_ON_SWITCH = """

@hookimpl
def on_event(event: EventRef) -> None:
    operations.forget_all()
"""
FORGET_ALL = '''

def forget_all() -> None:
    """Begin anew wherever somebody switches something."""
    with unscoped("kudos: begin anew") as session:
        session.execute(sa.delete(Thanks))
'''
THANK_AUTHOR = """

@hookimpl
def on_event(event: EventRef) -> None:
    operations.thank_at_once(event)
"""
THANK_AT_ONCE = '''

def thank_at_once(event: Any) -> None:
    """Let everybody thank for the own post, without asking whether they did."""
    row = {"post_id": event.payload["post_id"], "user_id": event.actor_id}
    with unscoped("kudos: a row per event") as session:
        session.execute(sa.insert(Thanks).values(row))
'''
TELL_ALL = """

@hookimpl
def render_area_panels(page: AreaPage) -> Sequence[Panel]:
    if Slot.AREA_SIDE not in page.slots:
        return ()
    return [Panel(Slot.AREA_SIDE, "kudos/all.html", {"titles": queries.list_all_titles()})]
"""
ALL_TITLES = '''

def list_all_titles() -> list[str]:
    """Return what everybody may not know."""
    with unscoped("kudos: everything") as session:
        return list(session.scalars(sa.select(_shown.title)))
'''
IMPORTS = "    hookimpl,\n"

SEEDS = (
    Seed("manifest", "core", {"plugin.py": ((">=1.0,<2", ">=1.0"),)}),
    Seed(
        "hooks",
        "loaded",
        {
            "plugin.py": (
                ("erase_user(user_id: int)", "erase_user(member_id: int)"),
                ("erase_thanks(user_id)", "erase_thanks(member_id)"),
            )
        },
    ),
    Seed("prefixes", "CSS classes", files={"static/thanks.css": ".btn {\n  color: red;\n}\n"}),
    Seed(
        "texts",
        "language sv",
        {"translations/sv/LC_MESSAGES/kudos.po": (('msgstr "Tack"', 'msgstr ""'),)},
    ),
    Seed(
        "migrations",
        "sqlite",
        {
            "models.py": (
                ('"user_id"),)', '"user_id"), sa.Index("ix_kudos_thanks_both", "user_id", "id"))'),
            )
        },
    ),
    Seed("sample", "table kudos_thanks", {"sample.py": (("given=True", "given=False"),)}),
    Seed(
        "fields",
        "composer",
        {
            "plugin.py": (
                (TAIL, TAIL + TOPIC_KIND),
                (IMPORTS, f"    TopicKind,\n{IMPORTS}"),
                ("from collections", "from dataclasses import replace\nfrom collections"),
            )
        },
        {
            "templates/kudos/composer.html": (
                '<div class="field"><label for="thanks">{{ _(\'Danke\') }}</label>'
                '<input id="thanks" name="thanks"></div>\n'
            )
        },
    ),
    Seed(
        "off",
        "topic page",
        {"plugin.py": ((TAIL, TAIL + LINK_IN_TEXT), (IMPORTS, f"    PostDraft,\n{IMPORTS}"))},
    ),
    Seed(
        "kept",
        "table kudos_thanks",
        {
            "plugin.py": (
                (TAIL, TAIL + FORGET_ON_SWITCH),
                (IMPORTS, f"    EventRef,\n{IMPORTS}"),
                (
                    '    licence="MIT",\n',
                    '    licence="MIT",\n    events=("areas.plugin_state_set",),\n',
                ),
            ),
            "operations.py": (
                ('_("Wofür du gedankt hast"))]\n', f'_("Wofür du gedankt hast"))]\n{FORGET_ALL}'),
            ),
        },
    ),
    Seed(
        "statements",
        "topic page",
        {"panels.py": (("thanks.get(post.id,", "list_thanks([post.id]).get(post.id,"),)},
    ),
    Seed(
        "escaping",
        "topic page",
        {
            "panels.py": (('{"mine": mine,', '{"mine": mine, "title": page.topic.title,'),),
            "templates/kudos/thanks.html": (
                ("{% if number %}", "{{ title|safe }}{% if number %}"),
            ),
        },
    ),
    Seed(
        "routes",
        "route give",
        {
            "views.py": ((', permission="give"', ""),),
            "rules.py": (("require_reply", "require_read"),),
        },
    ),
    Seed(
        "wall",
        "area page",
        {
            "plugin.py": (
                (TAIL, TAIL + TELL_ALL),
                (IMPORTS, f"    AreaPage,\n    Slot,\n{IMPORTS}"),
                ("import operations, panels, views", "import operations, panels, queries, views"),
            ),
            "queries.py": (
                ("current_viewer, db\n", "current_viewer, db, unscoped\n"),
                (
                    "        raise NotFound\n    return found\n",
                    f"        raise NotFound\n    return found\n{ALL_TITLES}",
                ),
            ),
        },
        {"templates/kudos/all.html": "<p>{{ titles|join(', ') }}</p>\n"},
    ),
    Seed("declared", "table kudos_thanks", {"plugin.py": (("kudos_thanks", "kudos_other"),)}),
    Seed(
        "export",
        "export",
        {"operations.py": (('[{"post": post} for post in posts]', "[]"),)},
    ),
    Seed(
        "erasure",
        "table kudos_thanks",
        {
            "operations.py": (
                (
                    "sa.delete(Thanks).where(Thanks.user_id == user_id)",
                    "sa.delete(Thanks).where(Thanks.user_id == 0)",
                ),
            )
        },
    ),
    Seed(
        "events",
        "event discussions.post_created",
        {
            "plugin.py": (
                (TAIL, TAIL + THANK_AUTHOR),
                (IMPORTS, f"    EventRef,\n{IMPORTS}"),
                (
                    '    licence="MIT",\n',
                    '    licence="MIT",\n    events=("discussions.post_created",),\n',
                ),
            ),
            "operations.py": (
                (
                    '_("Wofür du gedankt hast"))]\n',
                    f'_("Wofür du gedankt hast"))]\n{THANK_AT_ONCE}',
                ),
            ),
        },
    ),
    Seed(
        "accessibility",
        "page /t/1",
        {
            "templates/kudos/thanks.html": (
                ("{% if number %}", '<img src="/favicon.svg">{% if number %}'),
            )
        },
    ),
    Seed(
        "uninstall",
        "table user",
        {
            "migrations/versions/0001_make_the_table.py": (
                (
                    '    op.drop_table("kudos_thanks")\n',
                    '    op.execute("UPDATE \\"user\\" SET name = \'weg\'")\n'
                    '    op.drop_table("kudos_thanks")\n',
                ),
            )
        },
    ),
)
