"""Notifications of plugins: which types there are, and their lines in the language being spoken."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from forum.areas.queries import list_plugin_areas, list_readable_ids
from forum.core import limits
from forum.core.services import service
from forum.core.wall import Viewer
from forum.notifications.settings import MAILED, MAILED_BY_DEFAULT
from forum.plugin import MailLink, NoticeRef, NotificationType
from forum.plugin.checks import check_for
from forum.plugin.errors import WrongResult
from forum.web.i18n import gettext as _

MOST_LINKS: Final = 10
LABEL_CHARS: Final = 120
_check: Final = check_for(Mapping[int, str])
_check_links: Final = check_for(Mapping[int, Sequence[MailLink]])

T = TypeVar("T")
Tell = Callable[[Sequence[NoticeRef]], Mapping[int, str]]


def is_notice(kind: str) -> bool:
    """Return whether a plugin tells it: its types have the plugin's name and a dot in front."""
    return "." in kind


def is_mailed_by_default(kind: str) -> bool:
    """Return whether a kind comes by mail until the member says otherwise."""
    _plugin, found = service("dispatcher").list_notifications().get(kind, (None, None))
    return kind in MAILED_BY_DEFAULT or (found is not None and found.mail == "on")


def list_mailed_kinds() -> dict[str, str]:
    """Return the label of every kind that may come by mail, whether its plugin is on or not."""
    types = service("dispatcher").list_notifications()
    own = {name: _(one.label) for name, (_plugin, one) in types.items() if one.mail != "never"}
    return {**{kind: str(label) for kind, label in MAILED.items()}, **own}


def list_choices(viewer: Viewer) -> dict[str, str]:
    """Return the labels of the kinds whose mails a member may want: of plugins that are on there.

    Cost: two statements where plugins have types, else none.
    """
    labels = list_mailed_kinds()
    types = service("dispatcher").list_notifications()
    if not types:
        return labels
    areas = list_plugin_areas(list_readable_ids(viewer))
    on: frozenset[str] = frozenset().union(*(area.plugins for area in areas.values()))
    return {
        kind: label
        for kind, label in labels.items()
        if kind not in types or types[kind][0].builtin or types[kind][0].name in on
    }


def tell_notices(notices: Iterable[NoticeRef]) -> dict[int, str]:
    """Return the line of each notification of a plugin, by id.

    Each type is asked once for all its notifications, behind the guard. Its label stands for what
    it leaves out or fails at, the plugin's title for a type that it does not know any more.
    Cost: that of the plugins.
    """
    by_type: dict[str, list[NoticeRef]] = {}
    for notice in notices:
        by_type.setdefault(notice.type, []).append(notice)
    told: dict[int, str] = {}
    types = service("dispatcher").list_notifications()
    for name, refs in by_type.items():
        if name not in types:
            told |= dict.fromkeys([ref.id for ref in refs], _find_title(name))
            continue
        plugin, found = types[name]
        given = _ask(plugin.name, found, tuple(refs))
        told |= {ref.id: given.get(ref.id) or _(found.label) for ref in refs}
    return told


def list_links(notices: Iterable[NoticeRef]) -> dict[int, tuple[MailLink, ...]]:
    """Return the links that a mail has for notifications of plugins, by id.

    Each type is asked once for all its notifications, behind the guard; what fails has none.
    Cost: that of the plugins.
    """
    by_type: dict[str, list[NoticeRef]] = {}
    for notice in notices:
        by_type.setdefault(notice.type, []).append(notice)
    types = service("dispatcher").list_notifications()
    found: dict[int, tuple[MailLink, ...]] = {}
    for name, refs in by_type.items():
        plugin, kind = types.get(name, (None, None))
        if kind is None or kind.links is None:
            continue
        ask = _checked(kind.links, _check_links)
        given = _run(plugin.name, f"links of {name}", ask, tuple(refs))
        found |= {number: _tidy(links) for number, links in given.items()}
    return found


def _tidy(links: Sequence[MailLink]) -> tuple[MailLink, ...]:
    """Take up to so many links, and only those that lead into this site."""
    return tuple(
        MailLink(label=clean(link.label)[:LABEL_CHARS], path=link.path)
        for link in [link for link in links if _leads_here(link.path)][:MOST_LINKS]
    )


def _leads_here(path: str) -> bool:
    inside = path.startswith("/") and path[1:2] not in ("/", "\\")
    return inside and path.isascii() and path.isprintable()


def _find_title(kind: str) -> str:
    owner = kind.partition(".")[0]
    plugins = service("dispatcher").loaded.plugins
    return next((_(plugin.manifest.title) for plugin in plugins if plugin.name == owner), owner)


def _ask(plugin: str, found: NotificationType, refs: tuple[NoticeRef, ...]) -> Mapping[int, str]:
    text = found.text
    ask = _fill(text) if isinstance(text, str) else _checked(text, _check)
    given = _run(plugin, f"text of {found.name}", ask, refs)
    return {number: clean(text) for number, text in given.items()}


def _run(
    plugin: str, what: str, ask: Callable[..., Mapping[int, T]], refs: tuple[NoticeRef, ...]
) -> Mapping[int, T]:
    areas = {ref.area_id for ref in refs}
    given: Mapping[int, T] | None = service("dispatcher").run(
        plugin,
        what,
        ask,
        (refs,),
        kind="panel",
        on_error="skip",
        area_id=areas.pop() if len(areas) == 1 else None,
    )
    return given or {}


def _fill(text: str) -> Tell:
    """Fill a msgid; what lacks a value, as after an erasure, is left out."""

    def fill(notices: Sequence[NoticeRef]) -> Mapping[int, str]:
        filled = {}
        for notice in notices:
            named = {"name": notice.name or _("Ehemaliges Mitglied"), "title": notice.title}
            try:
                filled[notice.id] = _(text, **{**notice.values, **named})
            except KeyError:
                continue
        return filled

    return fill


def _checked(
    tell: Callable[[Sequence[NoticeRef]], Mapping[int, T]], check: Callable[[object], str | None]
) -> Callable[[Sequence[NoticeRef]], Mapping[int, T]]:
    """Let a result that does not hold count as the plugin's failure."""

    def ask(notices: Sequence[NoticeRef]) -> Mapping[int, T]:
        given = tell(notices)
        problem = check(given)
        if problem is not None:
            raise WrongResult(problem)
        return given

    return ask


def clean(text: str) -> str:
    """Return a text as one line of bounded length that directs nothing: no controls, no marks."""
    kept = "".join(" " if c.isspace() else c for c in text)
    kept = "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cf"))
    line = " ".join(kept.split())
    return line if len(line) <= limits.SUMMARY else f"{line[: limits.SUMMARY - 1]}…"
