"""`:::poll Kommt ihr? kind=multiple id=fest` in the text of a post.

An answer on each line, "- " before it if one likes, then `:::`; rules are words of `_RULES`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, cast

from forum.api.data import Invalid
from forum.api.web import gettext as _
from forum.api.web import speech
from forum.plugin import (
    DirectiveBlock,
    DirectiveDraft,
    DirectiveLine,
    DirectiveRef,
    MarkupSpec,
    Panel,
    PostDraft,
    PostRef,
    Slot,
    TopicPage,
    Veto,
)
from forum_polls import happening, limits, operations, panels
from forum_polls.dates import tell_date
from forum_polls.fields import Fields
from forum_polls.folding import clean_answer
from forum_polls.forms import read_poll
from forum_polls.queries import get_settings, list_with_own_votes
from forum_polls.values import PollSpec
from forum_polls.words import KIND_WORDS

NAME: Final = "poll"
_RULES: Final = {
    "kind": "polls_kind",
    "end": "polls_ends",
    "secret": "polls_secret",
    "own": "polls_own",
    "results": "polls_results",
    "min": "polls_min",
    "max": "polls_max",
    "quorum": "polls_quorum",
    "majority": "polls_majority",
    "voters": "polls_voters",
    "region": "polls_region",
    "role": "polls_role",
    "low": "polls_low",
    "high": "polls_high",
    "unit": "polls_unit",
}


def read_directive(block: DirectiveBlock, draft: PostDraft) -> DirectiveLine | Veto:
    """Read a poll out of a text; what is wrong with it is said at the text.

    Cost: one statement, for the area's settings.
    """
    question = clean_answer(block.title)[: limits.QUESTION]
    if not question:
        return Veto(_("Schreib die Frage in die Zeile mit „:::poll“."))
    unknown = sorted(set(block.args) - {*_RULES, "id"})
    if unknown or len(block.key) > limits.NAME:
        known = ", ".join(sorted(_RULES))
        return Veto(
            _(
                "„%(word)s“ kennt eine Umfrage nicht. Es gibt: %(known)s",
                word=(unknown or [block.key])[0][:40],
                known=known,
            )
        )
    fields: dict[str, tuple[str, ...]] = {
        _RULES[name]: (text,) for name, text in block.args.items() if name != "id"
    }
    lines = block.body.splitlines()
    if block.args.get("kind") != "survey":
        lines = [line.strip().removeprefix("- ").removeprefix("* ") for line in lines]
    fields["polls_options"] = tuple(lines)
    try:
        spec = _read(fields, question, draft)
    except Invalid as error:
        return Veto(f"{question}: {error.message}")
    text = _("Umfrage: %(question)s", question=question)
    return DirectiveLine(text, {"spec": replace(spec, name=block.key)})


def _read(fields: Fields, question: str, draft: PostDraft) -> PollSpec:
    settings, area_id = get_settings(draft.area.id), draft.area.id
    try:
        return read_poll(fields, question=question, settings=settings, area_id=area_id)
    except Invalid as error:
        # A post is edited long after its poll has ended, and the poll has its own clock by then.
        if draft.post is None or error.field != "polls_ends":
            raise
        rest = {name: values for name, values in fields.items() if name != "polls_ends"}
        return read_poll(rest, question=question, settings=settings, area_id=area_id)


def store_directives(
    post: PostRef, drafts: Sequence[DirectiveDraft], draft: PostDraft
) -> Veto | None:
    """Bring the polls of a post in step with its text; what has votes stays as it was asked."""
    specs = {one.key: cast(PollSpec, one.data["spec"]) for one in drafts}
    kept = operations.keep_polls(post.id, specs)
    if not kept.refused:
        for poll_id in kept.made:
            happening.tell_opened(
                poll_id,
                topic_id=post.topic_id,
                post_id=post.id,
                area_id=draft.area.id,
                author_id=draft.author_id,
            )
        return None
    return Veto(
        _(
            "Über „%(question)s“ wurde schon abgestimmt: Frage und Antworten bleiben im Text."
            " Ändern und beenden kannst du sie bei der Umfrage.",
            question=kept.refused,
        )
    )


def show_directives(page: TopicPage, found: Sequence[DirectiveRef]) -> Mapping[DirectiveRef, Panel]:
    """Show the polls of a page where their authors wrote them. Cost: one statement."""
    wanted = {(ref.post_id, ref.key): ref for ref in found}
    inline = [one for one in panels.keep_polls(page) if (one.poll.post_id, one.poll.name) in wanted]
    return {
        wanted[full.poll.post_id, full.poll.name]: panels.make_page_panel(page, full, Slot.TEXT)
        for full in list_with_own_votes(inline)
    }


def preview_directive(draft: DirectiveDraft) -> Panel:
    """Show in the composer what will be asked."""
    spec, zone = cast(PollSpec, draft.data["spec"]), speech().zone
    facts = (str(KIND_WORDS[spec.kind]), _("geheim") if spec.secret else "")
    texts = [tell_date(one, zone=zone) if one.starts_at else one.text for one in spec.options]
    context = {"spec": spec, "texts": texts, "note": " · ".join(filter(None, facts))}
    return Panel(Slot.TEXT, "polls/preview.html", context)


DIRECTIVE: Final = MarkupSpec(
    name=NAME,
    label="Umfrage",
    parse=read_directive,
    render=show_directives,
    store=store_directives,
    preview=preview_directive,
    most=limits.POLLS,
)
