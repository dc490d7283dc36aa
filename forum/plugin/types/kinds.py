"""Kinds of topics: a facet that hangs on a topic, never a parallel universe."""

from collections.abc import Callable
from dataclasses import dataclass

from forum.plugin.types.checked import Checked
from forum.plugin.types.refs import PostRef, TopicRef
from forum.plugin.types.writing import PostDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicKind(Checked):
    """A kind that members choose in the composer.

    `label` and `summary` are msgids in the plugin's domain, `icon` is a symbol of the core's
    sprite. `composer_template` shows the kind's fields in the composer of a new topic, named as
    `PostDraft.extra` wants them, from `values` (what was sent, tuples by field), `errors`
    (messages by field) and `settings` (the plugin's in the area, None when it has none); check
    them in `validate_post`. `attach` is called in the
    transaction right after the first post was inserted, to store what the fields said; when it
    raises, the topic is not created. Where the plugin is off the topic is a plain discussion.
    """

    name: str
    label: str
    icon: str
    summary: str = ""
    composer_template: str | None = None
    attach: Callable[[TopicRef, PostRef, PostDraft], None] | None = None
