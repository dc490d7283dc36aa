"""What goes in and out of the API: the one source of what is served and what is documented."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SerializeAsAny
from pydantic_core import PydanticCustomError

from forum.core import limits
from forum.web.forms import clean, one_line
from forum.web.incoming import LARGEST_ID, read_number

LARGEST_SEQ: Final = 2_000_000
MOST_FIELDS: Final = 50


def _read_digits(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    number = read_number(given)
    if number is None:
        raise PydanticCustomError("int_parsing", "no whole number")
    return number


def _tidy(given: Any) -> Any:
    return clean(given) if isinstance(given, str) else given


def _tidy_line(given: Any) -> Any:
    return one_line(given) if isinstance(given, str) else given


Line = Annotated[str, BeforeValidator(_tidy_line)]
Prose = Annotated[str, BeforeValidator(_tidy)]
Digits = Annotated[int, BeforeValidator(_read_digits)]


class Shape(BaseModel):
    """Base of what is answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Given(BaseModel):
    """Base of what is sent: what is not named is refused, types are not guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Query(BaseModel):
    """Base of what stands behind the question mark."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Cutting(Query):
    """Where a page of a list starts, and how long it is."""

    limit: Digits = Field(20, ge=1, le=limits.API_ROWS, description="How many at most.")
    after: str = Field(
        "", max_length=400, description="Where the page starts: taken from `next`, never made up."
    )


class AreaCutting(Query):
    """As `Cutting`, for areas."""

    limit: Digits = Field(20, ge=1, le=limits.API_ROWS, description="How many at most.")
    after: Digits = Field(
        0, ge=0, le=LARGEST_ID, description="Where the page starts: taken from `next`."
    )


class TopicCutting(Cutting):
    """As `Cutting`, with the order of topics."""

    sort: Literal["active", "new", "most", "unanswered"] = Field(
        "active", description="`active` puts pinned topics first."
    )


class PostCutting(Query):
    """Where a page of posts starts."""

    limit: Digits = Field(20, ge=1, le=limits.API_ROWS, description="How many at most.")
    order: Literal["flat", "tree"] = Field(
        "flat", description="In the order of time, or each reply below what it answers."
    )
    start: Digits | None = Field(
        None, alias="from", ge=1, le=LARGEST_SEQ, description="`seq` of the first post of the page."
    )


class Nothing(Query):
    """No parameters."""


class Author(Shape):
    """Who wrote something; former members have neither handle nor address."""

    name: str
    handle: str | None
    url: str | None
    avatar: str | None
    line: str = Field(description="What stands under the name: function, organisation.")


class AreaName(Shape):
    """An area as others name it."""

    slug: str
    name: str


class Area(Shape):
    """An area that the viewer may know of; figures are null where they may not read it."""

    slug: str
    name: str
    url: str
    kind: str
    summary: str
    parent: str | None = Field(description="`slug` of the area above, as far as one may know it.")
    visibility: Literal["public", "members", "listed", "hidden"]
    sealed: bool
    joining: Literal["open", "apply", "invite", "closed", "archived"]
    can_read: bool
    topic_count: int | None
    member_count: int | None
    last_post_at: datetime | None


class Topic(Shape):
    """A topic as its page shows it to the viewer."""

    id: int
    url: str
    area: AreaName
    kind: str
    title: str
    excerpt: str
    author: Author
    created_at: datetime
    last_post_at: datetime
    reply_count: int
    people_count: int
    pinned: bool
    locked: bool
    state: Literal["shown", "hidden", "deleted"]
    imported: bool
    unread: int = Field(description="New posts since the viewer's last visit; 0 before the first.")
    follow: Literal["follow", "mute"] | None
    plugins: dict[str, SerializeAsAny[BaseModel]]


class Post(Shape):
    """A post as the viewer sees it; of a deleted one only its place is left."""

    id: int
    seq: int = Field(description="Order of arrival in the topic, from 1.")
    parent: int | None = Field(description="`seq` of the post that this answers.")
    depth: int = Field(description="Level in the tree, 0 for the first post.")
    topic: int
    url: str
    state: Literal["shown", "hidden", "deleted"]
    note: str = Field(description="Why it is hidden.")
    author: Author | None
    created_at: datetime | None
    edited_at: datetime | None
    html: str = Field(description="Sanitised; quotes as far as the viewer may read them.")
    language: str | None
    reactions: dict[str, int]
    own_reactions: list[str]
    imported: bool
    plugins: dict[str, SerializeAsAny[BaseModel]]


class AreaPage(Shape):
    """Some areas, in the order in which they were made."""

    items: list[Area]
    next: str | None = Field(description="Address of the next page, also as `Link: rel=next`.")


class TopicPage(Shape):
    """Some topics of an area."""

    items: list[Topic]
    next: str | None = Field(description="Address of the next page, also as `Link: rel=next`.")


class PostPage(Shape):
    """Some posts of a topic, in the order asked for."""

    items: list[Post]
    next: str | None = Field(description="Address of the next page, also as `Link: rel=next`.")


class OwnArea(Shape):
    """An area that one belongs to, with the own role in it."""

    slug: str
    name: str
    role: Literal["member", "editor", "moderator", "admin"]


class Token(Shape):
    """The access token at hand."""

    name: str
    scopes: list[Literal["read", "write"]]
    expires_at: datetime


class Me(Shape):
    """For whom the program speaks."""

    handle: str
    name: str
    url: str
    title: str
    organisation: str
    language: str
    timezone: str
    token: Token
    areas: list[OwnArea]


Fields = Annotated[dict[str, list[Prose]], Field(max_length=MOST_FIELDS)]
_FIELDS = "Fields of plugins, as their forms name them (`polls_options`), each a list of texts."


class NewTopic(Given):
    """A topic to start, with its first post."""

    title: Line = Field(min_length=1, max_length=limits.TITLE)
    text: Prose = Field(min_length=1, max_length=limits.BODY_BYTES, description="In Markdown.")
    kind: str = Field("discussion", max_length=40, description="What kind of topic it is.")
    fields: Fields = Field(default_factory=dict, description=_FIELDS)


class NewReply(Given):
    """A reply to write."""

    text: Prose = Field(min_length=1, max_length=limits.BODY_BYTES, description="In Markdown.")
    parent: int | None = Field(
        None, ge=1, le=LARGEST_SEQ, description="`seq` of the post that it answers."
    )
    fields: Fields = Field(default_factory=dict, description=_FIELDS)


class ProblemFault(Shape):
    """What is wrong with one value."""

    detail: str
    pointer: str | None = Field(None, description="Where in the body, as a JSON pointer.")
    parameter: str | None = Field(None, description="Name of the parameter or header.")


class Problem(BaseModel):
    """What does not work, in the language asked for (RFC 9457)."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[ProblemFault] = Field(default_factory=list)
