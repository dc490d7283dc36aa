"""A post on its way in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from forum.plugin.types.checked import Checked
from forum.plugin.types.refs import AreaRef, PostRef, TopicRef


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDraft:
    """What the author sent, before anything is stored.

    `topic` is None for the first post of a new topic, whose kind and title are then given here;
    `post` is set when an existing post is edited. `extra` holds the submitted fields whose names
    begin with the plugin's name and an underscore, lists for repeated fields.
    """

    area: AreaRef
    author_id: int
    source: str
    topic: TopicRef | None = None
    post: PostRef | None = None
    kind: str = "discussion"
    title: str = ""
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicProposal:
    """A topic on its way in, or another title for one that stands.

    `topic` is None for a new one, else the topic with its old title. `author_id` is whose topic it
    is, `actor_id` who asks. `extra` as in `PostDraft`, empty for a new title.
    """

    area: AreaRef
    author_id: int
    actor_id: int
    title: str
    kind: str
    topic: TopicRef | None = None
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Veto(Checked):
    """A refusal with a translated message for the author, shown at the field.

    `field` is the text unless it names another one: a field of the plugin's own, or `title`.
    """

    message: str
    field: str = "source"
