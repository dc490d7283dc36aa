"""Texts and lookups that several tests share."""

from markupsafe import Markup

from forum.markup import Block, Directive, Parsed, Person, QuoteInfo, fill, render

POST = """Hallo zusammen, ich habe den Entwurf der Satzung gelesen und bin über § 7 gestolpert.

Dort steht, dass die *Mitgliederversammlung* den Vorstand mit **einfacher Mehrheit** wählt. \
Bei uns war das immer anders, siehe https://example.org/satzung/2019 und \
[das Protokoll](https://example.org/protokoll).

- Wer prüft das rechtlich?
- Bis wann muss der Antrag vorliegen?
- @anna.b hast du noch die alte Fassung?

> Der Vorstand wird in geheimer Wahl bestimmt.

Ich würde vorschlagen, dass wir das beim nächsten Treffen besprechen. Wer mag bis dahin einen \
Text entwerfen? Ich helfe gern mit, habe aber erst ab dem 12. wieder Zeit.
"""


def parse_poll(block: Block) -> Parsed | None:
    """A directive that wants a question."""
    if not block.title:
        return None
    return Parsed({"question": block.title, "options": block.body.split("\n")}, block.title)


POLL = Directive("poll", parse_poll)


class Everybody(dict[str, Person]):
    """Knows every handle."""

    def get(self, key, default=None):  # type: ignore[no-untyped-def]
        return Person(f"Frau {key}", f"/u/{key}")


class Readable(dict[int, QuoteInfo]):
    """May read every post."""

    def get(self, key, default=None):  # type: ignore[no-untyped-def]
        return QuoteInfo("Petra Hollmann", f"/t/1/p/{key}")


class Filled(dict[str, Markup]):
    """Has a panel for every embed."""

    def get(self, key, default=None):  # type: ignore[no-untyped-def]
        return Markup("<p>Umfrage</p>")


def html_of(source: str) -> str:
    """Return the stored HTML of a source."""
    return render(source).html


def filled(html: str) -> Markup:
    """Fill stored HTML for somebody who may see everything."""
    return fill(html, mentions=Everybody(), quotes=Readable(), embeds=Filled())


def bare(html: str) -> Markup:
    """Fill stored HTML for somebody who may see nothing."""
    return fill(html, mentions={}, quotes={}, embeds={}, closed_quote="(zu)")
