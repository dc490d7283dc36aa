"""Directives that stand inside the text of a post: as written, as found, as shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from forum.plugin.types.checked import Checked
from forum.plugin.types.pages import Panel, TopicPage
from forum.plugin.types.refs import PostRef
from forum.plugin.types.writing import PostDraft, Veto


@dataclass(frozen=True, slots=True)
class DirectiveBlock:
    """A directive as its author wrote it.

    `:::name title` opens it; the `key=value` pairs of that line are `args`, what else it says is
    `title`. `body` is the source up to the closing `:::`. `key` is its name within the post:
    `<name>.<id>` with the author's `id=` (a letter, then letters, digits, hyphens), else
    `<name>.<number>` in the order of the text. What has to survive edits around it wants an id.
    """

    name: str
    title: str
    args: Mapping[str, str]
    body: str
    key: str


@dataclass(frozen=True, slots=True)
class DirectiveLine(Checked):
    """What `parse` makes of a block.

    `text` is the one line of at most 280 characters that stands for the directive in mails, feeds,
    search and lists, and for readers where the plugin is off; `data` is handed to `store`.
    """

    text: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DirectiveDraft:
    """A directive that was found in a text on its way in."""

    key: str
    name: str
    text: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class DirectiveRef:
    """A directive in a stored post; the post's id and the key name it."""

    post_id: int
    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkupSpec(Checked):
    """A directive `:::<name> …` … `:::` for the text of posts.

    `label` is the msgid of what members call it. All four functions run where the plugin is on:

    `parse` reads a block without changing anything: None leaves it as plain text, a `Veto` refuses
    the post with its message at the text, and the preview shows it. What raises refuses the post.
    `store` is called in the transaction, after the post stands, with all directives of this name
    in its new text, also with none after an edit took the last one out; a `Veto` undoes the post.
    `render` is called once per page with every directive of this name on it, at most two
    statements; its panels have the slot TEXT. One that is left out, or whose plugin fails, shows
    its line. `preview` shows a draft in the composer, where nothing is stored yet.
    A post may hold `most` of them.
    """

    name: str
    label: str
    parse: Callable[[DirectiveBlock, PostDraft], DirectiveLine | Veto | None]
    render: Callable[[TopicPage, Sequence[DirectiveRef]], Mapping[DirectiveRef, Panel]]
    store: Callable[[PostRef, Sequence[DirectiveDraft], PostDraft], Veto | None] | None = None
    preview: Callable[[DirectiveDraft], Panel | None] | None = None
    most: int = 5
