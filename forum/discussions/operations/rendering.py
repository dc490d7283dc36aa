"""From a draft to what is stored: size, vetoes of plugins, markup once, filters of plugins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from forum.areas.scope import Scope
from forum.core import limits
from forum.core.errors import Invalid
from forum.markup import RENDERER_VERSION, Rendered, render, sanitise
from forum.plugin.types import PostDraft
from forum.web.i18n import gettext as _

# Plugins speak of the source, the forms call the field `text`.
_FIELDS = {"source": "text"}


@dataclass(frozen=True, slots=True)
class Rendering:
    """A text as it is stored, and what it refers to."""

    source: str
    html: str
    excerpt: str
    mentions: tuple[str, ...]
    quoted: tuple[int, ...]

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a post that hold the text."""
        refs = {"mentions": list(self.mentions), "quotes": list(self.quoted)}
        return {
            "source": self.source,
            "html": self.html,
            "renderer": RENDERER_VERSION,
            "refs": refs if self.mentions or self.quoted else None,
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
    vetoes = [veto for _plugin, veto in scope.hooks.validate_post(draft)]
    if vetoes:
        field = _FIELDS.get(vetoes[0].field, vetoes[0].field)
        raise Invalid(field, " ".join(dict.fromkeys(veto.message for veto in vetoes)))
    rendered = render(draft.source)
    filtered = scope.hooks.filter_post_html(rendered.html, draft)
    html = rendered.html if filtered == rendered.html else sanitise(filtered)
    return make_rendering(draft.source, rendered, html=html)


def make_rendering(source: str, rendered: Rendered, *, html: str | None = None) -> Rendering:
    """Put together what is stored of a rendered text."""
    return Rendering(
        source=source,
        html=rendered.html if html is None else html,
        excerpt=rendered.excerpt,
        mentions=rendered.mentions,
        quoted=tuple(quote.post_id for quote in rendered.quotes),
    )
