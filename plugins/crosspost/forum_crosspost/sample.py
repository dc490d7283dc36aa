"""What `forum plugin check` and the contract's tests put into the tables before they look."""

from __future__ import annotations

import tempfile
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

from forum.api.data import as_viewer, find_verified_address, get_system_scope, unit
from forum.plugin import ImportJob, SamplePlace, SampleWorld
from forum_crosspost import operations
from forum_crosspost.operations.feeds import NewFeed, add_feed
from forum_crosspost.operations.uploads import NewUpload, add_upload
from forum_crosspost.queries import list_own_authors


def populate(world: SampleWorld) -> None:
    """Bring a mail and its answer into every place, written by members there; edit the first.

    The answer's writer says that it is theirs, the other does not yet.
    """
    for place in world.places:
        starter, other = place.member_ids[:2]
        with world.acting(place, starter):
            writers = [find_verified_address(one) or "" for one in (starter, other)]
        with tempfile.TemporaryDirectory() as folder:
            # The file's name becomes the source's label, which stands under every post.
            file = Path(folder, f"{world.text(place, starter)}.mbox")
            for words in ("", " Noch etwas."):
                file.write_bytes(b"".join(_write_mails(world, place, writers, words)))
                operations.run_import(ImportJob(area=place.area, file=file, actor_id=starter))
        with world.acting(place, other) as scope:
            operations.claim_author(scope, list_own_authors(scope)[0].id)
        _add_sources(world, place)


def _add_sources(world: SampleWorld, place: SamplePlace) -> None:
    """Have a feed fetched, as the area's admin would, and hand in a file.

    Nobody answers there, and there is nothing in the file.
    """
    address = f"https://{place.area.slug}.example/{place.posts[0].id}.xml"
    label = world.text(place, place.member_ids[0])
    with unit():
        scope = get_system_scope(place.area.id)
        with as_viewer(scope.viewer):
            add_feed(scope, NewFeed(url=address, label=label))
            archive = BytesIO(label.encode())
            new = NewUpload(stream=archive, label=label, kind="mbox", basis="list-terms")
            add_upload(scope, new)


def _write_mails(
    world: SampleWorld, place: SamplePlace, writers: list[str], words: str
) -> list[bytes]:
    text = world.title(place, place.member_ids[0])
    mails = []
    for number, address in enumerate(writers, 1):
        mail = EmailMessage()
        mail["From"] = f"Rosa Vogel <{address}>"
        mail["Date"] = f"Wed, 01 Jul 2020 08:0{number}:00 +0000"
        mail["Subject"] = text if number == 1 else f"Re: {text}"
        mail["Message-ID"] = f"<{place.area.slug}-{number}@mail.example>"
        if number == 2:
            mail["In-Reply-To"] = f"<{place.area.slug}-1@mail.example>"
        mail.set_content(text + (words if number == 1 else ""))
        mails.append(b"From rosa@mail.example Wed Jul  1 08:00:00 2020\n" + bytes(mail) + b"\n\n")
    return mails
