"""The people of the demo federation: generated names and organisations, and the personas."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from forum.accounts.current import SiteRoleName

FIRST = (
    "Anke Birgit Claudia Deniz Eva Frauke Gül Heike Ines Jana Karin Lea Miriam Nele Oda Petra "
    "Rabia Sabine Tülay Ulrike Vera Wiebke Yasemin Zoe Annegret Beate Carla Dörte Elif Franziska "
    "Gesa Hannah Imke Jördis Katja Linh Maren Nadja Olga Paula Ragna Svenja Tanja Undine Wencke "
    "Arne Bernd Cem Dirk Emre Frank Georg Hauke Ingo Jörg Kai Lars Murat Nils Olaf Paul Ralf Sven "
    "Thies Uwe Volker Werner Yusuf Axel Björn Carsten Detlef Enno Fabian Gero Henning Ismail Jannis "
    "Klaas Lukas Matthias Niklas Onno Peer Robert Søren Timo Udo Viktor Wolfgang Łukasz"
).split()
LAST = (
    "Albers Brandt Claußen Dreyer Ehlers Fröhlich Grothe Hollmann Iversen Janßen Kaya Lindemann "
    "Müller Nowak Otten Petersen Quade Rüther Schäfer Thiele Uhlig Vogt Wessels Yıldız Zimmermann "
    "Arslan Böttcher Cordes Demir Eggers Feldmann Großmann Harms Isermann Jürgens Krämer Lüders "
    "Möller Niehaus Oltmanns Pohl Rademacher Scholz Tietjen Ullrich Voß Wübbena Özdemir Brinkmann "
    "Carstens Döring Evers Fuhrmann Göbel Hinrichs Jansen Köster Lohmann Meinders Nagel Ostermann"
).split()
TOWNS = (
    "Altenweide Birkenfurt Buchenau Dornwald Eichhausen Erlenbrück Falkenheide Flussberg Grünau "
    "Haselbach Heidemoor Hohenlinde Immenstedt Kirchwerder Klosterfeld Königsaue Lindenrode "
    "Marschhorn Mittelbrunn Moorkamp Neuenhagen Oberwiesen Quellendorf Rabenstein Rosenthal "
    "Salzfurt Schönbach Seefeld Steinbrück Sonnenau Tannrode Uferstedt Wallheim Weidenbach "
    "Westerkamp Wiesental Windhausen Wolkenstein Ziegelrode Zweibrunn Auental Bergheide Dünenort "
    "Elmstein Feldkirch Gartow Hafenwerder Inselburg Jadeort Kaltenbrunn"
).split()
FORMS = ("Stadt", "Gemeinde", "Samtgemeinde", "Landkreis", "Flecken", "Verbandsgemeinde")
OFFICES = (
    "Bauamt Hauptamt Kämmerei Ordnungsamt Jugendamt Sozialamt Stadtarchiv Bürgerbüro "
    "Standesamt Personalamt Rechtsamt Bauhof"
).split()
TITLES = (
    "Kämmerin Bauamtsleitung Sachbearbeitung Bürgermeisterin Bürgermeister Pressestelle Klimaschutz "
    "Personalrat Justiziariat Jugendpflege Ratsmitglied Geschäftsstelle Ehrenamt Hauptamt "
    "Digitalisierung Wirtschaftsförderung Gleichstellung"
).split()


@dataclass(frozen=True, slots=True)
class PersonSeed:
    """One member to be made; `home` is the slug of the area the person lives in."""

    handle: str
    name: str
    title: str
    organisation: str
    home: str
    interests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody one can log in as: what the role is, and grants as (area slug, role, title)."""

    key: str
    name: str
    title: str
    organisation: str
    role: str
    grants: tuple[tuple[str, str, str], ...]
    site_roles: tuple[SiteRoleName, ...] = ()


PERSONAS = (
    Persona(
        "mitglied", "Anke Meinders", "Sachbearbeitung", "Samtgemeinde Moorkamp",
        "Mitglied in Niedersachsen, im Kreis Osnabrück und in Themengruppen",
        (("ni", "member", ""), ("kreis-osnabrueck", "member", ""), ("emobilitaet", "member", ""),
         ("pressearbeit", "member", ""), ("mint", "member", ""), ("ni-recht", "member", "")),
    ),
    Persona(
        "vielbeschaeftigt", "Carsten Voß", "Bürgermeister", "Stadt Westerkamp",
        "Mitglied mit wenig Zeit, in vielen Bereichen",
        (("ni", "member", ""), ("kreis-osnabrueck", "member", ""), ("foerdermittel", "member", ""),
         ("personalleitung", "member", ""), ("geschaeftsleitungen", "member", "")),
    ),
    Persona(
        "jugend", "Nele Jansen", "Schülerin", "",
        "Jugendliche in der MINT-Community",
        (("mint", "member", ""), ("mint-jugend", "member", "")),
    ),
    Persona(
        "kreis-osnabrueck", "Jörg Oltmanns", "Ehrenamt", "Landkreis Hafenwerder",
        "Admin des Kreises Osnabrück",
        (("ni", "member", ""), ("kreis-osnabrueck", "admin", "chair")),
    ),
    Persona(
        "vorsitz-recht-ni", "Heike Otten", "Justiziariat", "Stadt Salzfurt",
        "Vorsitz des Fachausschusses Recht & Finanzen in Niedersachsen",
        (("ni", "member", ""), ("ni-recht", "admin", "chair"), ("strassenrecht", "member", "")),
    ),
    Persona(
        "redaktion", "Miriam Brandt", "Pressestelle", "Geschäftsstelle des Verbunds",
        "Redaktion: schreibt Ankündigungen im ganzen Verbund",
        (("bund", "editor", "office"), ("pressearbeit", "editor", "")),
    ),
    Persona(
        "lv-niedersachsen", "Wiebke Janßen", "Geschäftsstelle", "Landesverband Niedersachsen",
        "Admin des Landesverbands Niedersachsen",
        (("ni", "admin", "office"),),
    ),
    Persona(
        "bund", "Georg Lindemann", "Geschäftsführung", "Geschäftsstelle des Verbunds",
        "Admin des ganzen Verbunds",
        (("bund", "admin", "office"), ("praesidium", "admin", "office")),
    ),
    Persona(
        "moderation", "Yasemin Kaya", "Ehrenamt", "Gemeinde Seefeld",
        "Moderation im ganzen Verbund",
        (("bund", "moderator", ""),),
    ),
    Persona(
        "entwicklung", "Łukasz Nowak", "Digitalisierung", "Stadt Flussberg",
        "Entwickelt Erweiterungen, Mitglied in Digitalisierung/OZG",
        (("digitalisierung", "editor", ""),),
    ),
    Persona(
        "betrieb", "Tülay Arslan", "Digitalisierung", "Geschäftsstelle des Verbunds",
        "Betreibt die Seite: Erweiterungen, Einstellungen",
        (), ("operator", "privacy"),
    ),
)  # fmt: skip


def organisations(count: int = 90) -> list[str]:
    """Return names of municipalities that do not exist."""
    return [f"{FORMS[i % len(FORMS)]} {TOWNS[i % len(TOWNS)]}" for i in range(count)]


def generate_people(rng: random.Random, count: int, homes: list[str]) -> Iterator[PersonSeed]:
    """Yield `count` members with distinct handles; `homes` are area slugs, already weighted."""
    places = organisations()
    seen: dict[str, int] = {}
    for _ in range(count):
        first, last = rng.choice(FIRST), rng.choice(LAST)
        base = f"{_fold(first)}.{_fold(last)}"
        seen[base] = seen.get(base, 0) + 1
        handle = base if seen[base] == 1 else f"{base}{seen[base]}"
        interests = tuple(rng.sample(("emobilitaet", "pressearbeit", "foerdermittel", "digitalisierung",
            "kita-ausbau", "waermeplanung", "mint", "cafe", "wasserversorgung", "social-media",
            "berufseinstieg", "strassenrecht", "friedhofswesen"), rng.randint(1, 4)))  # fmt: skip
        yield PersonSeed(
            handle,
            f"{first} {last}",
            rng.choice(TITLES),
            rng.choice(places),
            rng.choice(homes),
            interests,
        )


def _fold(name: str) -> str:
    table = str.maketrans(
        {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "ł": "l", "ı": "i"}
    )
    return name.lower().translate(table)
