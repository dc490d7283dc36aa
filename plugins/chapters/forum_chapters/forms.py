"""What people type about a branch, in the shapes that operations take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from forum.api.data import Scope
from forum.api.web import Choice, Choices, Form, Line, Text, Upload, list_themes
from forum.api.web import gettext as _
from forum.api.web import lazy_gettext as _l
from forum_chapters import limits
from forum_chapters.blocks import BLOCKS, WORDS
from forum_chapters.operations import Opening, PageDraft
from forum_chapters.patterns import Pattern
from forum_chapters.queries import Front

PLACES: Final = tuple(f"block_{place}" for place in range(1, len(BLOCKS) + 1))


def _themes() -> list[tuple[str, str]]:
    return [("", _("wie der Bereich darüber")), *list_themes()]


def _blocks() -> list[tuple[str, str]]:
    return [("", _("nichts")), *((name, str(WORDS[name])) for name in BLOCKS)]


class PageForm(Form):
    """The front page: a greeting, the blocks in their order, the legal texts."""

    title = Line(_l("Überschrift"), most=limits.TITLE, required=False)
    text = Text(_l("Begrüßung"), size=4 * limits.TEXT, required=False, default="")
    block_1 = Choice(_l("1. Baustein"), _blocks, default="")
    block_2 = Choice(_l("2. Baustein"), _blocks, default="")
    block_3 = Choice(_l("3. Baustein"), _blocks, default="")
    block_4 = Choice(_l("4. Baustein"), _blocks, default="")
    block_5 = Choice(_l("5. Baustein"), _blocks, default="")
    announcements = Choice(_l("Ankündigungen aus"), [], default="")
    imprint = Text(_l("Impressum"), size=4 * limits.LEGAL, required=False, default="")
    privacy = Text(_l("Datenschutz"), size=4 * limits.LEGAL, required=False, default="")

    def to_draft(self, ids: dict[str, int]) -> PageDraft:
        """Return what was typed; `ids` are the areas for announcements by address."""
        return PageDraft(
            title=self.title.data or "",
            text=self.text.data or "",
            blocks=tuple(getattr(self, place).data or "" for place in PLACES),
            announcements_id=ids.get(self.announcements.data or ""),
            imprint=self.imprint.data or "",
            privacy=self.privacy.data or "",
        )


def fill_page(front: Front, slugs: dict[int, str]) -> dict[str, Any]:
    """Return what stands in the form of a front page at first."""
    places = dict(zip(PLACES, front.blocks, strict=False))
    texts = {name: getattr(front, name) for name in ("title", "text", "imprint", "privacy")}
    return {**texts, **places, "announcements": slugs.get(front.announcements_id or 0, "")}


class LookForm(Form):
    """Theme and accent."""

    theme = Choice(_l("Gestaltung"), _themes, default="")
    accent = Line(_l("Farbe"), most=7, required=False)


class LogoForm(Form):
    """A picture for the greeting."""

    logo = Upload(_l("Bild"))


class HostForm(Form):
    """A name of one's own."""

    host = Line(_l("Name"), most=limits.HOST, required=False)


class SourceForm(Form):
    """A template of one's own, as TOML."""

    source = Text(_l("Eigene Vorlage (TOML)"), size=4 * limits.PATTERN)


class OpeningForm(Form):
    """What a template leaves open."""

    where = Choice(_l("Was soll entstehen?"), [], radio=True)
    name = Line(_l("Name"), most=limits.NAME, required=False)
    slug = Line(_l("Adresse"), most=limits.SLUG, required=False)
    parts = Choices(_l("Bereiche und Gremien darunter"), [])
    theme = Choice(_l("Gestaltung"), _themes, default="")
    accent = Line(_l("Farbe"), most=7, required=False)
    host = Line(_l("Eigener Name im Netz"), most=limits.HOST, required=False)
    source = Text(_l("Vorlage"), size=4 * limits.PATTERN)

    def to_opening(self) -> Opening:
        """Return what was typed as operations take it."""
        return Opening(
            where=self.where.data,
            name=self.name.data or "",
            slug=self.slug.data or "",
            theme=self.theme.data or "",
            accent=self.accent.data or "",
            host=self.host.data or "",
            parts=frozenset(self.parts.data or ()),
        )


def offer(form: OpeningForm, scope: Scope, pattern: Pattern) -> None:
    """Put the choices of a template into its form."""
    here = _("%(area)s selbst einrichten", area=scope.area.name)
    form.where.choices = [("here", here), ("below", _("einen neuen Bereich darunter anlegen"))]
    form.parts.choices = list(_list_parts(pattern))


def _list_parts(pattern: Pattern) -> Iterable[tuple[str, str]]:
    for part in pattern.areas:
        if part.sealed:
            mark = _(" (versiegelt)")
        else:
            mark = _(" (nur für Mitglieder)") if part.visibility in ("listed", "hidden") else ""
        yield part.key, part.name + mark
