"""Forms of the plugin: input to what the operations take."""

from __future__ import annotations

from collections.abc import Iterator

from forum.api.web import Choice, Form, Line, Text, Upload, lazy_gettext
from forum.api.web import gettext as _
from forum_crosspost import limits
from forum_crosspost.feeds.choices import BASE_WORDS, KIND_WORDS, PLACE_WORDS, POLICY_WORDS
from forum_crosspost.operations.feeds import NewFeed
from forum_crosspost.operations.results import NewResult
from forum_crosspost.operations.uploads import NewUpload

TITLE = 160
TEXT_BYTES = 64 * 1024


def _list_policies() -> Iterator[tuple[str, str]]:
    return ((value, str(label)) for value, label in POLICY_WORDS.items())


def _list_bases() -> Iterator[tuple[str, str]]:
    return ((value, str(label)) for value, label in BASE_WORDS.items())


def _list_places() -> Iterator[tuple[str, str]]:
    return ((value, str(label)) for value, label in PLACE_WORDS.items())


def _list_grounds() -> Iterator[tuple[str, str]]:
    """Return what names may rest on; none is chosen beforehand, and one has to be."""
    yield "", _("bitte wählen")
    yield from ((value, label) for value, label in _list_bases() if value)


def _list_kinds() -> Iterator[tuple[str, str]]:
    return ((value, str(label)) for value, label in KIND_WORDS.items())


class FeedForm(Form):
    """A feed that was looked at, and how much of it is to come in."""

    url = Line(lazy_gettext("Adresse des Feeds"), most=limits.URL, kind="url")
    label = Line(lazy_gettext("Name der Quelle"), most=limits.LABEL)
    policy = Choice(
        lazy_gettext("Wie viel wird übernommen?"), _list_policies, radio=True, default="link"
    )
    basis = Choice(lazy_gettext("Worauf beruht es, Namen zu zeigen?"), _list_bases, default="")
    ids = Line(lazy_gettext("Woran Einträge erkannt werden"), most=4, default="guid")

    def to_new(self) -> NewFeed:
        """Return what the operation takes."""
        return NewFeed(
            url=self.url.data,
            label=self.label.data,
            policy=self.policy.data or "",
            basis=self.basis.data or "",
            ids=self.ids.data,
        )


class FileForm(Form):
    """An archive from elsewhere."""

    file = Upload(lazy_gettext("Datei"), required=True)
    kind = Choice(lazy_gettext("Was ist das für eine Datei?"), _list_kinds, radio=True)
    basis = Choice(lazy_gettext("Worauf beruht es, Namen zu zeigen?"), _list_grounds, default="")

    def to_new(self) -> NewUpload:
        """Return what the operation takes."""
        return NewUpload(
            stream=self.file.data.stream,
            label=self.file.data.filename or "",
            kind=self.kind.data or "",
            basis=self.basis.data or "",
        )


class ResultForm(Form):
    """The outcome of a discussion that cannot be taken over."""

    title = Line(lazy_gettext("Titel"), most=TITLE)
    text = Text(lazy_gettext("Ergebnis"), size=TEXT_BYTES)
    place = Choice(lazy_gettext("Wo wurde das besprochen?"), _list_places)
    label = Line(lazy_gettext("Name der Gruppe oder Seite"), most=limits.LABEL)
    url = Line(lazy_gettext("Adresse des Gesprächs"), most=limits.URL, kind="url", required=False)
    day = Line(lazy_gettext("Tag"), most=10, kind="date")

    def to_new(self) -> NewResult:
        """Return what the operation takes."""
        return NewResult(
            title=self.title.data,
            text=self.text.data,
            place=self.place.data or "",
            label=self.label.data,
            url=self.url.data or "",
            day=self.day.data,
        )
