"""The mail itself: headers, both parts whole, small, nothing from elsewhere, nobody's markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forum_digest.operations import Wish

from forum.testing.builders import set_settings

if TYPE_CHECKING:
    from conftest import Town

HOSTILE = "\u202eevil <script>x</script> \ue000 & https://example.org"


def test_the_headers(town: Town) -> None:
    set_settings(town.app, town.root, "digest", unsubscribe_address="weg@example.org")
    town.choose(town.anke)
    town.write("Etwas")
    town.pass_week()
    town.turn()
    [mail] = town.send()
    link = f"http://localhost{town.stop_path(town.anke)}"
    token = link.rpartition("/")[2]
    assert mail["List-Unsubscribe"].strip() == f"<{link}>, <mailto:weg@example.org?subject={token}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"] == "<digest.example.org>"
    assert mail["Precedence"] == "bulk"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert town.mails()[0].message_id == mail["Message-ID"]


def test_both_parts_are_whole_and_small(town: Town) -> None:
    town.choose(town.anke)
    for author in (town.deniz, town.chair):
        for number in range(3):
            town.write(f"{number} {HOSTILE} {'Lang ' * 10}", author=author)
    town.pass_week()
    town.turn()
    [mail] = town.send()
    text, html = town.text(mail), town.html(mail)
    assert len(mail.as_bytes()) < 100_000
    links = re.findall(r'href="([^"]+)"', html)
    assert len(links) == 4 + 3
    for link in links:
        assert link in text
    assert "<script" not in html
    assert "<img" not in html
    assert "url(" not in html
    assert "\u202e" not in html + text + mail["Subject"]
    assert "\ue000" not in html + text + mail["Subject"]
    assert 'content="light dark"' in html


def test_who_was_spoken_to_reads_of_it_first(town: Town) -> None:
    mine = town.write("Meine Frage", author=town.anke)
    town.choose(town.anke)
    loud = town.write("Viel los")
    for _ in range(3):
        town.reply(loud.topic_id, town.chair)
    town.reply(mine.topic_id, town.deniz, "Eine Antwort")
    town.pass_week()
    town.hear()
    town.turn()
    mail = next(one for one in town.send() if one["List-Id"])
    assert mail["Subject"].startswith("Meine Frage")
    assert "Jemand hat dir geantwortet" in town.text(mail)


def test_a_kill_after_handing_over_sends_the_same_mail_again(town: Town) -> None:
    town.choose(town.anke, Wish(freq="weekly", weekday=0, hour=9))
    town.write("Etwas")
    town.pass_week()
    town.turn()
    town.send()
    town.forget_handing_over()
    first, second = town.send()
    assert first["Message-ID"] == second["Message-ID"]
    assert town.text(first) == town.text(second)
