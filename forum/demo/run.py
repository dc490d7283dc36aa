"""Builds the demo federation in an empty directory: one seed, one clock, one content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from forum.accounts.operations import create_user, promote_user, update_profile
from forum.accounts.passwords import hash_password
from forum.areas.operations import NewArea, add_members, archive_area, create_areas
from forum.areas.queries import get_system_scope, list_readable_ids
from forum.areas.spec import AreaSpec
from forum.core import clock
from forum.core.consumers import skip_events
from forum.core.database import unit
from forum.core.errors import ConfigError
from forum.core.services import service
from forum.core.wall import ANONYMOUS, Viewer
from forum.demo.canaries import Audience, Canary, plant, quote_secrets, tell_audience
from forum.demo.life import enliven
from forum.demo.members import Memberships, place_people
from forum.demo.people import PERSONAS, Persona, PersonSeed, generate_people
from forum.demo.places import LANDS
from forum.demo.talk import Thread, write_threads
from forum.demo.tree import AreaSeed, list_seeds
from forum.demo.world import World
from forum.discussions.operations import ImportOutcome, ImportRecord, import_batch
from forum.plugin import AreaRef

PEOPLE = 320
AWAY = timedelta(days=8)
QUOTED_IN = "bund"


@dataclass(frozen=True, slots=True)
class Login:
    """A persona one can sign in as."""

    persona: Persona
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Demo:
    """What was built, for `demo.json` and the command's last lines."""

    logins: Sequence[Login]
    areas: Sequence[AreaSeed]
    canaries: Sequence[tuple[Canary, Audience]]
    topics: int
    posts: int


def build_demo(*, seed: int, now: datetime) -> Demo:
    """Fill an empty forum; each step is a transaction, the whole takes some ten seconds.

    Errors: ConfigError when there are areas already.
    """
    with clock.freeze(now):
        seeds = list_seeds()
        areas = _make_areas(seeds, now)
        logins = [_make_login(persona, seed) for persona in PERSONAS]
        personas = _make_personas(logins)
        members = _make_members(Random(f"{seed}:people"), seeds, areas, personas, now)
        threads = write_threads(Random(f"{seed}:talk"), seeds, members.by_area, now)
        planted = _write(threads, seeds, areas, members, seed=seed, now=now)
        with unit():
            skip_events()  # years of history are no news: a first start has little to work off
        enliven(Random(f"{seed}:life"), threads, members.by_area, personas, now)
        _archive(seeds)
        _seed_plugins(seeds, areas, members, personas, planted=planted, seed=seed, now=now)
    return Demo(
        logins=logins,
        areas=seeds,
        canaries=_tell_audiences(planted, areas, personas),
        topics=len(threads),
        posts=sum(len(thread.posts) for thread in threads),
    )


def _make_areas(seeds: Sequence[AreaSeed], now: datetime) -> Mapping[str, int]:
    with unit():
        if list_readable_ids(ANONYMOUS):
            raise ConfigError("there is a federation already; choose an empty --dir for the demo")
        return create_areas([_to_new_area(seed, now) for seed in seeds])


def _to_new_area(seed: AreaSeed, now: datetime) -> NewArea:
    ends = now + timedelta(days=60) if seed.kind == "adhoc" and not seed.archived else None
    spec = AreaSpec(
        name=seed.name,
        kind=seed.kind,
        slug=seed.slug,
        summary=seed.summary,
        visibility=seed.visibility,
        sealed=seed.sealed,
        everyone=seed.everyone,
        casual=seed.casual,
        joining=seed.joining,
        topics_by=seed.topics_by,
        replies_by=seed.replies_by,
        accent=seed.accent,
        ends_at=ends,
    )
    return NewArea(spec=spec, parent=seed.parent, created_at=now - timedelta(days=2_700))


def _make_login(persona: Persona, seed: int) -> Login:
    secret = hashlib.sha256(f"{seed}:{persona.key}:login".encode()).hexdigest()[:12]
    return Login(persona, f"{persona.key}@example.org", f"{persona.key}-{secret}")


def _make_personas(logins: Sequence[Login]) -> dict[str, int]:
    personas = {}
    hashes = [hash_password(login.password) for login in logins]
    # They were here last a while ago: so there is something that each of them has missed.
    with unit(), clock.freeze(clock.now() - AWAY):
        for login, password_hash in zip(logins, hashes, strict=True):
            persona = login.persona
            user_id = create_user(
                persona.name, login.email, password_hash=password_hash, origin="import"
            )
            _introduce(user_id, persona.name, persona.title, persona.organisation)
            for role in persona.site_roles:
                promote_user(login.email, role)
            personas[persona.key] = user_id
    return personas


def _make_members(
    rng: Random,
    seeds: Sequence[AreaSeed],
    areas: Mapping[str, int],
    personas: Mapping[str, int],
    now: datetime,
) -> Memberships:
    people = list(generate_people(rng, PEOPLE - len(personas), _homes(seeds)))
    with unit():
        ids = [_make_person(person) for person in people]
        placed = list(zip(people, ids, strict=True))
        since = now - timedelta(days=400)
        members = place_people(rng, seeds, areas, placed, personas, since=since)
        add_members(members)
    members.by_area["fuer-alle"] = [*personas.values(), *ids]
    return members


def _homes(seeds: Sequence[AreaSeed]) -> list[str]:
    """Return districts and counties, each as often as its state's share of the population says."""
    parents = {seed.slug: seed.parent for seed in seeds}
    homes: list[str] = []
    for code, _, _, share in LANDS:
        below = [
            slug
            for slug in parents
            if code in (parents[slug], parents.get(parents[slug] or ""))
            and not slug.startswith(f"{code}-")
        ]
        homes += [below[turn % len(below)] for turn in range(round(share * 3) + 2)]
    return homes


def _make_person(person: PersonSeed) -> int:
    user_id = create_user(person.name, f"{person.handle}@example.org", origin="import")
    _introduce(user_id, person.name, person.title, person.organisation)
    return user_id


def _introduce(user_id: int, name: str, title: str, organisation: str) -> None:
    update_profile(user_id, name=name, title=title, organisation=organisation, bio="")


def _write(
    threads: Sequence[Thread],
    seeds: Sequence[AreaSeed],
    areas: Mapping[str, int],
    members: Memberships,
    *,
    seed: int,
    now: datetime,
) -> list[Canary]:
    """Write every area's threads and canaries; one transaction an area."""
    planted: list[Canary] = []
    secrets: dict[str, int] = {}
    for area in seeds:
        people = members.by_area[area.slug] or members.by_area["fuer-alle"]
        own = [thread for thread in threads if thread.area == area.slug]
        records = [record for thread in own for record in thread.posts]
        hidden = [] if area.visibility == "public" else [*plant(seed, area, people, now)]
        planted += [canary for canary, _record in hidden]
        outcome = _import(areas[area.slug], [*records, *(record for _canary, record in hidden)])
        secrets |= {c.token: outcome.posts[r.key][1] for c, r in hidden if c.kind == "post"}
        for thread in own:
            thread.topic_id = outcome.topics[thread.key]
    everyone = members.by_area[QUOTED_IN] or members.by_area["fuer-alle"]
    _import(areas[QUOTED_IN], [*quote_secrets(secrets, everyone, now)])
    return planted


def _import(area_id: int, records: Sequence[ImportRecord]) -> ImportOutcome:
    with unit():
        outcome = import_batch(area_id, records)
    if outcome.rejected:
        raise ValueError(f"area {area_id}: {outcome.rejected[0]}")
    return outcome


def _archive(seeds: Sequence[AreaSeed]) -> None:
    with unit():
        for seed in seeds:
            if seed.archived:
                archive_area(get_system_scope(seed.slug))


def _seed_plugins(
    seeds: Sequence[AreaSeed],
    areas: Mapping[str, int],
    members: Memberships,
    personas: Mapping[str, int],
    *,
    planted: Sequence[Canary],
    seed: int,
    now: datetime,
) -> None:
    refs = {s.slug: AreaRef(id=areas[s.slug], slug=s.slug, name=s.name) for s in seeds}
    dispatcher = service("dispatcher")

    def make_world(plugin: str) -> World:
        return World(
            plugin,
            seed=seed,
            now=now,
            areas=refs,
            members=members.by_area,
            personas=personas,
            secrets={one.area: one.token for one in planted if one.kind == "title"},
        )

    with unit():
        dispatcher.everywhere.seed_demo(make_world)


def _tell_audiences(
    planted: Sequence[Canary], areas: Mapping[str, int], personas: Mapping[str, int]
) -> list[tuple[Canary, Audience]]:
    with unit():
        anonymous = list_readable_ids(ANONYMOUS)
        readable = {name: list_readable_ids(Viewer(user)) for name, user in personas.items()}
    return [
        (
            canary,
            tell_audience(
                {name: areas[canary.area] in ids for name, ids in readable.items()},
                anonymous=areas[canary.area] in anonymous,
            ),
        )
        for canary in planted
    ]
