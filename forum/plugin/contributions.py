"""What a plugin registers at start, collected and checked before anything is wired."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from forum.plugin.addresses import find_rule_fault
from forum.plugin.api import check_api
from forum.plugin.errors import BrokenPlugin
from forum.plugin.implementations import Implementation
from forum.plugin.specs import SPECS
from forum.plugin.types import (
    Api,
    AreaRoutes,
    EventSpec,
    HostPage,
    JobSpec,
    MailGuard,
    Manifest,
    MarkupSpec,
    NotificationType,
    Route,
    Routes,
    ScheduleSpec,
    SiteCheck,
    SourceSpec,
    TopicKind,
)
from forum.plugin.vocabulary import find_fault

PLAIN_KIND = "discussion"
SOONEST: Final = timedelta(minutes=1)
RAREST: Final = timedelta(days=366)
MOST_DIRECTIVES: Final = 20
_DIRECTIVE = re.compile(r"[a-z][a-z0-9-]{0,31}")
MOST_TYPES: Final = 20
TYPE_CHARS: Final = 80
_PLACE = re.compile(r"%(?:%|\([A-Za-z_][A-Za-z0-9_]*\)[sd])")
_WORD = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributions:
    """The frozen results of a plugin's `register_*` hooks."""

    topic_kinds: tuple[TopicKind, ...] = ()
    routes: tuple[Routes, ...] = ()
    sources: tuple[SourceSpec, ...] = ()
    jobs: tuple[JobSpec, ...] = ()
    schedules: tuple[ScheduleSpec, ...] = ()
    events: tuple[EventSpec, ...] = ()
    markup: tuple[MarkupSpec, ...] = ()
    api: tuple[Api, ...] = ()
    notifications: tuple[NotificationType, ...] = ()
    hosts: tuple[HostPage, ...] = ()
    mail_guards: tuple[MailGuard, ...] = ()
    checks: tuple[SiteCheck, ...] = ()


def collect_contributions(
    manifest: Manifest, implementations: Mapping[str, Implementation]
) -> Contributions:
    """Call the plugin's `register_*` hooks and check what they give.

    Errors: BrokenPlugin, also for whatever a hook raises.
    """
    found = Contributions(
        topic_kinds=_register(manifest, implementations, "register_topic_kinds"),
        routes=_register(manifest, implementations, "register_blueprints"),
        sources=_register(manifest, implementations, "register_sources"),
        jobs=_register(manifest, implementations, "register_jobs"),
        schedules=_register(manifest, implementations, "register_schedules"),
        events=_register(manifest, implementations, "register_events"),
        markup=_register(manifest, implementations, "register_markup"),
        api=_register(manifest, implementations, "register_api"),
        notifications=_register(manifest, implementations, "register_notifications"),
        hosts=_register(manifest, implementations, "register_hosts"),
        mail_guards=_register(manifest, implementations, "register_mail_guards"),
        checks=_register(manifest, implementations, "register_checks"),
    )
    _check_kinds(manifest, found.topic_kinds)
    _check_routes(manifest, found.routes)
    _check_names(manifest, "import source", [source.name for source in found.sources])
    _check_verbs(manifest, "job", [job.name for job in found.jobs])
    _check_schedules(manifest, found)
    _check_events(manifest, found.events)
    _check_markup(manifest, found.markup)
    _check_notifications(manifest, found.notifications)
    _check_hosts(manifest, found.hosts)
    _check_prefix(manifest, "mail guard", [g.name for g in found.mail_guards], shape="<noun>")
    _check_names(manifest, "mail guard", [g.name.partition(".")[2] for g in found.mail_guards])
    _check_prefix(manifest, "check", [c.name for c in found.checks], shape="<noun>")
    _check_names(manifest, "check", [c.name.partition(".")[2] for c in found.checks])
    check_api(manifest, found.api, implementations)
    return found


def _register(
    manifest: Manifest, implementations: Mapping[str, Implementation], hook: str
) -> tuple[Any, ...]:
    implementation = implementations.get(hook)
    if implementation is None:
        return ()
    try:
        result = implementation()
    except (Exception, SystemExit) as error:
        raise BrokenPlugin(
            manifest.name,
            hook,
            what=f"it raised {type(error).__name__}: {error}".splitlines()[0],
            mend="mend the hook, the log has the traceback",
        ) from error
    problem = SPECS[hook].check(result)
    if problem is not None:
        raise BrokenPlugin(
            manifest.name, hook, what=problem, mend="return what the spec's annotation says"
        )
    return tuple(result)


def _check_names(manifest: Manifest, rule: str, names: Sequence[str]) -> None:
    for name in names:
        if not _WORD.fullmatch(name):
            raise BrokenPlugin(
                manifest.name, rule, what=f"{name!r} is no name", mend="use a–z, 0–9 and _"
            )
        if names.count(name) > 1:
            raise BrokenPlugin(
                manifest.name, rule, what=f"{name!r} is there twice", mend="rename one"
            )


def _check_kinds(manifest: Manifest, kinds: Sequence[TopicKind]) -> None:
    _check_names(manifest, "topic kind", [kind.name for kind in kinds])
    for kind in kinds:
        template = kind.composer_template
        if template is not None and not template.startswith(f"{manifest.name}/"):
            raise BrokenPlugin(
                manifest.name,
                "topic kind",
                what=f"template {template!r} of {kind.name!r} is not the plugin's",
                mend=f"keep templates under {manifest.name}/",
            )


def _check_routes(manifest: Manifest, groups: Sequence[Routes]) -> None:
    routes = [route for group in groups for route in group.routes]
    _check_names(manifest, "endpoint", [route.endpoint for route in routes])
    for group in groups:
        scope = "area" if isinstance(group, AreaRoutes) else "site"
        if scope not in manifest.scopes:
            raise BrokenPlugin(
                manifest.name,
                "scopes",
                what=f"it registers routes of the {scope}",
                mend=f'add "{scope}" to the manifest\'s scopes',
            )
    for route in routes:
        _check_route(manifest, route)


def _check_route(manifest: Manifest, route: Route) -> None:
    rule = f"route {route.endpoint}"
    fault = find_rule_fault(route.rule, taken={"slug"})
    if fault is not None:
        raise BrokenPlugin(manifest.name, rule, what=fault[0], mend=fault[1])
    if not route.methods:
        raise BrokenPlugin(manifest.name, rule, what="it answers no method", mend="use GET or POST")
    known = {permission.name for permission in manifest.permissions}
    if route.permission is not None and route.permission not in known:
        raise BrokenPlugin(
            manifest.name,
            rule,
            what=f"permission {route.permission!r} is not in the manifest",
            mend="declare it there with its default role",
        )


def _check_verbs(manifest: Manifest, rule: str, names: Sequence[str]) -> None:
    _check_prefix(manifest, rule, names, shape="<verb>")
    _check_names(manifest, rule, [name.partition(".")[2] for name in names])


def _check_prefix(manifest: Manifest, rule: str, names: Sequence[str], *, shape: str) -> None:
    for name in names:
        if name.partition(".")[0] != manifest.name:
            raise BrokenPlugin(
                manifest.name,
                rule,
                what=f"{name!r} is not the plugin's",
                mend=f"name it {manifest.name}.{shape}",
            )


def _check_schedules(manifest: Manifest, found: Contributions) -> None:
    names = [schedule.name for schedule in found.schedules]
    _check_verbs(manifest, "schedule", [*names, *(job.name for job in found.jobs)])
    for schedule in found.schedules:
        if not SOONEST <= schedule.every <= RAREST:
            raise BrokenPlugin(
                manifest.name,
                "schedule",
                what=f"{schedule.name!r} comes every {schedule.every}",
                mend="let it come between once a minute and once a year",
            )


def _check_events(manifest: Manifest, events: Sequence[EventSpec]) -> None:
    names = [event.name for event in events]
    _check_prefix(manifest, "events", names, shape="<noun>_<past>")
    _check_names(manifest, "events", [name.partition(".")[2] for name in names])
    for event in events:
        fault = find_fault(event, manifest)
        if fault is not None:
            what, mend = fault
            raise BrokenPlugin(manifest.name, "events", what=f"{event.name!r} {what}", mend=mend)


def _check_hosts(manifest: Manifest, pages: Sequence[HostPage]) -> None:
    paths = [page.path for page in pages]
    what = mend = ""
    if pages and "area" not in manifest.scopes:
        what, mend = "its pages are those of areas", 'add "area" to the manifest\'s scopes'
    for path in paths:
        if paths.count(path) > 1:
            what, mend = f"{path} is there twice", "decide in one view"
    if what:
        raise BrokenPlugin(manifest.name, "hosts", what=what, mend=mend)


def _check_markup(manifest: Manifest, specs: Sequence[MarkupSpec]) -> None:
    names = [spec.name for spec in specs]
    for spec in specs:
        what = mend = ""
        if not _DIRECTIVE.fullmatch(spec.name):
            what, mend = f"{spec.name!r} is no name", "use a–z, 0–9 and -, a letter first"
        elif names.count(spec.name) > 1:
            what, mend = f"{spec.name!r} is there twice", "rename one"
        elif not spec.label.strip():
            what, mend = f"{spec.name!r} has no label", "say in a word what it is"
        elif not 1 <= spec.most <= MOST_DIRECTIVES:
            what, mend = f"{spec.most} of {spec.name!r} in a post", f"allow 1 to {MOST_DIRECTIVES}"
        if what:
            raise BrokenPlugin(manifest.name, "markup", what=what, mend=mend)


def _check_notifications(manifest: Manifest, types: Sequence[NotificationType]) -> None:
    rule = "notifications"
    _check_prefix(manifest, rule, [one.name for one in types], shape="<what>")
    _check_names(manifest, rule, [one.name.partition(".")[2] for one in types])
    for one in types:
        what = mend = ""
        if len(one.name) > TYPE_CHARS:
            what, mend = f"{one.name!r} is too long", f"use at most {TYPE_CHARS} characters"
        elif not one.label.strip():
            what, mend = f"{one.name!r} has no label", "say in a line when it is sent"
        elif isinstance(one.text, str) and not _is_line(one.text):
            what, mend = (
                f"{one.name!r} has a text that is no line to fill in",
                ("write one line with places like %(name)s, a percent sign as %%"),
            )
        if what:
            raise BrokenPlugin(manifest.name, rule, what=what, mend=mend)
    if len(types) > MOST_TYPES:
        raise BrokenPlugin(
            manifest.name, rule, what=f"it has {len(types)} types", mend=f"use at most {MOST_TYPES}"
        )


def _is_line(text: str) -> bool:
    """Say whether a text is one line that can be filled with values by name."""
    return bool(text.strip()) and len(text.splitlines()) == 1 and "%" not in _PLACE.sub("", text)
