"""Directives of plugins on their way in: read from a draft, handed over when the post stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from forum.areas.scope import Scope
from forum.core.errors import Invalid
from forum.core.services import service
from forum.markup import Block, Directive, Embed, Parsed
from forum.plugin.checks import check_for
from forum.plugin.hookspec import OnError
from forum.plugin.types import (
    DirectiveBlock,
    DirectiveDraft,
    DirectiveLine,
    MarkupSpec,
    PostDraft,
    PostRef,
    Veto,
)
from forum.web.i18n import gettext as _

_PARSED = check_for(DirectiveLine | Veto | None)
_STORED = check_for(Veto | None)


class DirectiveReader:
    """Lets the plugins that are on read the directives of one draft.

    `problems` are the messages for its author after it was rendered. `on_error` says whether a
    plugin that fails stops the post or, in a preview, leaves its directive as plain text.
    """

    def __init__(self, scope: Scope, draft: PostDraft, *, on_error: OnError) -> None:
        self.problems: list[str] = []
        self._draft = draft
        self._on_error = on_error
        self._seen: dict[str, list[str]] = {}
        self.directives = [
            Directive(name, partial(self._parse, plugin, spec))
            for name, (plugin, spec) in service("dispatcher").list_markup(scope.plugins).items()
        ]

    def _parse(self, plugin: str, spec: MarkupSpec, block: Block) -> Parsed | None:
        given = DirectiveBlock(block.name, block.words, block.args, block.body, block.key)
        result = service("dispatcher").run(
            plugin,
            f"parse {spec.name}",
            spec.parse,
            (given, self._draft),
            kind="filter",
            on_error=self._on_error,
            area_id=self._draft.area.id,
            check=_PARSED,
        )
        if isinstance(result, Veto):
            self.problems.append(result.message)
        if not isinstance(result, DirectiveLine):
            return None
        seen = self._seen.setdefault(spec.name, [])
        if len(seen) >= spec.most:
            name, most = spec.name, spec.most
            self.problems.append(
                _("Höchstens %(most)s Blöcke „:::%(name)s“ je Beitrag.", most=most, name=name)
            )
            return None
        seen.append(block.key)
        return Parsed(result.data, result.text)


def to_drafts(embeds: Iterable[Embed]) -> tuple[DirectiveDraft, ...]:
    """Return what was found in a text as plugins are told of it."""
    return tuple(DirectiveDraft(one.key, one.name, one.text, one.data) for one in embeds)


def store_directives(
    scope: Scope,
    post: PostRef,
    draft: PostDraft,
    *,
    found: Sequence[DirectiveDraft],
    before: Iterable[str] = (),
) -> None:
    """Let plugins keep what the directives of a post said; `before` are the keys of its old text.

    Errors: Invalid at `text` for a veto, HookFailed; the caller rolls the post back.
    """
    names = {one.name for one in found} | {key.partition(".")[0] for key in before}
    if not names:
        return
    for name, (plugin, spec) in service("dispatcher").list_markup(scope.plugins).items():
        if name in names and spec.store is not None:
            own = tuple(one for one in found if one.name == name)
            veto = service("dispatcher").run(
                plugin,
                f"store {name}",
                spec.store,
                (post, own, draft),
                kind="attach",
                on_error="abort",
                area_id=scope.area.id,
                check=_STORED,
            )
            if veto is not None:
                raise Invalid("text", veto.message)
