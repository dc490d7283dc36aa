"""Hooks of the API for programs: what a plugin brings to it, and what it adds to answers."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from forum.plugin.hookspec import hookspec
from forum.plugin.types import Api, TopicList, TopicPage


@hookspec(audience="start", on_error="abort")
def register_api() -> Sequence[Api]:
    """Name the endpoints of the plugin in the API, and the models of what it adds to answers.

    When: at start, in every process.
    Not sent for: plugins that the operator did not load.
    Return: `AreaApi`, `SiteApi` and at most one `ApiFields`; endpoints are unique in the plugin.
    Errors: quarantine the plugin.
    Cost: nothing per request; core has read token, area, state and permission before a view runs.
    """
    raise NotImplementedError


@hookspec(audience="area", on_error="skip")
def collect_topic_fields(page: TopicList) -> Mapping[int, BaseModel]:
    """Give what stands under `plugins.<name>` of topics in the API.

    When: topics of an area are given to a program, one or a page of them.
    Not sent for: pages, feeds and mails; plugins that registered no `ApiFields` for topics.
    Return: instances of the registered model by topic id; others may be left out.
    Errors: the topics are given without them.
    Cost: once per page with the whole list, so at most two statements whatever its length.
    """
    raise NotImplementedError


@hookspec(audience="area", on_error="skip")
def collect_post_fields(page: TopicPage) -> Mapping[int, BaseModel]:
    """Give what stands under `plugins.<name>` of posts in the API.

    When: posts of a topic are given to a program, one or a page of them.
    Not sent for: pages, feeds and mails; hidden and deleted posts; plugins that registered no
        `ApiFields` for posts.
    Return: instances of the registered model by post id; others may be left out.
    Errors: the posts are given without them.
    Cost: once per page with the whole list, so at most two statements whatever its length.
    """
    raise NotImplementedError
