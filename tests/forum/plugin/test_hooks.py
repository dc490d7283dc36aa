"""What hooks deliver, to whom, and in which order."""

from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from forum.plugin import ExportPart, HookFailed, Panel, PostDraft, PostRef, Slot, TopicRef, Veto
from forum.plugin.dispatch import Dispatcher
from forum.plugin.guard import Guard
from tests.forum.plugin.examples import kudos
from tests.forum.plugin.samples import (
    AREA,
    AREA_PAGE,
    DRAFT,
    EVENT,
    OTHER,
    POSTS,
    TOPIC,
    TOPIC_PAGE,
    dispatcher,
    load,
)

NONE: frozenset[str] = frozenset()
KUDOS = frozenset({"kudos"})
BOTH = frozenset({"kudos", "applause"})


@pytest.fixture(autouse=True)
def _empty_log():
    kudos.log.clear()


def test_hooks_reach_active_plugins_only():
    delivery = dispatcher("kudos", "applause")
    assert delivery.for_area(NONE).render_area_panels(AREA_PAGE) == []
    assert delivery.for_area(KUDOS).render_area_panels(AREA_PAGE) == [
        ("kudos", [Panel(Slot.AREA_SIDE, "kudos/side.html")])
    ]


def test_a_name_that_is_not_loaded_is_passed_over():
    hooks = dispatcher("kudos").for_area(frozenset({"kudos", "badges"}))
    assert [name for name, _ in hooks.render_area_panels(AREA_PAGE)] == ["kudos"]


def test_one_set_of_plugins_shares_its_hooks():
    delivery = dispatcher("kudos", "applause")
    assert delivery.for_area(KUDOS) is delivery.for_area(frozenset({"kudos"}))
    assert delivery.for_area(KUDOS) is not delivery.for_area(KUDOS, only="kudos")


def test_panels_come_by_post_once_per_page():
    [(name, panels)] = dispatcher("kudos").for_area(KUDOS).render_post_panels(TOPIC_PAGE)
    assert name == "kudos"
    assert panels == {
        post.id: (Panel(Slot.POST, "kudos/post.html", {"n": post.seq}, key=(post.seq,)),)
        for post in POSTS
    }


def test_filters_are_chained_in_the_order_of_plugins():
    delivery = Dispatcher(load("kudos", "applause", builtin=True), Guard())
    assert delivery.for_area(BOTH).filter_post_html("a :danke:", DRAFT) == "[a ♥]!"
    assert delivery.for_area(NONE).filter_post_html("a :danke:", DRAFT) == "[a :danke:]"


def test_validators_pass_or_veto():
    hooks = dispatcher("kudos", broken=("vetoes",)).for_area(frozenset({"kudos", "vetoes"}))
    assert hooks.validate_post(DRAFT) == [("vetoes", Veto("Hier nicht.", field="title"))]
    empty = PostDraft(area=AREA, author_id=3, source="")
    assert [name for name, _ in hooks.validate_post(empty)] == ["kudos", "vetoes"]


def test_events_are_delivered_one_plugin_at_a_time():
    delivery = dispatcher("kudos", broken=("failsclosed",))
    active = frozenset({"kudos", "failsclosed"})
    delivery.for_area(active, only="kudos").on_event(EVENT)
    assert kudos.log == ["event 5"]
    with pytest.raises(HookFailed):
        delivery.for_area(active, only="failsclosed").on_event(EVENT)
    delivery.for_area(NONE, only="kudos").on_event(EVENT)
    assert kudos.log == ["event 5"]


def test_moves_and_privacy_reach_every_loaded_plugin():
    delivery = dispatcher("kudos", broken=("vetoes",))
    moved = TopicRef(11, OTHER.id, "discussion", "Radwege")
    assert delivery.everywhere.move_topic(moved, AREA, OTHER) == [("vetoes", Veto("Bleibt hier."))]
    assert kudos.log == ["move 11 to koeln"]
    vetoed = delivery.everywhere.move_area(AREA, AREA, OTHER, [AREA.id])
    assert vetoed == [("vetoes", Veto("Der Bereich bleibt hier."))]
    assert delivery.everywhere.copy_area(AREA, OTHER) == [("kudos", {"kudos_reason": 3})]
    assert kudos.log.pop() == f"copy {AREA.slug} to koeln"
    written: dict[str, list[Any]] = {}

    def make_bundle(plugin: str) -> Any:
        return SimpleNamespace(write=lambda name, rows: written.update({plugin: [*rows]}))

    delivery.everywhere.export_area(AREA, make_bundle)
    assert written == {"kudos": [{"by": n, "area": AREA.slug} for n in ("Anke", "Deniz")]}
    assert delivery.everywhere.delete_area(AREA)[0] == ("kudos", {"kudos_given": 2})
    assert kudos.log[1:] == [f"move {AREA.slug} under koeln", f"delete {AREA.slug}"]
    assert delivery.everywhere.erase_user(3) == [("kudos", {"kudos_given": 3})]
    assert delivery.everywhere.merge_users(3, 4) == [("kudos", {"kudos_given": 1})]
    assert kudos.log[-1] == "merge 3 into 4"
    assert delivery.everywhere.export_user(3) == [("kudos", [ExportPart("given", [{"by": 3}])])]


def test_the_demo_is_seeded_by_every_loaded_plugin():
    world: Any = SimpleNamespace(rng=Random(1))
    dispatcher("kudos").everywhere.seed_demo(lambda _plugin: world)
    assert kudos.log == ["seed 0.134"]


@pytest.mark.parametrize(
    "call",
    [
        lambda d: d.for_area(frozenset({"failsclosed"})).validate_post(DRAFT),
        lambda d: d.for_area(frozenset({"failsclosed"})).on_event(EVENT),
        lambda d: d.everywhere.move_topic(TOPIC, AREA, OTHER),
        lambda d: d.everywhere.erase_user(3),
        lambda d: d.everywhere.export_user(3),
    ],
)
def test_what_must_not_fail_open_aborts(call: Any):
    delivery = dispatcher("kudos", broken=("failsclosed",))
    with pytest.raises(HookFailed) as caught:
        call(delivery)
    assert caught.value.plugin == "failsclosed"
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_kinds_exist_where_their_plugin_is_active():
    delivery = dispatcher("kudos", "applause")
    assert [kind.name for kind in delivery.list_kinds(BOTH)] == ["thanks", "applause"]
    assert [kind.name for kind in delivery.list_kinds(KUDOS)] == ["thanks"]
    assert delivery.find_kind("thanks", NONE) is None
    assert delivery.find_kind("discussion", BOTH) is None
    assert delivery.get_owner("thanks").name == "kudos"
    kind = delivery.find_kind("thanks", KUDOS)
    assert kind is not None
    assert kind.label == "Dank"


def test_a_kind_stores_its_fields_with_the_topic():
    draft = PostDraft(
        area=AREA, author_id=3, source="Hallo", kind="thanks", extra={"kudos_to": ("Anke",)}
    )
    post = PostRef(101, 11, 3, 1)
    delivery = dispatcher("kudos")
    delivery.attach(TOPIC, post, draft)
    assert kudos.log == ["attach 11 101 Anke"]
    broken = PostDraft(area=AREA, author_id=3, source="Hallo", kind="thanks")
    with pytest.raises(HookFailed, match="'kudos' failed in attach thanks"):
        delivery.attach(TOPIC, post, broken)
