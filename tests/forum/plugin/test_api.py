"""What a plugin brings to the API is checked before it is served, and at every call."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel, computed_field

from forum.plugin import (
    ApiFields,
    ApiRoute,
    AreaApi,
    BrokenPlugin,
    Manifest,
    Permission,
    SiteApi,
    TopicList,
)
from forum.plugin.api import find_fields
from forum.plugin.contributions import Contributions, collect_contributions
from forum.plugin.dispatch import Dispatcher
from forum.plugin.guard import Guard
from tests.forum.plugin.examples.kudos import Thanks
from tests.forum.plugin.samples import AREA, POSTS, TOPIC, TOPIC_PAGE, VIEWER, dispatcher, load

KUDOS = frozenset({"kudos"})
MANIFEST = Manifest(
    name="kudos",
    title="Danke",
    summary="Kurz",
    core=">=1",
    licence="MIT",
    permissions=(Permission(name="give", title="Geben", default_role="member"),),
)
ROUTE = ApiRoute(rule="/", endpoint="index", summary="List", view=len, answer=Thanks)


class Other(BaseModel):
    """Not what was registered."""

    count: int = 0


class Unwritable(BaseModel):
    """Raises when it is written."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def share(self) -> float:
        """Divide by nothing."""
        return 1 / 0


def collect(result: object, *hooks: str, manifest: Manifest = MANIFEST) -> Contributions:
    found: dict[str, Any] = dict.fromkeys(hooks, lambda page: {})
    return collect_contributions(manifest, {"register_api": lambda: result, **found})


def test_good_routes_pass():
    assert collect([AreaApi((ROUTE,))]).api == (AreaApi((ROUTE,)),)


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ([SiteApi((ROUTE,))], "it registers API routes of the site"),
        ([AreaApi((ROUTE, ROUTE))], "it is there twice"),
        ([AreaApi((replace(ROUTE, rule="x"),))], "begin it with a slash"),
        ([AreaApi((replace(ROUTE, endpoint="a-b"),))], "it is no name"),
        ([AreaApi((replace(ROUTE, rule="/<path:rest>"),))], "use words, <name> and <int:name>"),
        ([AreaApi((replace(ROUTE, rule="/<int:"),))], "use words, <name> and <int:name>"),
        ([AreaApi((replace(ROUTE, rule="/<slug>"),))], "none of them body or query or slug"),
        ([AreaApi((replace(ROUTE, rule="/<a>/<int:a>"),))], "name each once"),
        ([AreaApi((ROUTE, replace(ROUTE, endpoint="again")))], "it is there twice"),
        ([AreaApi((replace(ROUTE, method="POST"),))], 'say scope="write"'),
        ([AreaApi((replace(ROUTE, body=Thanks),))], "GET with a body"),
        ([AreaApi((replace(ROUTE, permission="take"),))], "is not in the manifest"),
        ([ApiFields(), ApiFields()], "put them together"),
        ([ApiFields(post=Thanks)], "have both or neither"),
        ([ROUTE], "expected"),
    ],
)
def test_what_does_not_hold_is_named(result: object, said: str):
    with pytest.raises(BrokenPlugin, match=said):
        collect(result)


def test_a_hook_without_a_model_is_refused():
    with pytest.raises(BrokenPlugin, match="have both or neither"):
        collect([], "collect_post_fields")


def test_no_plugin_takes_an_address_of_the_core():
    for name in ("topics", "me", "areas"):
        with pytest.raises(BrokenPlugin, match="the core's API has this address"):
            collect([AreaApi((ROUTE,))], manifest=replace(MANIFEST, name=name))


def test_fields_come_once_per_page_from_active_plugins():
    delivery = dispatcher("kudos")
    topics = TopicList(AREA, VIEWER, (TOPIC,))
    assert delivery.for_area(frozenset()).collect_post_fields(TOPIC_PAGE) == []
    hooks = delivery.for_area(KUDOS)
    assert hooks.collect_topic_fields(topics) == [("kudos", {TOPIC.id: Thanks(count=1)})]
    expected = {post.id: Thanks(count=post.seq) for post in POSTS}
    assert hooks.collect_post_fields(TOPIC_PAGE) == [("kudos", expected)]


@pytest.mark.parametrize(
    ("model", "value", "said"),
    [
        (Thanks, Other(), "expected Thanks, got Other"),
        (Unwritable, Unwritable(), "division by zero"),
    ],
)
def test_what_was_not_registered_is_left_out(model: type[BaseModel], value: object, said: str):
    loaded = load("kudos")
    [plugin] = loaded.plugins
    broken = replace(
        plugin,
        implementations={**plugin.implementations, "collect_post_fields": lambda page: {1: value}},
        contributions=replace(plugin.contributions, api=(ApiFields(post=model),)),
    )
    loaded = replace(loaded, plugins=(broken,))
    hooks = Dispatcher(loaded, Guard()).for_area(KUDOS)
    assert hooks.collect_post_fields(TOPIC_PAGE) == []
    hooks = Dispatcher(loaded, Guard(strict=True)).for_area(KUDOS)
    with pytest.raises(Exception, match=said):
        hooks.collect_post_fields(TOPIC_PAGE)


def test_models_are_found():
    [plugin] = load("kudos").plugins
    assert find_fields(plugin.contributions.api) == ApiFields(topic=Thanks, post=Thanks)
