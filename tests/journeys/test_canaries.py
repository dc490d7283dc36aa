"""Every secret of the demo is seen by whom the rules allow to see it, and by nobody else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from forum.demo.canaries import QUOTES, QUOTES_TITLE
from forum.demo.people import PERSONAS
from tests.journeys.crawler import (
    Findings,
    Program,
    Walk,
    compare,
    find_tokens,
    list_links,
)
from tests.journeys.demosite import DemoSite

VISITORS = (None, *(persona.key for persona in PERSONAS))
WALKERS = (None, "mitglied", "bund")
"""Who walks over all pages; everybody else is sent to the addresses themselves."""
STARTS = ("/", "/verzeichnis", "/search", "/sitemap.xml", "/robots.txt", "/notifications")
NO_SUCH = "KANARIE-0000000000"


def list_allowed(demo: DemoSite, persona: str | None) -> set[str]:
    """Return the secrets that somebody may see, by the rules."""
    canaries, federation = demo.facts["canaries"], demo.federation
    return {c["token"] for c in canaries if federation.reads(persona, c["area"])}


def choose(demo: DemoSite, slugs: list[str]) -> list[str]:
    """Return every area that is not open to all members, and some of the others."""
    widths = {slug: demo.federation.tell_width(slug) for slug in slugs}
    closed = [slug for slug in slugs if widths[slug] in ("listed", "hidden")]
    return closed + [slug for slug in slugs if slug not in closed][::6]


def tell_audience(demo: DemoSite, slug: str) -> Any:
    """Return the audience of an area as demo.json words it."""
    if demo.federation.reads(None, slug):
        return "public"
    readers = demo.federation.list_readers(slug)
    return "members" if len(readers) == len(PERSONAS) else readers


def test_demo_json_tells_the_audiences_that_the_rules_give(demo: DemoSite) -> None:
    told = {c["token"]: c["audience"] for c in demo.facts["canaries"]}
    ruled = {c["token"]: tell_audience(demo, c["area"]) for c in demo.facts["canaries"]}
    assert told == ruled
    assert {c["area"] for c in demo.facts["canaries"]} >= {
        slug for slug in demo.facts["areas"] if demo.federation.tell_width(slug) != "public"
    }


@pytest.mark.parametrize("persona", WALKERS)
@pytest.mark.weave("demo and canaries", plugin="*")
def test_a_walk_over_the_site_shows_what_one_may_see(demo: DemoSite, persona: str | None) -> None:
    walk = Walk(demo.app, demo.visit(persona))
    walk.start_at(STARTS)
    findings = walk.run()
    allowed = list_allowed(demo, persona)
    assert compare(findings.tokens, allowed) == []
    assert findings.seen == allowed
    assert [url for url, status in findings.statuses.items() if status >= 500] == []


@pytest.mark.parametrize("persona", VISITORS)
def test_addresses_of_areas_open_for_whom_they_may(demo: DemoSite, persona: str | None) -> None:
    client, federation, findings = demo.visit(persona), demo.federation, Findings()
    wrong = []
    for slug in choose(demo, list(demo.facts["areas"])):
        url = f"/a/{slug}/"
        response = client.get(url, buffered=True)
        findings.look_at(url, response)
        expected = 200 if federation.discovers(persona, slug) else 404
        if response.status_code != expected:
            wrong.append(f"{url}: {response.status_code}, {expected} expected")
        topics = {link for link in list_links(url, response) if link.startswith("/t/")}
        if topics and not federation.reads(persona, slug):
            wrong.append(f"{url}: names topics of a closed area")
    assert wrong == []
    assert compare(findings.tokens, list_allowed(demo, persona)) == []


@pytest.mark.parametrize("persona", VISITORS)
def test_addresses_of_topics_open_for_whom_they_may(demo: DemoSite, persona: str | None) -> None:
    client, federation = demo.visit(persona), demo.federation
    rows = demo.ask("SELECT a.slug, t.id, t.title FROM topic t JOIN area a ON a.id = t.area_id")
    areas = set(choose(demo, list(demo.facts["areas"])))
    findings, wrong = Findings(), []
    for slug, topic_id, title in rows:
        if slug not in areas:
            continue
        readable = federation.reads(persona, slug)
        response = client.get(f"/t/{topic_id}", buffered=True)
        findings.look_at(f"/t/{topic_id}", response)
        if response.status_code != (301 if readable else 404):
            wrong.append(f"/t/{topic_id} in {slug}: {response.status_code}")
        if "KANARIE" in title and readable:
            url = response.headers["Location"]
            findings.look_at(url, client.get(url, buffered=True))
    assert wrong == []
    there = {c["token"] for c in demo.facts["canaries"] if c["area"] in areas}
    assert compare(findings.tokens, list_allowed(demo, persona)) == []
    assert findings.seen == list_allowed(demo, persona) & there


def test_quotes_of_closed_posts_show_each_reader_what_they_may_see(demo: DemoSite) -> None:
    """One after the other, who may see most first: what is kept between them tells nobody more."""
    [(topic_id,)] = demo.ask("SELECT id FROM topic WHERE title = ?", QUOTES_TITLE)
    posts = demo.ask("SELECT source FROM post WHERE topic_id = ?", topic_id)
    quoted = {token for (source,) in posts for token in find_tokens(source)}
    assert len(quoted) >= QUOTES
    allowed = {persona: list_allowed(demo, persona) & quoted for persona in VISITORS}
    for persona in sorted(VISITORS, key=lambda one: len(allowed[one]), reverse=True):
        page = demo.visit(persona).get(f"/t/{topic_id}", follow_redirects=True)
        assert find_tokens(page.text) == allowed[persona], persona
    assert allowed[None] == set()
    assert len({frozenset(tokens) for tokens in allowed.values()}) > 3


@pytest.mark.parametrize("persona", VISITORS)
def test_programs_are_shown_what_their_member_may_see(demo: DemoSite, persona: str | None) -> None:
    """Every list of the API to its end, and what the lists lead to."""
    program, federation, wrong = Program(demo, persona), demo.federation, []
    areas = {area["slug"] for area in program.walk("/areas")}
    expected = {slug for slug in demo.facts["areas"] if federation.discovers(persona, slug)}
    assert areas == expected
    rows = demo.ask("SELECT a.slug, t.id FROM topic t JOIN area a ON a.id = t.area_id")
    for slug in choose(demo, list(demo.facts["areas"])):
        readable = federation.reads(persona, slug)
        status = program.ask(f"/areas/{slug}").status_code
        if status != (200 if federation.discovers(persona, slug) else 404):
            wrong.append(f"{slug}: {status}")
        listed = {topic["id"] for topic in program.walk(f"/areas/{slug}/topics")}
        if listed and not readable:
            wrong.append(f"{slug}: names topics")
        for topic_id in [topic_id for area, topic_id in rows if area == slug]:
            found = program.walk(f"/topics/{topic_id}/posts")
            if bool(found) != readable:
                wrong.append(f"{topic_id} in {slug}: {len(found)} posts")
    assert wrong == []
    chosen = set(choose(demo, list(demo.facts["areas"])))
    there = {c["token"] for c in demo.facts["canaries"] if c["area"] in chosen}
    allowed = list_allowed(demo, persona)
    assert compare(program.findings.tokens, allowed) == []
    assert program.findings.seen & there == allowed & there


@pytest.mark.parametrize("persona", VISITORS)
def test_feeds_show_what_one_may_see(demo: DemoSite, persona: str | None) -> None:
    """Feeds by the session for some, by the key of their reader for the others."""
    client, federation = demo.visit(persona), demo.federation
    query, findings, wrong = "", Findings(), []
    if persona is not None and VISITORS.index(persona) % 2:
        query, client = f"key={demo.make_feed_key(persona)}", demo.visit(None)
    demo.forget_limits()
    rows = demo.ask(
        "SELECT a.slug, t.id FROM topic t JOIN area a ON a.id = t.area_id"
        " WHERE t.title LIKE '%KANARIE%'"
    )
    areas = choose(demo, list(demo.facts["areas"]))
    addresses = [(slug, f"/a/{slug}/feed.atom?{query}") for slug in areas]
    addresses += [(slug, f"/a/{slug}/feed.atom?replies=1&{query}") for slug in areas]
    addresses += [
        (slug, f"/t/{number}/feed.atom?{query}") for slug, number in rows if slug in areas
    ]
    for slug, url in addresses:
        response = client.get(url, buffered=True)
        findings.look_at(url, response)
        if response.status_code != (200 if federation.reads(persona, slug) else 404):
            wrong.append(f"{url}: {response.status_code}")
    assert wrong == []
    there = {c["token"] for c in demo.facts["canaries"] if c["area"] in areas}
    assert compare(findings.tokens, list_allowed(demo, persona)) == []
    assert findings.seen >= list_allowed(demo, persona) & there


@pytest.mark.parametrize("persona", VISITORS)
@pytest.mark.weave("area on/off", plugin="*")
def test_pages_of_plugins_are_there_only_where_they_are_on(
    demo: DemoSite, persona: str | None
) -> None:
    client, federation, wrong = demo.visit(persona), demo.federation, []
    plugins_of = dict(demo.ask("SELECT slug, plugins FROM area"))
    for slug in choose(demo, [s for s in plugins_of if '"polls"' not in plugins_of[s]]) + [
        s for s in plugins_of if '"polls"' in plugins_of[s]
    ]:
        response = client.get(f"/a/{slug}/polls/", buffered=True)
        there = '"polls"' in plugins_of[slug] and federation.reads(persona, slug)
        if response.status_code != (200 if there else 404):
            wrong.append(f"{slug}: {response.status_code}")
    assert wrong == []


@pytest.mark.parametrize("persona", VISITORS)
def test_search_tells_nothing_of_what_is_closed(demo: DemoSite, persona: str | None) -> None:
    """A hidden hit changes nothing on the page, not even a number."""
    client = demo.visit(persona)
    nothing = search(demo, client, NO_SUCH)
    closed = [c for c in demo.facts["canaries"] if isinstance(c["audience"], list)]
    wrong = []
    for canary in closed[::2] + demo.facts["canaries"][::12]:
        page = search(demo, client, canary["token"])
        if (page != nothing) != demo.federation.reads(persona, canary["area"]):
            wrong.append(canary)
    assert wrong == []


@pytest.mark.parametrize("persona", VISITORS)
@pytest.mark.weave("demo and canaries", plugin="badges")
def test_badges_of_closed_areas_are_for_their_readers(demo: DemoSite, persona: str | None) -> None:
    """Pages, profile, feed, API and inbox: by its name a badge tells what the area is about."""
    rows = demo.ask(
        "SELECT a.slug, b.id, b.uuid, u.handle, b.name FROM badges_achievement b"
        " JOIN area a ON a.id = b.area_id JOIN badges_award w ON w.achievement_id = b.id"
        " JOIN user u ON u.id = w.user_id WHERE b.name LIKE '%KANARIE%'"
    )
    assert len(rows) == 2
    client, program, findings, wrong = demo.visit(persona), Program(demo, persona), Findings(), []
    allowed = list_allowed(demo, persona)
    for slug, badge, uuid, handle, _name in rows:
        readable = demo.federation.reads(persona, slug)
        home = f"/a/{slug}/badges/"
        for url, good in (
            (home, 200),
            (f"{home}{badge}", 200),
            (f"/a/{slug}/feed.atom", 200),
            (f"/badges/achievements/{uuid}", 303),
        ):
            response = client.get(url, buffered=True)
            findings.look_at(url, response)
            if response.status_code != (good if readable else 404):
                wrong.append(f"{url}: {response.status_code}")
        for url in (f"/u/{handle}", "/notifications", "/badges/", f"/a/{slug}/"):
            findings.look_at(url, client.get(url, buffered=True))
        if program.ask(f"/areas/{slug}/badges/").status_code != (200 if readable else 404):
            wrong.append(f"API of {slug}")
    program.ask("/badges/awards")
    assert wrong == []
    assert compare(findings.tokens, allowed) == []
    assert compare(program.findings.tokens, allowed) == []
    for slug, badge, _uuid, _handle, name in rows:
        seen = find_tokens(name) if demo.federation.reads(persona, slug) else set()
        assert findings.tokens[f"/a/{slug}/badges/{badge}"] >= seen


def search(demo: DemoSite, client: FlaskClient, text: str) -> str:
    """Return the page of results without what was searched for and what differs every time."""
    demo.forget_limits()  # nobody searches that often by hand
    answer = client.get(f"/search?q={text}")
    assert answer.status_code == 200
    page = answer.text
    return re.sub(r'KANARIE-[0-9a-f]+|name="csrf_token" value="[^"]+"', "", page)
