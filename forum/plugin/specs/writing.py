"""Hooks called while a topic or post is written, in its transaction."""

from typing import Any

from forum.core.limits import BODY_BYTES
from forum.plugin.hookspec import hookspec
from forum.plugin.types import PostDraft, TopicProposal, Veto


def _is_a_text(_plugin: str, _arguments: tuple[Any, ...], result: str) -> str | None:
    if not result.strip():
        return "nothing is left of the text"
    size = len(result.encode("utf-8", "replace"))
    return f"{size} bytes, at most {BODY_BYTES} are accepted" if size > BODY_BYTES else None


@hookspec(audience="area", on_error="abort")
def validate_topic(proposal: TopicProposal) -> Veto | None:
    """Let a new topic or another title of one pass, or refuse it with a message.

    When: a topic was sent, or the first post was edited with another title, and core's own rules
        allow it; nothing is stored yet. `validate_post` is asked as well.
    Not sent for: imports, moves (see `move_topic`), previews, edits that leave the title alone.
    Return: None, or a `Veto`, shown at the title unless it names a field of the plugin's own.
    Errors: nothing is stored: a validator that fails must not let anything through.
    Cost: on the way of every new topic in the area; one statement at most.
    """
    raise NotImplementedError


@hookspec(audience="area", on_error="abort")
def validate_post(draft: PostDraft) -> Veto | None:
    """Let a post pass, or refuse it with a message for its author.

    When: a topic, a reply or an edit was sent and core's own rules allow it; nothing is stored yet.
    Not sent for: imports, posts that the system writes, previews, drafts kept for later.
    Return: None, or a `Veto`; the author sees the vetoes of all plugins at once.
    Errors: the post is not stored: a validator that fails must not let anything through.
    Cost: on the way of every post in the area; one statement at most.
    """
    raise NotImplementedError


@hookspec(audience="area", on_error="skip", verify=_is_a_text)
def filter_post_source(source: str, draft: PostDraft) -> str:
    """Change the Markdown of a post before it is rendered.

    The author's own text is what is stored, edited, compared and quoted; what the filters make of
    it is rendered only, anew with every edit. So it can add (spelt-out abbreviations, links), but
    hides nothing: what must not be there is refused by `validate_post`.
    When: after the vetoes, once per stored revision, and for previews.
    Not sent for: imports, reading.
    Return: the Markdown that the next plugin gets, as short as a text has to be and not empty.
    Errors: the plugin's change is left out.
    Cost: on the way of every post in the area; no statements.
    """
    raise NotImplementedError


@hookspec(audience="area", on_error="skip")
def filter_post_html(html: str, draft: PostDraft) -> str:
    """Change the HTML of a post before it is stored.

    When: after markup was rendered, once per stored revision; core sanitises the result again.
    Not sent for: reading: stored HTML is never filtered anew.
    Return: the HTML that the next plugin gets; placeholders of the core have to stay.
    Errors: the plugin's change is left out.
    Cost: on the way of every post in the area; no statements.
    """
    raise NotImplementedError
