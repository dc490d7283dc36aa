"""What was undone counts down; nobody loses a badge by it, an admin decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from forum_badges import operations
from forum_badges.happening import ATTENDED
from forum_badges.values import Draft, Leaf

from forum.api.data import Conflict, Denied, NotFound, now
from forum.testing.builders import make_post, make_topic

if TYPE_CHECKING:
    from conftest import Workshop

WRITTEN = "discussions.post_created"
HERE = "/a/werkstatt/badges/"
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
COURSES = Leaf(kind="count", event=ATTENDED, field="subject", value="Robotik", least=2)


def test_a_deleted_post_puts_the_badge_in_doubt_and_a_restored_one_takes_it_out(
    shop: Workshop,
) -> None:
    badge = shop.make(Leaf(kind="count", event=WRITTEN, least=2))
    degree = shop.make(Leaf(kind="has", required_id=badge), name="Zweites")
    events = [shop.event(n, shop.anke, shop.here, at=START + timedelta(days=n)) for n in (1, 2, 3)]
    shop.hear(*events[:2])
    assert shop.rows() == {(one, shop.anke, events[1].at) for one in (badge, degree)}
    gone = replace(events[0], id=10, name="discussions.post_deleted", actor_id=shop.admin)
    shop.hear(gone, gone)
    assert shop.doubts() == {(badge, shop.anke), (degree, shop.anke)}
    assert {row[2] for row in shop.counters()} == {1}
    assert len(shop.names(shop.anke)) == 2
    shop.backfill(badge)
    assert shop.doubts() == {(badge, shop.anke), (degree, shop.anke)}
    # Another post instead: the badge is earned again, since then.
    shop.hear(events[2])
    assert shop.doubts() == set()
    assert shop.rows() == {(one, shop.anke, events[2].at) for one in (badge, degree)}
    shop.hear(replace(events[0], id=11, name="discussions.post_restored"))
    assert shop.rows() == {(one, shop.anke, events[1].at) for one in (badge, degree)}


def test_what_was_earned_by_an_earlier_version_is_held_against_that_one(shop: Workshop) -> None:
    badge = shop.make(Leaf(kind="count", event=WRITTEN, least=1))
    [event] = [shop.event(1, shop.anke, shop.here, at=START)]
    shop.hear(event)
    with shop.acting(shop.admin) as scope:
        by_hand = Draft("Anders", "x", "x")
        operations.edit_achievement(scope, badge, draft=by_hand, number=1)
    assert shop.doubts() == set()
    shop.hear(replace(event, id=2, name="discussions.post_hidden"))
    assert shop.doubts() == {(badge, shop.anke)}
    shop.hear(replace(event, id=3, name="discussions.post_unhidden"))
    assert shop.doubts() == set()


def test_an_event_that_comes_after_it_was_undone_never_counts(shop: Workshop) -> None:
    badge = shop.make(Leaf(kind="count", event=WRITTEN, least=1))
    event = shop.event(1, shop.anke, shop.here, at=START)
    shop.hear(replace(event, id=2, name="discussions.post_deleted"), event)
    assert (shop.rows(), shop.counters()) == (set(), set())
    assert shop.backfill(badge) == 0


def test_posts_of_the_forum_count_down_when_their_author_deletes_them(shop: Workshop) -> None:
    from forum.discussions.operations import delete_post

    badge = shop.make(Leaf(kind="count", event=WRITTEN, least=2))
    topic = make_topic(shop.app, shop.here, author=shop.deniz).topic_id
    make_post(shop.app, topic, author=shop.anke)
    second = make_post(shop.app, topic, author=shop.anke)
    shop.work()
    assert shop.names(shop.anke) == ["Robotik-Einsteiger:in"]
    with shop.acting(shop.anke) as scope:
        delete_post(scope, topic, seq=second.seq)
    shop.work()
    assert shop.doubts() == {(badge, shop.anke)}
    assert shop.names(shop.anke) == ["Robotik-Einsteiger:in"]


def test_attendance_is_corrected_with_a_reason_and_an_admin_decides_about_the_badge(
    shop: Workshop,
) -> None:
    badge = shop.make(COURSES)
    with shop.app.app_context():
        at = now() - timedelta(days=2)
    first, second = (shop.hold(shop.anke, shop.deniz, at=at) for _ in range(2))
    assert shop.names(shop.anke) == ["Robotik-Einsteiger:in"]
    admin, path = shop.client(shop.admin), f"{HERE}attendance/{second}"
    assert "Bitte sag, warum" in shop.post(admin, f"{path}/{shop.anke}/remove", reason="").text
    deniz = shop.client(shop.deniz)
    assert shop.post(deniz, f"{path}/{shop.anke}/remove", reason="x").status_code == 403
    page = shop.post(admin, f"{path}/{shop.anke}/remove", reason="War krank")
    assert "Die Teilnahme ist zurückgenommen." in page.text
    again = shop.post(admin, f"{path}/{shop.anke}/remove", reason="War krank")
    assert "Diese Person ist hier nicht eingetragen." in again.text
    assert "War krank" in admin.get("/a/werkstatt/log").text
    shop.work()
    assert shop.doubts() == {(badge, shop.anke)}
    assert "1 zu prüfen" in admin.get(HERE).text
    assert "zu prüfen" not in shop.client(shop.anke).get(HERE).text
    assert "sind die Bedingungen nicht mehr erfüllt" in admin.get(f"{HERE}{badge}").text
    # It was right after all: written down again, it counts again.
    with shop.acting(shop.admin) as scope:
        assert operations.record_attendance(scope, second, user_ids=[shop.anke]) == 1
    shop.work()
    assert shop.doubts() == set()
    with shop.acting(shop.admin) as scope:
        operations.correct_attendance(scope, first, user_id=shop.anke, reason="Verwechslung")
    shop.work()
    award = next(one for one in shop.awards(shop.anke))
    assert "Das Abzeichen bleibt." in shop.post(admin, f"{HERE}awards/{award.id}/keep").text
    assert shop.doubts() == set()
    shop.backfill(badge)
    assert shop.doubts() == set()
    assert "nichts mehr zu entscheiden" in shop.post(admin, f"{HERE}awards/{award.id}/keep").text


def test_nobody_decides_about_their_own(shop: Workshop) -> None:
    shop.make(Leaf(kind="count", event=WRITTEN, least=1))
    event = shop.event(1, shop.admin, shop.here, at=START)
    shop.hear(event, replace(event, id=2, name="discussions.post_deleted"))
    [award] = shop.awards(shop.admin)
    with pytest.raises(Denied), shop.acting(shop.admin) as scope:
        operations.keep_award(scope, award.id)
    with pytest.raises(NotFound), shop.acting(shop.admin, shop.below) as scope:
        operations.keep_award(scope, award.id)


def test_what_rests_on_a_revoked_badge_is_in_doubt(shop: Workshop) -> None:
    first = shop.make(name="Erstes")
    second = shop.make(Leaf(kind="has", required_id=first), name="Zweites")
    shop.give(first, shop.anke)
    award = next(one for one in shop.awards(shop.anke) if one.achievement_id == first)
    with shop.acting(shop.admin) as scope:
        operations.revoke_award(scope, award.id, reason="Verwechslung")
    assert shop.doubts() == {(second, shop.anke)}
    with pytest.raises(Conflict), shop.acting(shop.admin) as scope:
        operations.keep_award(scope, award.id)
