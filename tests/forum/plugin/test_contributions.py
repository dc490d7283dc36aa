"""What a plugin registers is checked before anything is wired."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from forum.plugin import (
    AreaRoutes,
    BrokenPlugin,
    EventSpec,
    HostPage,
    ImportReport,
    JobSpec,
    MailGuard,
    Manifest,
    MarkupSpec,
    NotificationType,
    Permission,
    Route,
    ScheduleSpec,
    SiteCheck,
    SiteRoutes,
    SourceSpec,
    TopicKind,
)
from forum.plugin.contributions import Contributions, collect_contributions
from forum.plugin.order import sort_by_requires

MANIFEST = Manifest(
    name="kudos",
    title="Danke",
    summary="Kurz",
    core=">=1",
    licence="MIT",
    permissions=(Permission(name="give", title="Geben", default_role="member"),),
)
ROUTE = Route(rule="/", endpoint="index", view=len, permission="give")
KIND = TopicKind(name="thanks", label="Dank", icon="heart")
JOB = JobSpec(name="kudos.forget", run=lambda arguments: None)
TURN = ScheduleSpec(name="kudos.remind", every=timedelta(days=1), run=lambda area_ids: None)
MARKUP = MarkupSpec(
    name="note", label="Notiz", parse=lambda block, draft: None, render=lambda page, found: {}
)
NOTICE = NotificationType(name="kudos.given", label="Dank", text="%(name)s dankt")
EVENT = EventSpec(name="kudos.thanks_given", title="Jemand hat sich bedankt")
CHECK = SiteCheck(name="kudos.jar", run=lambda: ())
GUARD = MailGuard(name="kudos.week", may_leave=lambda user_id, ref: True)
FRONT = HostPage(path="/", view=len)
SOURCE = SourceSpec(name="csv", label="CSV", run=lambda job: ImportReport(source="csv"))


def collect(hook: str, result: object) -> Contributions:
    return collect_contributions(MANIFEST, {hook: lambda: result})


def test_a_plugin_may_register_nothing():
    assert collect_contributions(MANIFEST, {}) == Contributions()


def test_good_contributions_pass():
    assert collect("register_blueprints", [AreaRoutes((ROUTE,))]).routes == (AreaRoutes((ROUTE,)),)
    assert collect("register_topic_kinds", [KIND]).topic_kinds == (KIND,)
    assert collect("register_jobs", (JOB,)).jobs == (JOB,)
    assert collect("register_markup", [MARKUP]).markup == (MARKUP,)
    assert collect("register_schedules", [TURN]).schedules == (TURN,)
    assert collect("register_events", [EVENT]).events == (EVENT,)
    assert collect("register_notifications", [NOTICE]).notifications == (NOTICE,)
    assert collect("register_sources", (SOURCE,)).sources == (SOURCE,)
    assert collect("register_mail_guards", [GUARD]).mail_guards == (GUARD,)
    assert collect("register_checks", [CHECK]).checks == (CHECK,)
    assert collect("register_hosts", [FRONT]).hosts == (FRONT,)


@pytest.mark.parametrize(
    ("hook", "result", "rule", "what"),
    [
        (
            "register_markup",
            [replace(MARKUP, name="Note")],
            "markup",
            "'Note' is no name",
        ),
        ("register_markup", [MARKUP, MARKUP], "markup", "'note' is there twice"),
        (
            "register_mail_guards",
            [replace(GUARD, name="week")],
            "mail guard",
            "'week' is not the plugin's",
        ),
        (
            "register_mail_guards",
            [GUARD, GUARD],
            "mail guard",
            "'week' is there twice",
        ),
        (
            "register_checks",
            [replace(CHECK, name="jar")],
            "check",
            "'jar' is not the plugin's",
        ),
        ("register_checks", [CHECK, CHECK], "check", "'jar' is there twice"),
        ("register_hosts", [FRONT, FRONT], "hosts", "/ is there twice"),
        ("register_hosts", FRONT, "register_hosts", "expected a list or tuple, got HostPage"),
        (
            "register_notifications",
            [replace(NOTICE, name="mention")],
            "notifications",
            "'mention' is not the plugin's",
        ),
        (
            "register_notifications",
            [replace(NOTICE, name="kudos.Given")],
            "notifications",
            "'Given' is no name",
        ),
        (
            "register_notifications",
            [NOTICE, NOTICE],
            "notifications",
            "'given' is there twice",
        ),
        (
            "register_notifications",
            [replace(NOTICE, name=f"kudos.{'a' * 80}")],
            "notifications",
            f"'kudos.{'a' * 80}' is too long",
        ),
        (
            "register_notifications",
            [replace(NOTICE, label=" ")],
            "notifications",
            "'kudos.given' has no label",
        ),
        *(
            (
                "register_notifications",
                [replace(NOTICE, text=text)],
                "notifications",
                "'kudos.given' has a text that is no line to fill in",
            )
            for text in ("", "a\nb", "100 %", "%s dankt", "%(name)q")
        ),
        (
            "register_notifications",
            [replace(NOTICE, name=f"kudos.given{number}") for number in range(21)],
            "notifications",
            "it has 21 types",
        ),
        (
            "register_notifications",
            [MARKUP],
            "register_notifications",
            "expected NotificationType, got MarkupSpec inside",
        ),
        ("register_markup", [replace(MARKUP, label=" ")], "markup", "'note' has no label"),
        ("register_markup", [replace(MARKUP, most=0)], "markup", "0 of 'note' in a post"),
        (
            "register_markup",
            [KIND],
            "register_markup",
            "expected MarkupSpec, got TopicKind inside",
        ),
        ("register_jobs", None, "register_jobs", "expected a list or tuple, got NoneType"),
        ("register_jobs", [KIND], "register_jobs", "expected JobSpec, got TopicKind inside"),
        ("register_jobs", [replace(JOB, name="polls.x")], "job", "'polls.x' is not the plugin's"),
        ("register_jobs", [replace(JOB, name="kudos")], "job", "'' is no name"),
        ("register_jobs", [JOB, JOB], "job", "'forget' is there twice"),
        (
            "register_schedules",
            [replace(TURN, name="polls.x")],
            "schedule",
            "'polls.x' is not the plugin's",
        ),
        ("register_schedules", [TURN, TURN], "schedule", "'remind' is there twice"),
        (
            "register_schedules",
            [replace(TURN, every=timedelta(seconds=59))],
            "schedule",
            "'kudos.remind' comes every 0:00:59",
        ),
        (
            "register_events",
            [replace(EVENT, name="polls.vote_cast")],
            "events",
            "'polls.vote_cast' is not the plugin's",
        ),
        ("register_events", [EVENT, EVENT], "events", "'thanks_given' is there twice"),
        (
            "register_events",
            [replace(EVENT, title="")],
            "events",
            "'kudos.thanks_given' has no title",
        ),
        ("register_sources", [replace(SOURCE, name="A")], "import source", "'A' is no name"),
        ("register_topic_kinds", [KIND, KIND], "topic kind", "'thanks' is there twice"),
        (
            "register_topic_kinds",
            [replace(KIND, composer_template="polls/composer.html")],
            "topic kind",
            "template 'polls/composer.html' of 'thanks' is not the plugin's",
        ),
        (
            "register_blueprints",
            [SiteRoutes((ROUTE,))],
            "scopes",
            "it registers routes of the site",
        ),
        (
            "register_blueprints",
            [AreaRoutes((ROUTE, ROUTE))],
            "endpoint",
            "'index' is there twice",
        ),
        (
            "register_blueprints",
            [AreaRoutes((replace(ROUTE, rule="x"),))],
            "route index",
            "rule 'x'",
        ),
        (
            "register_blueprints",
            [AreaRoutes((replace(ROUTE, rule="/<int:"),))],
            "route index",
            "rule '/<int:'",
        ),
        (
            "register_blueprints",
            [AreaRoutes((replace(ROUTE, rule="/<slug>"),))],
            "route index",
            "variables slug",
        ),
        (
            "register_blueprints",
            [AreaRoutes((replace(ROUTE, methods=()),))],
            "route index",
            "it answers no method",
        ),
        (
            "register_blueprints",
            [AreaRoutes((replace(ROUTE, permission="take"),))],
            "route index",
            "permission 'take' is not in the manifest",
        ),
    ],
)
def test_broken_contributions(hook: str, result: Any, rule: str, what: str):
    with pytest.raises(BrokenPlugin) as caught:
        collect(hook, result)
    assert (caught.value.plugin, caught.value.rule, caught.value.what) == ("kudos", rule, what)


def test_a_schedule_and_a_job_cannot_have_one_name():
    hooks = {
        "register_jobs": lambda: [JOB],
        "register_schedules": lambda: [replace(TURN, name="kudos.forget")],
    }
    with pytest.raises(BrokenPlugin, match="'forget' is there twice"):
        collect_contributions(MANIFEST, hooks)


def test_pages_of_hosts_are_those_of_areas():
    site = replace(MANIFEST, scopes=("site",))
    with pytest.raises(BrokenPlugin, match="its pages are those of areas"):
        collect_contributions(site, {"register_hosts": lambda: [FRONT]})


def test_one_state_for_the_site_cannot_hang_on_states_per_area():
    site = replace(MANIFEST, name="hosts", scopes=("site",), requires=("kudos",))
    order, [broken] = sort_by_requires({"hosts": site, "kudos": MANIFEST}, {})
    assert order == ["kudos"]
    assert (broken.plugin, broken.rule) == ("hosts", "requires")
    assert "requires 'kudos', which has many" in broken.what
