"""Rules on what pages show: nothing where it is off, nothing unescaped, nothing per post."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from forum.plugin import SamplePlace
from forum.testing.kit.reading import read_page
from forum.testing.kit.rule import Breach
from forum.testing.kit.subject import Rows, Subject
from forum.testing.kit.surfaces import SURFACES
from forum.testing.kit.world import API, CLOSED, PLUGIN, World
from forum.testing.statements import list_warm_statements

MANY: Final = 50
MOST: Final = 2
"""How many statements a plugin may add to a page of a topic."""
TRIES: Final = 3
"""How often a page is counted: figures are flushed and kept parts grow old now and then."""


def check_off(subject: Subject) -> Iterator[Breach]:
    """Switch it off in the open area, or on the site: no route, panel, job, hit or line is left."""
    world, place = subject.world, subject.world.open_place
    pages = world.list_plugin_pages(place)
    sent = _list_sent(world)
    world.switch("off", place)
    for address in pages:
        status = world.get("admin", address).status_code
        if status != 404 and not _is_for_all_areas(world, address):
            yield Breach("route", f"{address} answers {status} where the plugin is off")
    for address in sorted(world.forms):
        status = world.post("admin", address, world.forms[address]).status_code
        if _is_for_all_areas(world, address):
            continue
        if world.is_own(address, place) and status != 404:
            yield Breach("route", f"POST {address} answers {status} where the plugin is off")
    for call in world.calls:
        if _is_for_all_areas(world, call.address):
            if PLUGIN in _forget_elsewhere(world, world.call("author", call).text):
                yield Breach("API", f"{call.address} shows rows where the plugin is off")
            continue
        status = world.call("admin", call).status_code
        if not _concerns_elsewhere(world, call.address) and status != 404:
            told = f"{call.method} {call.address} answers {status}"
            yield Breach("API", f"{told} where the plugin is off")
    yield from _find_traces(world, place, sent)
    before = subject.read_rows()
    world.live(place)
    world.work()
    for table in list_changed(before, subject.read_rows()):
        yield Breach("events and jobs", f"rows of {table} change where the plugin is off")


def _list_sent(world: World) -> set[str]:
    """Return the mails that went out while it was on: nobody gets those back."""
    mails = next(one for one in SURFACES if one.name == "mail")
    return {shown.text for shown in mails.show(world, "author")}


def _find_traces(world: World, place: SamplePlace, sent: Collection[str]) -> Iterator[Breach]:
    name, is_off_everywhere = world.plugin.name, world.plugin.manifest.site_only
    base = f"/{name}/" if is_off_everywhere else f"/a/{place.area.slug}/{name}/"
    # An address begins after a quote or the name of the site; files of the plugin lie elsewhere.
    leads = re.compile(rf"""(?:["'\s]|localhost|^){re.escape(base)}""")
    for one in SURFACES:
        for shown in one.show(world, "author") if one.of_area else ():
            if _concerns_elsewhere(world, shown.address) or shown.text in sent:
                continue
            if leads.search(shown.text):
                yield Breach(one.name, f"{shown.address} leads to {base} where the plugin is off")
            elif PLUGIN in _forget_elsewhere(world, shown.text):
                yield Breach(one.name, f"{shown.address} shows rows where the plugin is off")


def _concerns_elsewhere(world: World, address: str) -> bool:
    """Tell whether an address is about the closed area, where the plugin is on."""
    if world.plugin.manifest.site_only:
        return False
    slug = world.closed_place.area.slug
    topics = "|".join(map(str, world.topics[slug]))
    about = rf"//{slug}\.|(?:{API})?/(?:(?:a|areas)/{slug}|(?:t|topics)/(?:{topics}))(?:[/?]|$)"
    return re.match(about, address) is not None


def _is_for_all_areas(world: World, address: str) -> bool:
    """Tell whether a page of the site is about all areas where the plugin is on: it stays."""
    of_site = address.startswith(f"/{world.plugin.name}/")
    return of_site and not world.plugin.manifest.site_only


def _forget_elsewhere(world: World, text: str) -> str:
    """Leave out what the plugin holds of the closed area, where it is on."""
    if world.plugin.manifest.site_only:
        return text
    return re.sub(rf"{CLOSED}\s+\w+\s+{PLUGIN}", "", text)


def check_kept(subject: Subject) -> Iterator[Breach]:
    """Switch it off and on again: every row is as it was."""
    world = subject.world
    before = subject.read_rows()
    for state in ("off", "on"):
        world.switch(state, *world.places)
        world.work()
        for place in world.places:
            for page in world.list_core_pages(place):
                world.get("author", page)
    for table in list_changed(before, subject.read_rows()):
        yield Breach(f"table {table}", "rows change when the plugin goes off and on")


def list_changed(before: Rows, after: Rows) -> list[str]:
    """Return the tables whose rows differ."""
    return [table for table in before if before[table] != after.get(table)]


def check_statements(subject: Subject) -> Iterator[Breach]:
    """Count what a page of one post and one of fifty cost more than without the plugin."""
    world, place = subject.world, subject.world.open_place
    urls = [f"/t/{_fill(subject, place, posts)}" for posts in (1, MANY)]
    with_plugin = [_count(world, url) for url in urls]
    world.switch("off", place)
    extra = [here - _count(world, url) for here, url in zip(with_plugin, urls, strict=True)]
    if extra[0] != extra[1]:
        yield Breach(
            "topic page", f"{extra[0]} statements more with 1 post, {extra[1]} with {MANY}"
        )
    elif extra[1] > MOST:
        yield Breach(
            "topic page", f"{extra[1]} statements more than without the plugin, at most {MOST}"
        )


def _fill(subject: Subject, place: SamplePlace, posts: int) -> int:
    world = subject.world
    author = world.people["author"]
    topic, first = world.start_topic(place, author)
    made = [first, *(world.reply(place, author, topic.id) for _ in range(posts - 1))]
    subject.populate(world.narrow(SamplePlace(place.area, tuple(made), place.member_ids)))
    return topic.id


def _count(world: World, url: str) -> int:
    """Count what a page costs; what comes with the clock on a slow machine is not the page's."""
    return min(len(list_warm_statements(lambda: world.get("author", url))) for _ in range(TRIES))


def check_escaping(subject: Subject) -> Iterator[Breach]:
    """Look for a hostile name, title or text that has become markup."""
    world = subject.world
    for one in SURFACES:
        for role in ("author", "moderator"):
            for shown in one.show(world, role):
                slips = read_page(shown.text).slips if shown.is_html else ()
                for slip in slips[:1]:
                    yield Breach(one.name, f"{shown.address} lets markup through: {slip[:80]}")


def check_fields(subject: Subject) -> Iterator[Breach]:
    """Compare the composer with and without the plugin: its fields carry its name."""
    world, place = subject.world, subject.world.open_place
    page = f"/a/{place.area.slug}/new"
    kinds = [kind.name for kind in subject.plugin.contributions.topic_kinds]
    answers = [f"/t/{topic}/p/1/reply" for topic in world.topics[place.area.slug][:1]]
    pages = [page, *(f"{page}?kind={kind}" for kind in kinds), *answers]
    there = [read_page(world.get("author", url).text).fields for url in pages]
    world.switch("off", place)
    bare = [read_page(world.get("author", url).text).fields for url in (page, *answers)]
    known = set().union({"kind"}, *bare)
    for name in sorted(set().union(*there) - known):
        if not name.startswith(f"{subject.name}_"):
            yield Breach("composer", f"field {name!r} does not begin with {subject.name}_")
