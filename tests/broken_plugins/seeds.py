"""Violations of each rule of the conformance kit, seeded into the project that `plugin new` writes.

Everything else about these plugins is right: the kit has to name the rule, and no other.
"""

from __future__ import annotations

from tests.broken_plugins.leaks import LEAKS
from tests.broken_plugins.variants import (
    EXPORTED,
    IMPORTS,
    OF_SITE,
    TAIL,
    TELL_CALL,
    WITH_API,
    Seed,
    join_edits,
)

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
FORGETFUL = {
    "plugin.py": (
        (TAIL, TAIL + FORGET_ON_SWITCH),
        (IMPORTS, f"    EventRef,\n{IMPORTS}"),
        ('    licence="MIT",\n', '    licence="MIT",\n    events=("areas.plugin_state_set",),\n'),
    ),
    "operations.py": ((EXPORTED, EXPORTED + FORGET_ALL),),
}
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
NOTIFY = """

def tell_words(notices: Sequence[NoticeRef]) -> Mapping[int, str]:
    return {notice.id: str(notice.values["words"]) for notice in notices}


@hookimpl
def register_notifications() -> Sequence[NotificationType]:
    return [NotificationType(name="kudos.said", label="Danke", text=tell_words)]
"""
SAY = """\
            words = {"words": world.title(place, user_id)[:90]}
            with world.acting(place, user_id) as scope:
                key, area_id = f"said-{user_id}", place.area.id
                notify("kudos.said", place.member_ids, key=key, area_id=area_id, values=words)
"""
GREET = """

@hookimpl
def register_hosts() -> Sequence[HostPage]:
    return [HostPage(path="/", view=views.greet)]
"""
GREET_WRITERS = '''

def greet(scope: Scope) -> str:
    """Greet those who may write, and send the other readers away."""
    require_reply(scope)
    return "Hallo"


ROUTES'''
LIST_THANKED = '''

def list_thanked() -> list[tuple[str, int]]:
    """Return where the viewer thanked, also where the plugin is off by now."""
    mine = sa.select(_shown.area_id, _shown.post_id).where(
        _shown.post_id.in_(sa.select(Thanks.post_id).filter_by(user_id=current_viewer().user_id))
    )
    rows = db.session.execute(mine).all()
    areas = list_plugin_areas({area_id for area_id, _post in rows})
    return [(areas[area_id].slug, post_id) for area_id, post_id in rows]
'''
THANKED = """\
{% from "_macros/forms.html" import act %}
{% for slug, post in thanked %}<p>{{ act(_('Danke'), '/a/%s/kudos/%s'|format(slug, post)) }}</p>
{% endfor %}
"""
ON_PROFILES = """

@hookimpl
def render_site_panels(page: SitePage) -> Sequence[Panel]:
    if Slot.PROFILE not in page.slots:
        return ()
    return [Panel(Slot.PROFILE, "kudos/thanked.html", {"thanked": queries.list_thanked()})]
"""
SHOW_THANKED = '''

def show_thanked(_viewer: Viewer) -> str:
    """Show what the viewer thanked for, in all areas."""
    return render("kudos/thanked.html", thanked=queries.list_thanked())


OF_SITE = SiteRoutes((Route(rule="/", endpoint="thanked", view=show_thanked),))
'''
FORGETS_WHERE = {
    "queries.py": (
        (
            "        raise NotFound\n    return found\n",
            f"        raise NotFound\n    return found\n{LIST_THANKED}",
        ),
        ("current_viewer, db\n", "current_viewer, db, list_plugin_areas\n"),
    )
}
"""What stands for the whole site has to ask where the plugin is on; this does not."""
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
        "off",
        "API",
        join_edits(
            OF_SITE,
            {
                "plugin.py": (
                    (TAIL, TAIL + LINK_IN_TEXT.replace("/a/{draft.area.slug}", "")),
                    (IMPORTS, f"    PostDraft,\n{IMPORTS}"),
                )
            },
        ),
    ),
    Seed(
        "off",
        "profile",
        join_edits(
            FORGETS_WHERE,
            {
                "plugin.py": (
                    (TAIL, TAIL + ON_PROFILES),
                    (IMPORTS, f"    SitePage,\n    Slot,\n{IMPORTS}"),
                    (
                        "import operations, panels, views",
                        "import operations, panels, queries, views",
                    ),
                )
            },
        ),
        {"templates/kudos/thanked.html": THANKED},
    ),
    Seed(
        "off",
        "page of the plugin",
        join_edits(
            FORGETS_WHERE,
            {
                "plugin.py": (
                    ("[views.ROUTES]", "[views.ROUTES, views.OF_SITE]"),
                    ("Sequence[AreaRoutes]", "Sequence[AreaRoutes | SiteRoutes]"),
                    (IMPORTS, f"    SiteRoutes,\n{IMPORTS}"),
                    ('    licence="MIT",\n', '    licence="MIT",\n    scopes=("area", "site"),\n'),
                ),
                "views.py": (
                    ("\n\nROUTES", f"{SHOW_THANKED}\n\nROUTES"),
                    ("import AreaRoutes, Route", "import AreaRoutes, Route, SiteRoutes"),
                    ("import operations\n", "import operations, queries\n"),
                    ("import Scope\n", "import Scope, Viewer\nfrom forum.api.web import render\n"),
                ),
                "templates/kudos/thanks.html": (("</p>", '</p><a href="/kudos/">Alle</a>'),),
            },
        ),
        {"templates/kudos/thanked.html": THANKED},
    ),
    Seed(
        "kept",
        "table kudos_thanks",
        FORGETFUL,
    ),
    Seed("kept", "table kudos_thanks", join_edits(OF_SITE, FORGETFUL)),
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
    Seed("routes", "API thank", WITH_API),
    Seed(
        "routes",
        "host /",
        {
            "plugin.py": ((TAIL, TAIL + GREET), (IMPORTS, f"    HostPage,\n{IMPORTS}")),
            "views.py": (
                ("\n\nROUTES", GREET_WRITERS),
                ("import Scope\n", "import Scope, require_reply\n"),
            ),
        },
    ),
    Seed(
        "routes",
        "API thank",
        join_edits(
            WITH_API,
            {
                "sample.py": (TELL_CALL,),
                "rules.py": (("require_reply", "require_read"),),
            },
        ),
    ),
    LEAKS[0].seed,
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
        "erasure",
        "table notification",
        {
            "plugin.py": (
                (TAIL, TAIL + NOTIFY),
                (IMPORTS, f"    NoticeRef,\n    NotificationType,\n{IMPORTS}"),
            ),
            "sample.py": (
                ("import operations\n", "import operations\nfrom forum.api.data import notify\n"),
                (
                    "            with world.acting(place, user_id) as scope:\n",
                    SAY,
                ),
            ),
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
            "operations.py": ((EXPORTED, EXPORTED + THANK_AT_ONCE),),
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
