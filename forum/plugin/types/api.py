"""What a plugin brings to the API for programs, typed by models: one source of serving and docs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from forum.plugin.types.checked import Checked
from forum.plugin.types.refs import AreaRef, TopicRef, ViewerRef

ApiMethod = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
ApiScope = Literal["read", "write"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRoute(Checked):
    """One endpoint below the plugin's address in the API.

    `view` is called with the scope (for site routes: the viewer), the rule's variables and, where
    there are models for them, `query` and `body` as keyword arguments, after core found token,
    area, plugin state and permission in order; it returns an instance of `answer`, which is sent
    with `status`, or None without one (204). `scope` is what the token needs; whatever is not GET
    needs `write`. `permission` is one that the manifest declares; None lets everybody in who may
    read the area. `summary` is English, for the document.
    """

    rule: str
    endpoint: str
    summary: str
    view: Callable[..., object]
    answer: type[BaseModel] | None
    method: ApiMethod = "GET"
    status: Literal[200, 201, 202] = 200
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    scope: ApiScope = "read"
    permission: str | None = None


@dataclass(frozen=True, slots=True)
class AreaApi(Checked):
    """Endpoints below `/api/v1/areas/<slug>/<plugin>`; where the plugin is off: 404."""

    routes: tuple[ApiRoute, ...]


@dataclass(frozen=True, slots=True)
class SiteApi(Checked):
    """Endpoints below `/api/v1/<plugin>`; for plugins whose manifest has the scope `site`."""

    routes: tuple[ApiRoute, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiFields(Checked):
    """What the plugin adds to topics and posts, under `plugins.<name>`: models of the values.

    The values come from `collect_topic_fields` and `collect_post_fields`.
    """

    topic: type[BaseModel] | None = None
    post: type[BaseModel] | None = None


Api = AreaApi | SiteApi | ApiFields


@dataclass(frozen=True, slots=True)
class TopicList:
    """Topics of one area that are shown together, all that the viewer may see there."""

    area: AreaRef
    viewer: ViewerRef
    topics: tuple[TopicRef, ...]
