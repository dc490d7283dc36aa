"""A small list archive for the demo federation, written here and imported like any other."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from forum.api.data import Viewer, as_viewer, get_system_scope
from forum.plugin import AreaRef, DemoWorld, ImportJob
from forum_crosspost.operations import run_import
from forum_crosspost.operations.feeds import NewFeed, add_feed, import_feed, set_feed_state

AREA: Final = "digitalisierung"
CLOSED: Final = "by"
FEED: Final = "https://blog.example.org/feed.xml"
WHY: Final = "Erst nach Prüfung durch die Datenschutzbeauftragte."
AGE: Final = timedelta(days=45)
"""So long ago the list began; it ended some weeks before the demo's present."""


def seed(world: DemoWorld) -> None:
    """Import a list into an area that takes it, and show another that does not."""
    area = world.get_area(AREA)
    world.switch_on(area)
    world.forbid(world.get_area(CLOSED), reason=WHY)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "digitales-ehrenamt.mbox"
        file.write_bytes(write_archive(world.now - AGE))
        # The demo is written in one unit, which this joins.
        run_import(ImportJob(area=area, file=file), opens_units=False)
    _seed_feed(world, area)


def _seed_feed(world: DemoWorld, area: AreaRef) -> None:
    """Take a feed from a file, and show one that rests: the demo itself fetches nothing."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "verbandsblog.xml"
        file.write_bytes(write_feed(world.now))
        import_feed(ImportJob(area=area, file=file), "rss", opens_units=False)
    scope = get_system_scope(area.id)
    # Somebody who reads there: the area is for members, whom the wall lets see its sources.
    with as_viewer(Viewer(world.list_member_ids(area)[0])):
        source_id = add_feed(scope, NewFeed(url=FEED, label="Blog Digitales Ehrenamt"))
        set_feed_state(scope, source_id, state="paused")


def write_feed(now: datetime) -> bytes:
    """Return the feed; its last item is some days old."""
    items = tomllib.loads(Path(__file__).with_name("demo_feed.toml").read_text("utf-8"))["item"]
    return "".join(
        [
            "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'"
            " xmlns:atom='http://www.w3.org/2005/Atom'><channel>",
            f"<title>Blog Digitales Ehrenamt</title><atom:link rel='self' href='{FEED}'/>",
            *(_write_item(item, now) for item in items),
            "</channel></rss>",
        ]
    ).encode()


def _write_item(item: Mapping[str, Any], now: datetime) -> str:
    at = now.replace(hour=7, minute=0, second=0, microsecond=0) - timedelta(days=item["days"])
    link = f"https://blog.example.org/{item['key']}"
    return (
        f"<item><guid>{link}</guid><link>{link}</link><title>{escape(item['title'])}</title>"
        f"<pubDate>{format_datetime(at)}</pubDate>"
        f"<description>{escape(escape(item['text'].strip()))}</description></item>"
    )


def write_archive(start: datetime) -> bytes:
    """Return the archive as mbox, its first day being `start`."""
    archive = tomllib.loads(Path(__file__).with_name("demo_mails.toml").read_text("utf-8"))
    first = start.replace(hour=0, minute=0, second=0, microsecond=0)
    return b"".join(_write_mails(archive, first))


def _write_mails(archive: Mapping[str, Any], first: datetime) -> Iterator[bytes]:
    chains: dict[str, list[str]] = {}
    subjects: dict[str, str] = {}
    for mail in sorted(archive["mail"], key=lambda one: float(one["day"])):
        key, above = mail["key"], mail.get("answers", "")
        own = f"<{key}@{archive['host']}>"
        chain = chains.get(above, [])
        chains[key] = [*chain, own]
        subjects[key] = mail.get("subject") or subjects[above]
        message = EmailMessage()
        message["Message-ID"] = own
        message["From"] = f"{mail['by']} <{_address(mail['by'])}>"
        message["Date"] = format_datetime(first + timedelta(days=float(mail["day"])))
        message["Subject"] = f"Re: {subjects[key]}" if above else subjects[key]
        message["List-Id"] = f"{archive['list']} <digitales-ehrenamt.{archive['host']}>"
        message["Archived-At"] = f"<https://{archive['host']}/digitales-ehrenamt/{key}>"
        if chain:
            message["In-Reply-To"], message["References"] = chain[-1], " ".join(chain)
        message.set_content(mail["text"].strip("\n"))
        if "attachment" in mail:
            message.add_attachment(
                b"%PDF-1.4", maintype="application", subtype="pdf", filename=mail["attachment"]
            )
        yield b"From - Thu Jan  1 00:00:00 1970\n" + message.as_bytes() + b"\n"


def _address(name: str) -> str:
    plain = name.lower().replace("ö", "oe").replace("ş", "s").replace(" ", ".")
    return f"{plain}@example.org"
