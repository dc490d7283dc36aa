"""Reads HTML as a browser would and lists what must not be there.

The allow-list is written down a second time on purpose: a slip in the sanitiser's must show here.
"""

from html.parser import HTMLParser

TAGS = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "em", "strong", "s", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"),
    *("span", "img", "x-m", "x-q", "x-e"),
}
ATTRIBUTES = {
    "a": {"href", "title", "rel", "class"},
    "ol": {"start"},
    "img": {"src", "alt", "loading"},
    "li": {"class"},
    "span": {"class"},
    "code": {"class"},
    "th": {"class"},
    "td": {"class"},
    "p": {"class"},
    "blockquote": {"class"},
    "x-m": {"h"},
    "x-q": {"p"},
    "x-e": {"k"},
}
CLASSES = {
    *("task", "done", "box", "left", "center", "right", "mention", "quote", "closed", "quote-by"),
    "embed",
}
VOID = {"br", "hr", "img"}


def browser_scheme(url: str) -> str:
    """Return the scheme that a browser would see, "" for a relative address."""
    stripped = url.strip("".join(map(chr, range(0x21))))
    seen = "".join(c for c in stripped if c not in "\t\r\n")
    head = seen
    for stop in "/?#":
        head = head.partition(stop)[0]
    return head.partition(":")[0].lower() if ":" in head else ""


class Checker(HTMLParser):
    """Collects faults, tags, addresses and text of one piece of HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.images: list[str] = []
        self.open: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in TAGS:
            self.faults.append(f"tag {tag}")
        if tag == "a" and "a" in self.open:
            self.faults.append("link in a link")
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            self._check_attribute(tag, name, value or "")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"unbalanced </{tag}>")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"section {data}")

    def _check_attribute(self, tag: str, name: str, value: str) -> None:
        if name not in ATTRIBUTES.get(tag, set()):
            self.faults.append(f"attribute {tag}.{name}")
        if name == "class":
            odd = [c for c in value.split() if c not in CLASSES]
            if odd and not (tag == "code" and odd == [value] and value.startswith("language-")):
                self.faults.append(f"class {value}")
        if name == "href":
            self.links.append(value)
            if browser_scheme(value) not in {"", "http", "https", "mailto"}:
                self.faults.append(f"scheme {value}")
        if name == "src":
            self.images.append(value)
            if not value.startswith("/files/"):
                self.faults.append(f"image {value}")


def check(html: str) -> Checker:
    """Parse HTML; `faults` of the result is empty when nothing is wrong."""
    checker = Checker()
    checker.feed(html)
    checker.close()
    checker.faults.extend(f"open <{tag}>" for tag in checker.open)
    return checker
