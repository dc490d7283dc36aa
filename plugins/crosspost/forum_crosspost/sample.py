"""What `forum plugin check` and the contract's tests put into the tables before they look."""

from __future__ import annotations

import tempfile
from email.message import EmailMessage
from pathlib import Path

from forum.plugin import ImportJob, SamplePlace, SampleWorld
from forum_crosspost import operations


def populate(world: SampleWorld) -> None:
    """Bring a mail and its answer into every place, started by a member there."""
    for place in world.places:
        with tempfile.TemporaryDirectory() as folder:
            # The file's name becomes the source's label, which stands under every post.
            starter = place.member_ids[0]
            file = Path(folder, f"{world.text(place, starter)}.mbox")
            file.write_bytes(b"".join(_write_mails(world, place)))
            operations.run_import(ImportJob(area=place.area, file=file, actor_id=starter))


def _write_mails(world: SampleWorld, place: SamplePlace) -> list[bytes]:
    text = world.title(place, place.member_ids[0])
    mails = []
    for number in (1, 2):
        mail = EmailMessage()
        mail["From"] = "Rosa Vogel <rosa@mail.example>"
        mail["Date"] = f"Wed, 01 Jul 2020 08:0{number}:00 +0000"
        mail["Subject"] = text if number == 1 else f"Re: {text}"
        mail["Message-ID"] = f"<{place.area.slug}-{number}@mail.example>"
        if number == 2:
            mail["In-Reply-To"] = f"<{place.area.slug}-1@mail.example>"
        mail.set_content(text)
        mails.append(b"From rosa@mail.example Wed Jul  1 08:00:00 2020\n" + bytes(mail) + b"\n\n")
    return mails
