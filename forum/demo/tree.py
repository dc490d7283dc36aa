"""The tree of the demo federation as data: which areas there are and how they behave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from forum.demo.places import DISTRICTS, LANDS


@dataclass(frozen=True, slots=True)
class AreaSeed:
    """One area to be made; `theme` picks the texts its topics are written from."""

    slug: str
    name: str
    kind: str
    parent: str | None
    visibility: str = "members"
    joining: str = "open"
    summary: str = ""
    theme: str = "allgemein"
    sealed: bool = False
    everyone: bool = False
    casual: bool = False
    topics_by: str = "members"
    replies_by: str = "members"
    accent: str = ""
    archived: bool = False
    weight: float = 1.0


ROOT = AreaSeed(
    "bund",
    "Verbund Zukunftskommunen",
    "federation",
    None,
    visibility="public",
    joining="none",
    summary="Städte, Gemeinden und Kreise, die gemeinsam herausfinden, wie es besser geht.",
    topics_by="editors",
    accent="1d5c96",
    weight=1.2,
)

COMMITTEES = (
    ("recht", "Recht & Finanzen", "recht"),
    ("bauen", "Bauen & Umwelt", "bauen"),
    ("soziales", "Soziales & Bildung", "soziales"),
)

_TOPICS = (
    ("emobilitaet", "eMobilität", "emobilitaet", "public"),
    ("pressearbeit", "Pressearbeit", "presse", "members"),
    ("strassenrecht", "Straßenrecht", "recht", "members"),
    ("kita-ausbau", "Kita-Ausbau", "soziales", "members"),
    ("waermeplanung", "Wärmeplanung", "bauen", "public"),
    ("wasserversorgung", "Wasserversorgung", "bauen", "members"),
    ("digitalisierung", "Digitalisierung/OZG", "digital", "members"),
    ("foerdermittel", "Fördermittel", "foerderung", "members"),
    ("friedhofswesen", "Friedhofswesen", "recht", "members"),
)
_ROLES = (
    ("berufseinstieg", "Berufseinstieg", "personal", "members", "open"),
    ("personalleitung", "Personalleitung", "personal", "listed", "apply"),
    ("oeffentlichkeitsarbeit", "Öffentlichkeitsarbeit", "presse", "members", "open"),
    ("social-media", "Social-Media-Austausch", "presse", "members", "open"),
    ("geschaeftsleitungen", "Geschäftsleitungen", "personal", "hidden", "invite"),
)
_REGIONS = (
    ("muensterland", "Münsterland", "nw"),
    ("bonn", "Bonn", "nw"),
    ("rhein-neckar", "Rhein-Neckar", "bund"),
)
_ADHOC = (
    ("jhv-2026", "Jahreshauptversammlung 2026", "bund", "members", False),
    ("koalitionsvertrag", "Koalitionsvertrag", "bund", "members", False),
    ("kommunalwahl-ni-2026", "Kommunalwahl Niedersachsen 2026", "ni", "members", False),
    ("bundestagswahl-2021", "Bundestagswahl 2021", "bund", "members", True),
    ("hochwasser-2023", "Hochwasserhilfe 2023", "th", "members", True),
)


def _federal() -> Iterator[AreaSeed]:
    yield ROOT
    yield AreaSeed(
        "fuer-alle",
        "Für alle",
        "topic",
        "bund",
        joining="none",
        everyone=True,
        summary="Was jedes Mitglied wissen sollte.",
        theme="allgemein",
        weight=2.5,
    )
    yield AreaSeed(
        "cafe",
        "Café",
        "topic",
        "bund",
        casual=True,
        summary="Bei einem Kaffee, ohne Tagesordnung.",
        theme="cafe",
        weight=1.5,
    )
    yield AreaSeed(
        "praesidium",
        "Präsidium",
        "committee",
        "bund",
        visibility="hidden",
        joining="invite",
        sealed=True,
        summary="Beratungen des Präsidiums.",
        theme="recht",
    )
    for slug, name, theme, visibility in _TOPICS:
        yield AreaSeed(
            slug,
            name,
            "topic",
            "bund",
            visibility=visibility,
            summary=f"Erfahrungen und Fragen rund um {name}.",
            theme=theme,
            weight=3.0 if slug in ("emobilitaet", "pressearbeit", "foerdermittel") else 1.6,
        )
    for slug, name, theme, visibility, joining in _ROLES:
        yield AreaSeed(
            slug,
            name,
            "role",
            "bund",
            visibility=visibility,
            joining=joining,
            summary=f"Für alle, die mit {name} zu tun haben.",
            theme=theme,
        )
    for slug, name, parent in _REGIONS:
        yield AreaSeed(
            slug, name, "region", parent, summary=f"Nachbarschaft: {name}.", theme="allgemein"
        )
    for slug, name, parent, visibility, archived in _ADHOC:
        yield AreaSeed(
            slug,
            name,
            "adhoc",
            parent,
            visibility=visibility,
            archived=archived,
            summary=f"Auf Zeit: {name}.",
            theme="politik",
        )


def _mint() -> Iterator[AreaSeed]:
    yield AreaSeed(
        "mint",
        "MINT-Community",
        "topic",
        "bund",
        visibility="public",
        summary="Kurse, Werkstätten und Wettbewerbe für neugierige Leute ab zehn.",
        theme="mint",
        accent="7a2d84",
        weight=2.0,
    )
    yield AreaSeed(
        "mint-jugend",
        "Jugendraum",
        "topic",
        "mint",
        visibility="listed",
        joining="apply",
        summary="Geschützter Raum für Jugendliche der MINT-Community.",
        theme="mint",
        accent="7a2d84",
    )


def _land(code: str, name: str, accent: str) -> Iterator[AreaSeed]:
    yield AreaSeed(
        code,
        name,
        "region",
        "bund",
        visibility="public",
        joining="apply",
        summary=f"Landesverband {name} im Verbund Zukunftskommunen.",
        theme="allgemein",
        accent=accent,
        weight=0.8,
    )
    yield AreaSeed(
        f"{code}-neues",
        "Neues aus dem Land",
        "topic",
        code,
        visibility="public",
        topics_by="editors",
        summary=f"Mitteilungen des Landesverbands {name}.",
        theme="ankuendigung",
        weight=0.5,
    )
    yield AreaSeed(
        f"{code}-geschaeftsstelle",
        "Geschäftsstelle",
        "topic",
        code,
        summary=f"Fragen an die Geschäftsstelle in {name}.",
        theme="recht",
        weight=0.4,
    )
    for slug, committee, theme in COMMITTEES:
        yield AreaSeed(
            f"{code}-{slug}",
            committee,
            "committee",
            code,
            visibility="listed",
            joining="invite",
            sealed=True,
            summary=f"Fachausschuss {committee} des Landesverbands {name}, auf Berufung.",
            theme=theme,
            weight=0.5,
        )


def _districts() -> Iterator[AreaSeed]:
    for code, slug, name, counties in DISTRICTS:
        yield AreaSeed(
            slug,
            name,
            "region",
            code,
            summary=f"Bezirksgruppe {name}.",
            theme="allgemein",
            weight=0.35,
        )
        for county_slug, county in counties:
            yield AreaSeed(
                county_slug,
                county,
                "region",
                slug,
                summary=f"Austausch der Mitglieder in {county}.",
                theme="kreis",
                weight=0.5,
            )


def list_seeds() -> list[AreaSeed]:
    """Return all areas, parents before children, always in the same order."""
    seeds = list(_federal())
    lands = [seed for code, name, accent, _ in LANDS for seed in _land(code, name, accent)]
    order = {seed.slug: seed for seed in [*seeds, *lands, *_districts(), *_mint()]}
    order["ni-recht"] = replace(order["ni-recht"], weight=2.0)
    order["kreis-osnabrueck"] = replace(order["kreis-osnabrueck"], weight=2.5)
    return _parents_first(order)


def _parents_first(seeds: dict[str, AreaSeed]) -> list[AreaSeed]:
    done: dict[str, AreaSeed] = {}

    def place(seed: AreaSeed) -> None:
        if seed.slug in done:
            return
        if seed.parent is not None:
            place(seeds[seed.parent])
        done[seed.slug] = seed

    for seed in seeds.values():
        place(seed)
    return list(done.values())
