"""Pages and forms as a browser without JavaScript sees them."""

from __future__ import annotations


def test_smoke(world, visit):
    anke = visit("anke")
    r = anke.post("/a/recht/new", {"title": "Wie?", "text": "Hallo **alle**", "kind": "discussion", "key": "abc"})
    assert r.status_code == 303, r.text
    print(r.location)
    t = anke.open(r.location)
    print(t)
    r = visit("deniz").post("/t/1/reply", {"text": "Antwort @anke @fremd", "key": "k1"})
    assert r.status_code == 303, r.text
    page = visit("anke").open(r.location)
    print(page)
    print(anke.open("/a/recht/"))
    for u in ("/t/1/p/2/menu", "/t/1/p/2/history", "/t/1/p/2/reactions", "/t/1/p/2/reply?quote=", "/a/recht/new"):
        anke.open(u)
    visit("deniz").open("/t/1/p/2/edit")
    visit("moderatorin").open("/t/1/move")
