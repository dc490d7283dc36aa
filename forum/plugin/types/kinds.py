"""Kinds of topics: a facet that hangs on a topic, never a parallel universe."""

from collections.abc import Callable, Mapping, Sequence
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

    `badge` and `line` are asked once for all topics of the kind that are shown, and give by the
    topic's id, in the language being spoken and the same for every reader, one line of text:
    `badge` what stands beside the label on a card ("12 Stimmen · noch 3 Tage"), `line` the topic
    in a sentence, for mails and feeds, where there are no panels. They only read, with two
    statements at most. Cards are kept, so what changes a badge touches the topic
    (`forum.api.data.touch_topic`); what only the clock changes is at most half a minute late.
    """

    name: str
    label: str
    icon: str
    summary: str = ""
    composer_template: str | None = None
    attach: Callable[[TopicRef, PostRef, PostDraft], None] | None = None
    badge: Callable[[Sequence[TopicRef]], Mapping[int, str]] | None = None
    line: Callable[[Sequence[TopicRef]], Mapping[int, str]] | None = None
