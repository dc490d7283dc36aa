"""A small app with sample pages: what the tests render, and what one looks at while designing.

`python -m tests.forum.web.showcase 8099` serves it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask, abort, flash, redirect, request
from markupsafe import Markup

from forum.core.clock import now
from forum.core.errors import Conflict, Denied, Invalid
from forum.web import forms
from forum.web.cards import CardView, card_labels
from forum.web.frame import AreaLink, FrameViewer, Link
from forum.web.install import WebOptions, install
from forum.web.pagination import Page
from forum.web.people import Person
from forum.web.posts import Mark, PostView, Reaction, arrange, post_labels
from forum.web.render import render

HERE = Path(__file__).resolve().parent
ANKE = Person("Anke M.", "/u/anke")
PETRA = Person("Petra Hollmann", "/u/petra", line="Kämmerin, Samtgemeinde Artland")
JOERG = Person("Jörg Wessels", "/u/joerg", line="Justiziar, Landesverband Niedersachsen")
DENIZ = Person("Deniz Kaya", "/u/deniz", line="Bauamt, Stadt Bramsche")
MIRIAM = Person("Miriam Brandt", "/u/miriam", line="Kreis Osnabrück")
HEIKE = Person("Heike Otten", "/u/heike", line="Vorsitz Fachausschuss")
GHOST = Person("K. Sommer (Mailingliste)", line="2019 ausgetreten")


@dataclass(frozen=True)
class Area:
    slug: str
    name: str
    accent: str = ""
    theme: str = "federation"


@dataclass(frozen=True)
class Scope:
    area: Area


LAW = Scope(Area("recht", "Recht & Finanzen", "0d6b50"))
AREAS = (
    AreaLink("Für alle", "/a/alle/", "alle", "1d5c96", new=2),
    AreaLink("Niedersachsen", "/a/ni/", "ni", "0d6b50"),
    AreaLink("Recht & Finanzen", "/t/12", "recht", "0d6b50", depth=1, new=4),
    AreaLink("Kreis Osnabrück", "/switches", "os", "0d6b50", depth=1),
    AreaLink("eMobilität", "/a/emob/", "emob", "1d5c96", new=7),
    AreaLink("Pressearbeit", "/a/presse/", "presse", "1d5c96"),
    AreaLink("MINT-Community", "/a/mint/", "mint", "7a2d84"),
)


class LoginForm(forms.Form):
    email = forms.Line(forms.lazy_gettext("E-Mail-Adresse"), most=254, kind="email")
    password = forms.Secret(forms.lazy_gettext("Passwort"))
    stay = forms.Tick(forms.lazy_gettext("Auf diesem Gerät angemeldet bleiben"))


class ReplyForm(forms.Form):
    text = forms.Text("Antwort", size=65536)
    parent = forms.HiddenField()


def at(days: int, hour: int, minute: int) -> datetime:
    """A point some days before now."""
    base = now() - timedelta(days=days)
    return base.astimezone(UTC).replace(hour=hour, minute=minute, second=0, microsecond=0)


def likes(count: int, *, mine: bool = False) -> tuple[Reaction, ...]:
    return (Reaction("like", "Gefällt mir", count, mine),)


def post(seq: int, author: Person, when: datetime, html: str, **more: object) -> PostView:
    values: dict[str, object] = {"can_react": True, "can_reply": True, "reactions": likes(seq)}
    values.update(more)
    return PostView(
        seq=seq,
        url=f"/t/12/p/{seq}",
        author=author,
        at=when,
        html=Markup(html),
        **values,
    )


def opening() -> PostView:
    return post(
        1,
        PETRA,
        at(78, 9, 12),
        "<p>Wir stellen gerade unsere Satzung um. Das Rechnungsprüfungsamt hält die Bildung "
        "<em>eines</em> Gebiets für die ganze Samtgemeinde für angreifbar, drei Gebiete wären aber "
        "kaum zu verwalten.</p><p>Wie habt ihr die Grenzen begründet, und hat das schon ein "
        "Gericht gesehen?</p>",
        reactions=likes(6),
    )


def replies() -> list[PostView]:
    return [
        post(
            2,
            JOERG,
            at(78, 14, 40),
            "<blockquote><p><b>Petra Hollmann:</b> hat das schon ein Gericht gesehen?</p>"
            "</blockquote><p>Ja, mehrfach. Entscheidend war, dass der räumliche Zusammenhang "
            "dokumentiert ist: Luftbild, Wegebeziehungen, gemeinsame Einrichtungen. Unsere "
            "Muster-Begründung liegt unten bei.</p>",
            depth=1,
            flag="Lösung, bestätigt von Petra Hollmann",
            marks=(Mark("Kernteam"),),
            reactions=likes(14, mine=True),
        ),
        post(
            3,
            DENIZ,
            at(77, 8, 5),
            "<p>Danke! Wir haben das Muster genommen und um eine Karte ergänzt, siehe Anhang. Das "
            "hat dem Rat sehr geholfen.</p>",
            depth=2,
            parent_seq=2,
        ),
        post(
            4,
            MIRIAM,
            at(1, 18, 22),
            "<p>Könntet ihr die Karte als Vorlage freigeben? Wir würden sie für vier Gemeinden "
            "übernehmen.</p>",
            depth=3,
            parent_seq=3,
            new=True,
        ),
        post(
            5,
            DENIZ,
            at(0, 7, 51),
            "<p>Klar, liegt jetzt im Bereich unter „Vorlagen“.</p>",
            depth=4,
            parent_seq=4,
            new=True,
            edited=True,
        ),
        post(
            6,
            HEIKE,
            at(77, 11, 30),
            "<p>Ich nehme das Thema auf die Tagesordnung am 22. September. <code>"
            "SELECT * FROM gemeinden WHERE rechnungspruefungsamtsbeanstandung = 1</code></p>"
            "<ul><li>erst Bestand</li><li>dann Grenzen</li></ul>",
            depth=2,
            parent_seq=2,
        ),
        post(
            7,
            GHOST,
            at(2600, 10, 0),
            "<p>Bei uns hat das Verwaltungsgericht 2018 zugestimmt.</p>",
            depth=1,
            origin="Mailingliste Recht",
            origin_url="/archiv/7",
            can_react=False,
        ),
        post(
            8,
            MIRIAM,
            at(40, 10, 0),
            "<p>Das war unsachlich.</p>",
            depth=2,
            parent_seq=7,
            state="hidden",
            note="Von der Moderation: persönlicher Angriff.",
            reactions=(),
        ),
        post(9, DENIZ, at(30, 9, 9), "", depth=1, state="deleted"),
    ]


def cards() -> list[CardView]:
    return [
        CardView(
            url="/t/12",
            title="Wiederkehrende Beiträge: Wie begründet ihr die Abrechnungsgebiete gerichtsfest?",
            area=AREAS[2],
            kind="Frage",
            replies=12,
            new=4,
            text="Deniz Kaya: Klar, liegt jetzt im Bereich unter „Vorlagen“. Miriam Brandt hatte "
            "gefragt, ob die Karte als Vorlage freigegeben werden kann.",
            why="weil du diesem Thema folgst",
            people=(PETRA, JOERG, DENIZ, MIRIAM),
        ),
        CardView(
            url="/t/13",
            title="Welches Lastenrad-Modell fördert ihr?",
            area=AREAS[4],
            kind="Umfrage",
            replies=8,
            unread=True,
            text="Drei Antworten mit einem Klick, eigene sind willkommen. Bisher 41 Stimmen aus 9 "
            "Ländern; endet am Freitag.",
            why="weil du #eMobilität folgst",
            people=(JOERG, DENIZ),
            more_people=6,
        ),
        CardView(
            url="/t/14",
            title="Starkregenvorsorge: Wer war letzte Woche betroffen?",
            area=AREAS[3],
            replies=23,
            marks=(Mark("angeheftet", "pin"), Mark("geschlossen", "lock")),
            text="Wir sammeln Fotos und Einsatzberichte für die Auswertung am Montag.",
            why="aus deinem Kreis",
            people=(MIRIAM,),
            at=at(1, 9, 30),
        ),
        CardView(
            url="/t/15",
            title=Markup("Pressemitteilung bei <mark>Bürgerentscheiden</mark>: was ist erlaubt?"),
            area=AREAS[6],
            kind="Zweite Chance",
            replies=1,
            text=Markup("2021 offen geblieben. Zu <mark>Bürgerentscheiden</mark> arbeiten drei."),
            why="2021 begonnen, seit 14 Monaten still, passt zu deinen Interessen",
            people=(PETRA, ANKE),
        ),
    ]


def make_showcase(*, viewer: FrameViewer | None = None, theme: str = "federation") -> Flask:
    """Build the app; `viewer` is who is signed in (`?as=` nobody is the default in tests)."""
    app = Flask("showcase", static_folder=None)
    app.config.update(SECRET_KEY="showcase", MAX_CONTENT_LENGTH=1_000_000)
    folder = HERE / "showcase_templates"
    options = WebOptions(site="Zukunftskommunen", theme=theme, plugins={})
    parts = install(app, options)
    for environment in app.extensions["forum.render"].environments.values():
        environment.loader.loaders.append(_loader(folder))
    parts.viewer = lambda: viewer
    parts.own_areas = lambda user_id: AREAS
    parts.unread = lambda user_id: 4
    parts.entries = lambda user_id: (
        Link("Gemerkt", "/bookmarks", "bookmark"),
        Link("Einstellungen", "/settings", "gear"),
        Link("Moderation", "/moderation", "shield", 3),
    )
    parts.footer = lambda: (
        Link("Impressum", "/impressum"),
        Link("Datenschutz", "/datenschutz"),
        Link("Barrierefreiheit", "/barrierefreiheit"),
        Link("Hilfe", "/hilfe"),
    )
    _routes(app)
    return app


def _loader(folder: Path) -> object:
    from jinja2 import FileSystemLoader

    return FileSystemLoader(folder)


def _routes(app: Flask) -> None:
    @app.get("/")
    def home() -> str:
        return render(
            "showcase/home.html", cards=cards(), t=card_labels(), page=Page([], "x", None)
        )

    @app.get("/t/12")
    def topic() -> str:
        return render(
            "showcase/topic.html",
            scope=LAW,
            opening=opening(),
            tree=arrange(replies()),
            t=post_labels(),
            form=ReplyForm(),
            crumbs=[
                ("Zukunftskommunen", "/"),
                ("Niedersachsen", "/a/ni/"),
                (LAW.area.name, "/a/x"),
            ],
            people=(HEIKE, JOERG),
        )

    @app.get("/switches")
    def switches() -> str:
        return render(
            "showcase/switches.html", scope=Scope(Area("os", "Kreis Osnabrück", "0d6b50"))
        )

    @app.route("/login", methods=["GET", "POST"])
    def login() -> str | tuple[str, int]:
        form = LoginForm()
        if form.submitted():
            form.refuse(Invalid("password", "Adresse und Passwort passen nicht zusammen."))
        page = render("showcase/login.html", form=form)
        return (page, 422) if form.errors else page

    @app.get("/search")
    def search() -> str:
        return render("showcase/search.html", cards=cards(), t=card_labels(), query="bürger")

    @app.get("/admin")
    def admin() -> str:
        return render("showcase/admin.html", people=(PETRA, JOERG, MIRIAM))

    @app.get("/sent")
    def sent() -> object:
        flash("Deine Antwort ist da.", "done")
        flash("t12", "draft")
        return redirect("/", 303)

    @app.get("/mentions")
    def mentions() -> dict[str, list[dict[str, str]]]:
        found = {"handle": "petra", "name": PETRA.name, "line": ""}
        return {"people": [found] if request.args["q"] == "pe" else []}

    @app.get("/t/12/p/<int:seq>/menu")
    def menu(seq: int) -> str:
        return render("showcase/menu.html", seq=seq)

    @app.get("/t/12/p/<int:seq>/reply")
    def reply(seq: int) -> str:
        form = ReplyForm()
        form.text.data = f":::quote post={seq} by=deniz\n{request.args['quote']}\n:::"
        return render("showcase/reply.html", form=form)

    @app.post("/t/12/p/<int:seq>/react")
    def react(seq: int) -> object:
        return redirect(f"/t/12#p{seq}", 303)

    @app.get("/fail/<int:status>")
    def fail(status: int) -> object:
        if status == 500:
            raise RuntimeError("boom")
        raised = {403: Denied(), 409: Conflict(), 422: Invalid("", "So nicht.")}.get(status)
        if raised:
            raise raised
        abort(status)

    @app.get("/args")
    def args() -> dict[str, str]:
        return dict(request.args)


if __name__ == "__main__":
    member = FrameViewer(1, ANKE)
    make_showcase(viewer=None if "anonymous" in sys.argv else member).run(
        port=int(sys.argv[1]), threaded=True
    )
