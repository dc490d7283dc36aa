"""Pages and forms as a browser without JavaScript sees them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from forum.core import limits
from forum.discussions.models import Post, Topic
from tests.forum.discussions.browser import Visitor
from tests.forum.discussions.world import World

Visit = Callable[..., Visitor]
HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"


def new_topic(**kw: Any) -> dict[str, Any]:
    return {"title": "Wie geht das?", "text": "Erzählt **mal**.", "kind": "discussion", **kw}


def count(world: World, model: Any) -> int:
    return int(world.rows(sa.select(sa.func.count()).select_from(model))[0][0])


def test_a_topic_is_started_and_read(world: World, visit: Visit) -> None:
    answer = visit("anke").post("/a/recht/new", new_topic())
    assert (answer.status_code, answer.location) == (303, "/t/1-wie-geht-das")
    page = visit("deniz").open(answer.location)
    assert "<h1>Wie geht das?</h1>" in page
    assert "<p>Erzählt <strong>mal</strong>.</p>" in page
    assert "Wie geht das?" in visit("deniz").open("/a/recht/")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": ""}, "Bitte fülle dieses Feld aus."),
        ({"title": "x" * (limits.TITLE + 1)}, "zu lang"),
        ({"text": ""}, "Bitte fülle dieses Feld aus."),
        ({"text": "ä" * 40_000}, "zu lang"),
        ({"kind": "nothing"}, ""),
    ],
)
def test_what_does_not_hold_is_said_at_its_field_and_the_text_stays(
    world: World, visit: Visit, change: dict[str, str], message: str
) -> None:
    data = new_topic(**change)
    answer = visit("anke").post("/a/recht/new", data)
    assert answer.status_code == 422
    assert message in answer.text
    assert data["text"] in answer.text
    assert count(world, Topic) == 0


def test_hostile_text_is_shown_as_text(world: World, visit: Visit) -> None:
    where = visit("anke").post("/a/recht/new", new_topic(title=HOSTILE, text=HOSTILE)).location
    page = visit("anke").open(where)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page


def test_a_form_sent_twice_acts_once(world: World, visit: Visit) -> None:
    topic = world.start()
    deniz = visit("deniz")
    data = {"text": "Einmal", "key": "k1"}
    first = deniz.post(f"/t/{topic.topic_id}/reply", data)
    second = deniz.post(f"/t/{topic.topic_id}/reply", data)
    assert first.location == second.location == f"/t/{topic.topic_id}/p/2"
    assert count(world, Post) == 2
    changed = {**data, "text": "Zweimal"}
    answer = deniz.post(f"/t/{topic.topic_id}/reply", changed)
    assert answer.status_code == 422
    assert "schon einmal abgeschickt, mit anderem Inhalt" in answer.text
    assert "Zweimal</textarea>" in answer.text
    key = re.findall(r'name="key" value="([^"]*)"', answer.text)[0]
    assert deniz.post(f"/t/{topic.topic_id}/reply", {**changed, "key": key}).status_code == 303


@pytest.mark.parametrize("text", ["", "   \n", "ä" * 40_000])
def test_a_reply_that_does_not_hold_keeps_its_text(world: World, visit: Visit, text: str) -> None:
    topic = world.start()
    answer = visit("deniz").post(f"/t/{topic.topic_id}/reply", {"text": text})
    assert answer.status_code == 422
    assert 'id="text-error"' in answer.text
    assert text.strip() in answer.text


def test_replies_stand_where_they_answer(world: World, visit: Visit) -> None:
    topic = world.start()
    deniz = visit("deniz")
    deniz.post(f"/t/{topic.topic_id}/reply", {"text": "zwei"})
    deniz.post(f"/t/{topic.topic_id}/reply", {"text": "drei"})
    visit("petra").post(f"/t/{topic.topic_id}/reply", {"text": "vier unter zwei", "parent": "2"})
    page = visit("anke").open(f"/t/{topic.topic_id}")
    assert re.findall(r'<article class="post[^"]*" id="p(\d)"', page) == ["1", "2", "4", "3"]
    flat = visit("anke").open(f"/t/{topic.topic_id}?view=flat")
    assert re.findall(r'<article class="post[^"]*" id="p(\d)"', flat) == ["1", "2", "3", "4"]


def test_a_quote_names_its_post_and_hides_what_one_may_not_read(world: World, visit: Visit) -> None:
    secret = world.start(slug="zu", source="KANARIE-zitat")
    form = visit("anke").open(f"/t/{secret.topic_id}/p/1/reply?quote=")
    source = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", form, re.S)
    assert source is not None
    open_topic = world.start(slug="bund", source=source[1] + "Gesehen?")
    assert "KANARIE-zitat" in visit("anke").open(f"/t/{open_topic.topic_id}")
    stranger = visit("fremd").open(f"/t/{open_topic.topic_id}")
    assert "Gesehen?" in stranger
    assert "KANARIE-zitat" not in stranger


def test_new_posts_are_marked_until_they_were_seen(world: World, visit: Visit) -> None:
    topic = world.start()
    url = f"/t/{topic.topic_id}"
    assert 'class="jump"' not in visit("deniz").open(url)
    world.reply("petra", topic.topic_id)
    world.reply("anke", topic.topic_id)
    assert ">2 neu<" in visit("deniz").open("/a/recht/")
    page = visit("deniz").open(url)
    assert "<strong>2 neu</strong>" in page
    assert f'href="{url}/p/2">Zum ersten neuen Beitrag' in page
    assert page.count('class="tag-new"') == 2
    assert 'class="tag-new"' not in visit("deniz").open(url)
    assert 'class="count"' not in visit("deniz").open("/a/recht/")


def test_one_button_marks_everything_as_read(world: World, visit: Visit) -> None:
    topic = world.start()
    world.start(title="Noch eins")
    deniz = visit("deniz")
    assert '<span class="count">2 neu</span>' in deniz.open("/a/recht/")
    deniz.post("/a/recht/read")
    assert 'class="count"' not in deniz.open("/a/recht/")
    world.reply("petra", topic.topic_id)
    assert '<span class="count">1 neu</span>' in deniz.open("/a/recht/")
    deniz.post(f"/t/{topic.topic_id}/read")
    assert 'class="count"' not in deniz.open("/a/recht/")


def test_a_reaction_is_one_press_and_pressed_again_it_goes(world: World, visit: Visit) -> None:
    topic = world.start()
    url = f"/t/{topic.topic_id}"
    deniz = visit("deniz")
    deniz.post(f"{url}/p/1/react", {"kind": "like"})
    assert 'aria-pressed="true" aria-label="Gefällt mir, 1"' in deniz.open(url)
    assert "Deniz" in visit("anke").open(f"{url}/p/1/reactions")
    deniz.post(f"{url}/p/1/react", {"kind": "like"})
    assert 'aria-pressed="false" aria-label="Gefällt mir, 0"' in deniz.open(url)
    assert deniz.post(f"{url}/p/1/react", {"kind": "evil"}).status_code == 422
    assert visit("anke").post(f"{url}/p/1/react", {"kind": "like"}).status_code == 403


def test_an_edit_shows_its_history(world: World, visit: Visit) -> None:
    topic = world.start(source="alt\n\ngleich")
    url = f"/t/{topic.topic_id}/p/1"
    data = {"text": "neu\n\ngleich", "title": "Anders", "version": "1", "reason": "Tippfehler"}
    answer = visit("anke").post(f"{url}/edit", data)
    assert (answer.status_code, answer.location) == (303, url)
    page = visit("deniz").open(f"/t/{topic.topic_id}")
    assert "<h1>Anders</h1>" in page
    assert f'href="{url}/history">bearbeitet' in page
    history = visit("deniz").open(f"{url}/history")
    assert "<del>alt</del>" in history
    assert "<ins>neu</ins>" in history
    assert "Tippfehler" in history


def test_an_edit_over_another_is_a_conflict_with_the_text_kept(world: World, visit: Visit) -> None:
    topic = world.start(source="eins")
    url = f"/t/{topic.topic_id}/p/1/edit"
    data = {"title": "Beiträge?", "version": "1"}
    visit("moderatorin").post(url, {**data, "text": "zwei"})
    answer = visit("anke").post(url, {**data, "text": "drei"})
    assert answer.status_code == 409
    assert ">zwei</pre>" in answer.text
    assert "drei</textarea>" in answer.text
    again = {**data, "text": "drei", "version": "2"}
    assert visit("anke").post(url, again).status_code == 303


def test_a_deleted_post_leaves_its_place_and_comes_back(world: World, visit: Visit) -> None:
    topic = world.start()
    world.reply("deniz", topic.topic_id, "Geheimnis")
    world.reply("petra", topic.topic_id, "Darunter", parent=2)
    url = f"/t/{topic.topic_id}"
    visit("deniz").post(f"{url}/p/2/delete")
    page = visit("anke").open(url)
    assert "Geheimnis" not in page
    assert '<article class="post gone" id="p2">' in page
    assert "Darunter" in page
    assert visit("petra").post(f"{url}/p/2/restore").status_code == 403
    assert f'formaction="{url}/p/2/restore"' in visit("deniz").open(url)
    visit("deniz").post(f"{url}/p/2/restore")
    assert "Geheimnis" in visit("anke").open(url)


def test_a_topic_without_replies_goes_with_its_first_post(world: World, visit: Visit) -> None:
    topic = world.start()
    url = f"/t/{topic.topic_id}"
    visit("anke").post(f"{url}/p/1/delete")
    assert visit("deniz").get(f"{url}-beitraege").status_code == 404
    assert "Beiträge?" not in visit("deniz").open("/a/recht/")
    visit("anke").post(f"{url}/p/1/restore")
    assert "Beiträge?" in visit("deniz").open("/a/recht/")


def test_a_locked_topic_takes_no_replies_and_keeps_the_text(world: World, visit: Visit) -> None:
    topic = world.start()
    url = f"/t/{topic.topic_id}"
    assert visit("deniz").post(f"{url}/lock", {"state": "on"}).status_code == 403
    assert visit("moderatorin").post(f"{url}/lock", {"state": "on"}).status_code == 303
    answer = visit("deniz").post(f"{url}/reply", {"text": "Doch noch"})
    assert answer.status_code == 403
    assert "Doch noch" in answer.text
    assert 'id="write"' not in visit("deniz").open(url)
    visit("moderatorin").post(f"{url}/lock", {"state": "off"})
    assert visit("deniz").post(f"{url}/reply", {"text": "Jetzt"}).status_code == 303


def test_pinned_topics_stand_first(world: World, visit: Visit) -> None:
    old = world.start(title="Alt")
    world.start(title="Jung")
    visit("kernteam").post(f"/t/{old.topic_id}/pin", {"state": "on"})
    world.reply("deniz", old.topic_id)
    titles = re.findall(r'<h2><a href="[^"]*">(\w+)</a>', visit("deniz").open("/a/recht/"))
    assert titles == ["Alt", "Jung"]
    assert visit("deniz").post(f"/t/{old.topic_id}/pin", {"state": "off"}).status_code == 403


def test_follow_and_mute(world: World, visit: Visit) -> None:
    topic = world.start()
    url = f"/t/{topic.topic_id}"
    petra = visit("petra")
    for level, shown in (("follow", "Ich folge"), ("mute", "Stumm"), ("none", ">Folgen<")):
        assert petra.post(f"{url}/follow", {"level": level}).status_code == 303
        page = petra.open(url)
        assert shown in re.sub(r"<svg.*?</svg>", ">", page)


def test_a_topic_moves_where_one_moderates_too(world: World, visit: Visit) -> None:
    topic = world.start()
    url = f"/t/{topic.topic_id}/move"
    assert visit("anke").get(url).status_code == 403
    assert visit("moderatorin").post(url, {"target": "bund"}).status_code in (403, 422)
    assert visit("moderatorin").post(url, {"target": "kreis"}).status_code == 303
    assert "Beiträge?" in visit("anke").open("/a/kreis/")
    assert "Beiträge?" not in visit("anke").open("/a/recht/")


@pytest.mark.parametrize("name", ["fremd", None])
@pytest.mark.parametrize(
    "path",
    [
        "",
        "-beitraege",
        "/p/1",
        "/p/1/reply",
        "/p/1/menu",
        "/p/1/history",
        "/p/1/edit",
        "/p/1/reactions",
        "/move",
    ],
)
def test_outsiders_find_nothing_of_a_hidden_area(
    world: World, visit: Visit, name: str | None, path: str
) -> None:
    topic = world.start(slug="zu")
    assert visit(name).get(f"/t/{topic.topic_id}{path}").status_code == 404


def test_outsiders_act_on_nothing_of_a_hidden_area(world: World, visit: Visit) -> None:
    topic = world.start(slug="zu")
    fremd = visit("fremd")
    paths = "reply follow read lock pin p/1/react p/1/delete p/1/restore"
    for path in paths.split():
        data = {"text": "x", "state": "on", "level": "follow", "kind": "like"}
        assert fremd.post(f"/t/{topic.topic_id}/{path}", data).status_code == 404, path


def test_site_members_read_but_do_not_write(world: World, visit: Visit) -> None:
    topic = world.start()
    page = visit("fremd").open(f"/t/{topic.topic_id}")
    assert 'id="write"' not in page
    answer = visit("fremd").post(f"/t/{topic.topic_id}/reply", {"text": "Ich auch"})
    assert answer.status_code == 403
    assert visit("fremd").get("/a/recht/new").status_code == 403


def test_anonymous_readers_get_no_forms(world: World, visit: Visit) -> None:
    topic = world.start(slug="bund")
    page = visit().open(f"/t/{topic.topic_id}")
    assert "Wie macht ihr das?" in page
    assert 'id="act"' not in page
    assert 'id="write"' not in page
    assert "/login?next=" in page


def test_preview_is_what_would_stand_there(world: World, visit: Visit) -> None:
    topic = world.start(slug="zu")
    data = {"text": "**fett** an @fremd", "topic": topic.topic_id}
    page = visit("anke").post("/preview", data).text
    assert "<strong>fett</strong>" in page
    assert "nicht mitlesen" in page
    plain = visit("anke").post(f"/t/{topic.topic_id}/reply", {**data, "do": "preview"})
    assert plain.status_code == 200
    assert "<strong>fett</strong>" in plain.text
    assert "**fett** an @fremd</textarea>" in plain.text
    assert count(world, Post) == 1


def test_mentions_suggest_only_who_may_read(world: World, visit: Visit) -> None:
    closed = world.start(slug="zu")
    everyone = world.start(slug="bund")
    anke = visit("anke")
    assert anke.get(f"/mentions?q=fr&topic={closed.topic_id}").json == {"people": []}
    found = anke.get(f"/mentions?q=Fr&topic={everyone.topic_id}").json
    assert [person["handle"] for person in found["people"]] == ["fremd"]
    assert visit("fremd").get(f"/mentions?q=an&topic={closed.topic_id}").status_code == 404
    assert anke.get("/mentions?q=a&topic=x").status_code == 404


@pytest.mark.parametrize(
    ("name", "slug", "status"),
    [("anke", "zu", 200), ("fremd", "zu", 404), ("anke", "nirgends", 404)],
)
def test_mentions_in_a_new_topic_suggest_who_reads_the_area(
    world: World, visit: Visit, name: str, slug: str, status: int
) -> None:
    answer = visit(name).get(f"/mentions?q=fr&area={slug}")
    assert answer.status_code == status
    if status == 200:
        assert answer.json == {"people": []}


def test_addresses_are_canonical(world: World, visit: Visit) -> None:
    topic = world.start()
    anke = visit("anke")
    answer = anke.get(f"/t/{topic.topic_id}-falsch?view=flat")
    assert (answer.status_code, answer.location) == (301, "/t/1-beitraege?view=flat")
    assert anke.get("/t/999").status_code == 404
    assert anke.get(f"/t/{topic.topic_id}/p/7").status_code == 404
    for start in ("x", "-1", "7", "٣", "9" * 30):
        assert anke.get(f"/t/1-beitraege?from={start}").status_code == 404, start


def test_every_write_wants_the_token(world: World, visit: Visit) -> None:
    topic = world.start()
    anke = visit("anke")
    for path in ("reply", "follow", "read", "lock", "pin", "p/1/react", "p/1/edit"):
        answer = anke.client.post(f"/t/{topic.topic_id}/{path}", data={"text": "x"})
        assert answer.status_code == 400, path
    assert count(world, Post) == 1
