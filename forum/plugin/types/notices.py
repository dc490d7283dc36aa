"""Kinds of notifications that a plugin sends, and what is known of one when it is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from forum.plugin.types.checked import Checked


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRef:
    """One notification of a plugin, as it is about to be told to `user_id`, whom it belongs to.

    `title` is the topic's, "" where it is about an area; `name` is who did it as readers see them
    now, "" where nobody did or they are gone. `values` are what `notify` was given, empty once
    who did it is erased.
    """

    id: int
    user_id: int
    type: str
    area_id: int
    topic_id: int | None
    post_id: int | None
    name: str
    title: str
    values: Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLink(Checked):
    """A link that a mail has below a line of its plugin; the path is one of this site."""

    label: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationType(Checked):
    """A kind of notification, named `<plugin>.<what>`, sent with `forum.api.data.notify`.

    `label` is the msgid of its line on the member's page of mails ("Jemand dankt mir"). `text` is
    what a notification says, one line: a msgid that is filled with the values and with `name` and
    `title` of `NoticeRef` (`%(name)s dankt dir`; a percent sign is `%%`), or a function, called
    once for all notifications of the type at hand in the language being spoken; it gives the lines
    by id, only reads, and needs two statements at most. What it leaves out shows the label.

    `links` is asked like a function for `text`, only for mails: up to ten links by id, which stand
    above the one to the forum. They may hold a secret of the recipient's, such as a signature, as
    no page shows them; following one must change nothing, for programs follow links too.

    The inbox has every notification; `mail` says whether mail is on or off until the member says
    otherwise, or never sent. What is `bundled` waits two minutes for more about the same topic.
    """

    name: str
    label: str
    text: str | Callable[[Sequence[NoticeRef]], Mapping[int, str]]
    links: Callable[[Sequence[NoticeRef]], Mapping[int, Sequence[MailLink]]] | None = None
    mail: Literal["on", "off", "never"] = "off"
    bundled: bool = True
