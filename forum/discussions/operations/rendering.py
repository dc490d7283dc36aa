"""From a draft to what is stored: size, vetoes of plugins, markup once, filters of plugins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from forum.areas.scope import Scope
from forum.core import limits
from forum.core.errors import Invalid
from forum.discussions.operations.directives import DirectiveReader, to_drafts
from forum.markup import RENDERER_VERSION, Rendered, render, sanitise
from forum.plugin.types import DirectiveDraft, PostDraft, Veto
from forum.web.i18n import gettext as _

# Plugins speak of the source where the forms have a field of their own name.
_SOURCE: Final = "source"


@dataclass(frozen=True, slots=True)
class Rendering:
    """A text as it is stored, and what it refers to."""

    source: str
    html: str
    excerpt: str
    mentions: tuple[str, ...]
    quoted: tuple[int, ...]
    found: tuple[DirectiveDraft, ...] = ()

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a post that hold the text."""
        refs: dict[str, Any] = {"mentions": list(self.mentions), "quotes": list(self.quoted)}
        if self.found:
            refs["embeds"] = [one.key for one in self.found]
        return {
            "source": self.source,
            "html": self.html,
            "renderer": RENDERER_VERSION,
            "refs": refs if self.mentions or self.quoted or self.found else None,
        }


def check_draft(source: str) -> None:
    """Refuse what is empty or too long.

    Errors: Invalid at `text`.
    """
    if not source.strip():
        raise Invalid("text", _("Bitte schreib etwas, der Beitrag ist noch leer."))
    size = len(source.encode("utf-8", "replace"))
    if size > limits.BODY_BYTES:
        message = _(
            "Der Beitrag ist zu lang: %(size)s von höchstens %(most)s Zeichen.",
            size=size,
            most=limits.BODY_BYTES,
        )
        raise Invalid("text", message)


def render_post(scope: Scope, draft: PostDraft) -> Rendering:
    """Check a draft, ask the plugins, render it.

    Errors: Invalid with the vetoes of all plugins; HookFailed when a validator fails.
    """
    check_draft(draft.source)
    refuse([veto for _plugin, veto in scope.hooks.validate_post(draft)], at="text")
    reader = DirectiveReader(scope, draft, on_error="abort")
    rendered, html = render_filtered(scope, draft, reader)
    refuse([Veto(problem) for problem in reader.problems], at="text")
    return make_rendering(draft.source, rendered, html=html)


def render_filtered(
    scope: Scope, draft: PostDraft, reader: DirectiveReader
) -> tuple[Rendered, str]:
    """Render a draft between the filters of plugins; the HTML beside the rest, sanitised again."""
    source = scope.hooks.filter_post_source(draft.source, draft)
    rendered = render(source, directives=reader.directives)
    filtered = scope.hooks.filter_post_html(rendered.html, draft)
    return rendered, rendered.html if filtered == rendered.html else sanitise(filtered)


def refuse(vetoes: Sequence[Veto], *, at: str) -> None:
    """Refuse what is vetoed, with all messages at the field of the first; `at` is the usual one.

    Errors: Invalid.
    """
    if vetoes:
        field = at if vetoes[0].field == _SOURCE else vetoes[0].field
        raise Invalid(field, " ".join(dict.fromkeys(veto.message for veto in vetoes)))


def make_rendering(source: str, rendered: Rendered, *, html: str | None = None) -> Rendering:
    """Put together what is stored of a rendered text."""
    return Rendering(
        source=source,
        html=rendered.html if html is None else html,
        excerpt=rendered.excerpt,
        mentions=rendered.mentions,
        quoted=tuple(quote.post_id for quote in rendered.quotes),
        found=to_drafts(rendered.embeds),
    )
