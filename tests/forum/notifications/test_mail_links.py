"""Links that plugins put into mails: the recipient's own, into this site, in the mail alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from forum.plugin import MailLink, NoticeRef
from tests.forum.discussions.surfaces import loaded, make_plugin, switch
from tests.forum.notifications.post_office import PostOffice
from tests.forum.notifications.test_mail import parts
from tests.forum.notifications.test_notices import TYPES, said, send


def test_a_mail_has_the_links_of_its_recipient_and_no_page_shows_them(office: PostOffice) -> None:
    with loaded(office.world, make_plugin({}, notifications=TYPES), strict=False):
        switch(office.world, "recht", "on")
        send(office, "anke", "deniz", post_id=office.world.start("anke", title="Beiträge").post_id)
        anke, deniz = (office.world.users[name] for name in ("anke", "deniz"))
        mails = {mail["To"].partition("@")[0]: parts(mail) for mail in office.deliver()}
        pages = {name: said(office, name) for name in mails}
    assert len(mails) == 2
    for name, own, other in (("anke", anke, deniz), ("deniz", deniz, anke)):
        text, html = mails[name]
        assert "Diese Links gelten nur für dich" in text
        assert f"Danke zurück: http://localhost/kudos/back/{own} " in " ".join(text.split())
        assert f'href="http://localhost/kudos/back/{own}"' in html
        assert f"/kudos/back/{other}" not in text + html
        assert "/kudos/back" not in pages[name]


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example/", "/\\evil.example", "kudos", "/a\nb", "/ü"]
)
def test_a_link_leads_into_this_site_or_is_none(office: PostOffice, path: str) -> None:
    def link(notices: Sequence[NoticeRef]) -> dict[int, list[MailLink]]:
        sound = MailLink(label="x@evil.example" + "y" * 200, path="/sound")
        return {one.id: [MailLink(label="Klick", path=path), *[sound] * 20] for one in notices}

    types = (replace(TYPES[0], links=link),)
    with loaded(office.world, make_plugin({}, notifications=types), strict=False):
        switch(office.world, "recht", "on")
        topic = office.world.start("anke", title="Beiträge")
        send(office, "anke", post_id=topic.post_id)
        [mail] = office.deliver()
    text, html = parts(mail)
    assert "Klick" not in text + html and "evil.example/" not in text + html
    assert text.count("http://localhost/sound") == 10
    assert "x evil. example" in text


def test_links_that_fail_leave_the_mail_without(office: PostOffice) -> None:
    def fail(notices: Sequence[NoticeRef]) -> dict[int, list[MailLink]]:
        raise RuntimeError

    types = (replace(TYPES[0], links=fail),)
    with loaded(office.world, make_plugin({}, notifications=types), strict=False):
        switch(office.world, "recht", "on")
        send(office, "anke", post_id=office.world.start("anke", title="Beiträge").post_id)
        [mail] = office.deliver()
    assert "/p/1" in parts(mail)[0]
