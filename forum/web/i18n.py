"""Languages: which one a request speaks, the merged catalogues, gettext for code and templates.

msgids are German; a locale is a catalogue folder (`en`, `sv`, `de@formal`) or the source language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import structlog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, current_app, has_request_context, request
from markupsafe import Markup, escape
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

log = structlog.get_logger(__name__)

SOURCE = "de"
STATE = "forum.languages"


@dataclass(frozen=True, slots=True)
class Speech:
    """One language with its catalogue and the time zone that dates are told in."""

    locale: str
    translations: NullTranslations
    zone: ZoneInfo

    @property
    def language(self) -> str:
        """The language without its variant, for `lang=` and CLDR: `de@formal` → `de`."""
        return self.locale.partition("@")[0]


@dataclass(frozen=True)
class Languages:
    """All catalogues, and how a request chooses; `preference` is filled by accounts."""

    catalogs: Mapping[str, NullTranslations]
    default: str
    zone: ZoneInfo
    preference: Callable[[], tuple[str, str]] | None = None

    def speech(self, locale: str, zone: str = "") -> Speech:
        """Return the speech of a locale; an unknown one means the site's default."""
        known = locale if locale in self.catalogs else self.default
        return Speech(known, self.catalogs[known], ZoneInfo(zone) if zone else self.zone)

    def choose(self) -> Speech:
        """Choose for the request: member's wish, `?lang=`, Accept-Language, site default."""
        wish, zone = self.preference() if self.preference else ("", "")
        if wish in self.catalogs:
            return self.speech(wish, zone)
        asked = request.args.get("lang", "") if request.query_string else ""
        if asked in self.catalogs:
            return self.speech(asked, zone)
        accepted = request.environ.get("HTTP_ACCEPT_LANGUAGE", "")
        best = _best_match(accepted, (*self.by_language,))
        return self.speech(self.by_language[best] if best else self.default, zone)

    @cached_property
    def by_language(self) -> Mapping[str, str]:
        """The locale that speaks a language: without a variant, or the site's default."""
        plain = [self.default, *(name for name in self.catalogs if "@" not in name)]
        return {name.partition("@")[0]: name for name in reversed(plain)}


@lru_cache(maxsize=256)
def _best_match(accepted: str, languages: tuple[str, ...]) -> str | None:
    """Browsers of members say few different things here, each at every request."""
    return parse_accept_header(accepted, LanguageAccept).best_match(languages)


_MUTE = Speech(SOURCE, NullTranslations(), ZoneInfo("Europe/Berlin"))
_now: ContextVar[Speech | None] = ContextVar("forum_speech", default=None)


def load_languages(
    domains: Iterable[tuple[str, Path]],
    *,
    default: str = SOURCE,
    zone: str = "Europe/Berlin",
    preference: Callable[[], tuple[str, str]] | None = None,
) -> Languages:
    """Merge the catalogues of core and plugins, the first domain wins.

    Shapes: domains are (name, folder holding `<locale>/LC_MESSAGES/<name>.po`, or `.mo` alone as
        in a wheel).
    """
    merged: dict[str, NullTranslations] = {}
    for domain, folder in domains:
        for place in sorted({path.parent for path in folder.glob(f"*/LC_MESSAGES/{domain}.[mp]o")}):
            locale, fresh = place.parent.name, _open(place / f"{domain}.po")
            known = merged.get(locale)
            if isinstance(known, Translations):
                fresh.merge(known)
            merged[locale] = fresh
    merged.setdefault(SOURCE, NullTranslations())
    if default not in merged:
        log.warning("language_missing", locale=default, instead=SOURCE)
        default = SOURCE
    return Languages(merged, default, ZoneInfo(zone), preference)


def compile_catalogs(folders: Iterable[Path]) -> list[Path]:
    """Write the .mo beside every .po below the folders; return what was written."""
    written = []
    for folder in folders:
        for po in sorted(folder.glob("*/LC_MESSAGES/*.po")):
            target = po.with_suffix(".mo")
            target.write_bytes(_compiled(po))
            written.append(target)
    return written


def _open(po: Path) -> Translations:
    mo = po.with_suffix(".mo")
    stale = po.is_file() and not (mo.is_file() and mo.stat().st_mtime >= po.stat().st_mtime)
    return Translations(BytesIO(_compiled(po) if stale else mo.read_bytes()))


def _compiled(po: Path) -> bytes:
    with po.open("rb") as file:
        catalog = read_po(file, locale=po.parent.parent.name.partition("@")[0])
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def speech() -> Speech:
    """Return what is spoken now, chosen once per request.

    Cost: one context variable after the first call.
    """
    found = _now.get()
    if found is None:
        if not has_request_context():
            return _MUTE
        found = languages(current_app).choose()
        _now.set(found)
    return found


def languages(app: Flask) -> Languages:
    """Return the app's languages."""
    return cast(Languages, app.extensions[STATE])


def locale() -> str:
    """Return the locale of the request, job or mail at hand."""
    return speech().locale


@contextmanager
def speaking(locale: str, *, zone: str = "") -> Iterator[Speech]:
    """Speak another language for a while: mails and jobs in the recipient's."""
    chosen = languages(current_app).speech(locale, zone)
    token = _now.set(chosen)
    try:
        yield chosen
    finally:
        _now.reset(token)


def forget_speech(_error: BaseException | None = None) -> None:
    """Choose anew: a thread serves one request after the other."""
    _now.set(None)


def gettext(message: str, **values: object) -> str:
    """Translate a German message; named placeholders are filled in."""
    text = speech().translations.gettext(message) if message else ""
    return text % values if values else text


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """Translate a counted message; `%(num)s` is the number."""
    text = speech().translations.ngettext(singular, plural, num)
    return text % {"num": num, **values}


class LazyText:
    """A message translated when shown: for labels written at import time."""

    __slots__ = ("_message", "_values")

    def __init__(self, message: str, values: dict[str, object]) -> None:
        self._message = message
        self._values = values

    def __str__(self) -> str:
        return gettext(self._message, **self._values)

    def __html__(self) -> str:
        return str(escape(str(self)))

    def __mod__(self, values: Any) -> str:
        return str(str(self) % values)

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self._message)


def lazy_gettext(message: str, **values: object) -> str:
    """Return a text that is translated when it is shown (typed as the text it stands for)."""
    return cast(str, LazyText(message, values))


# In templates values are escaped into the translated text. jinja2.ext.i18n does the same at four
# times the cost: it looks its function up and calls it through the template's context.
def template_gettext(message: str, **values: object) -> str:
    """Translate for a template."""
    text = speech().translations.gettext(message)
    return Markup(text) % values if values else text  # noqa: S704 – catalogues are ours


def template_ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """Translate a counted message for a template."""
    text = speech().translations.ngettext(singular, plural, num)
    return Markup(text) % {"num": num, **values}  # noqa: S704 – catalogues are ours
