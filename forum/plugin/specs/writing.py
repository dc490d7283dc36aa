"""Hooks called while a post is written, in its transaction."""

from forum.plugin.hookspec import hookspec
from forum.plugin.types import PostDraft, Veto


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
