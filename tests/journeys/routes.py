"""Every route of the application and what it asks of who calls it.

A new route fails the matrix until it stands here; a route that is gone, until it is taken out.
Braces in addresses and forms are filled from the scene: `{seq}`, `{poll_id}` and so on.
"""

from __future__ import annotations

from typing import Final

from tests.journeys.entries import DONE, PAGE, Entry, gone, post, written
from tests.journeys.spec import Policy

P = Policy
DELETED = {"seq": "{deleted}"}
HIDDEN = {"seq": "{hidden}"}
OTHERS = {"seq": "{others}"}
ASKED = {"slug": "{ask}"}
PLUGIN = {"name": "polls"}
POLL_SETTINGS: dict[str, str] = {}
TEMPLATE = {"key": "kreisverband"}
BRANCH = 'format = 1\nname = "Neu"\n[[areas]]\nkey = "neues"\nname = "Neues"\n'
AREA_FORM = {
    "name": "Neu benannt",
    "kind": "topic",
    "visibility": "hidden",
    "joining": "none",
    "topics_by": "members",
    "replies_by": "members",
    "language": "de",
}

AREAS: Final = {
    "POST areas.join": post(P.ENTER),
    "POST areas.leave": post(P.TAKE_PART),
    "GET areas.apply": Entry(P.APPLY, url=ASKED),
    "POST areas.apply": Entry(P.APPLY, DONE, url=ASKED, form={"reason": "Gern."}),
    "POST areas.withdraw": Entry(P.APPLICANT, DONE, url=ASKED),
    "GET areas.members": Entry(P.TAKE_PART),
    "POST areas.decide": Entry(P.EDITOR, DONE, url=ASKED, form={"decision": "accept"}),
    "GET areas.member": Entry(P.ADMIN),
    "POST areas.member": post(P.ADMIN, role="editor"),
    "POST areas.remove": post(P.MODERATE),
    "GET areas.invitations": Entry(P.EDITOR),
    "POST areas.invitations": Entry(
        P.EDITOR, ok=frozenset({201}), form={"role": "member", "max_uses": "1", "days": "7"}
    ),
    "POST areas.revoke": Entry(P.EDITOR, DONE, url=ASKED),
    "GET areas.plugins": Entry(P.SWITCH),
    "POST areas.switch_plugin": Entry(P.SWITCH, DONE, url=PLUGIN, form={"state": "off"}),
    "GET areas.plugin": Entry(P.SWITCH, url=PLUGIN),
    "POST areas.plugin": Entry(P.SWITCH, DONE, url=PLUGIN, form={"state-state": "off"}),
    "POST areas.plugin_settings": Entry(P.SWITCH, DONE, url=PLUGIN, form=POLL_SETTINGS),
    "GET areas.settings": Entry(P.ADMIN),
    "POST areas.settings": Entry(P.ADMIN, DONE, form=AREA_FORM),
    "GET areas.new_area": Entry(P.ADMIN),
    "POST areas.new_area": Entry(P.ADMIN, DONE, form=AREA_FORM),
    "GET areas.move": Entry(P.ADMIN),
    "POST areas.move": post(P.TAKE_AWAY, parent="ziel"),
    "GET areas.oversight": Entry(P.ABOVE_SEAL),
    "POST areas.seal": post(P.ADMIN),
    "POST areas.unseal": post(P.ADMIN),
    "POST areas.archive": post(P.ABOVE_SEAL),
    "POST areas.reopen": post(P.ABOVE_SEAL),
    "GET areas.delete": Entry(P.ABOVE_SEAL),
    "POST areas.delete": post(P.ABOVE_SEAL, confirm="{slug}", reason="Auflösung"),
    "POST areas.chair": post(P.ABOVE_SEAL, handle="{user_handle}"),
    "GET areas.log": Entry(P.EDITOR),
    "GET areas_entrance.by_link": Entry(P.GUEST, PAGE | DONE),
    "POST areas_entrance.by_link": post(P.SIGNED_IN),
}
DISCUSSIONS: Final = {
    "GET area_topics.home": Entry(P.DISCOVER),
    "GET area_topics.new": Entry(P.WRITE),
    "POST area_topics.new": post(P.WRITE, title="Neu", text="Etwas", kind="discussion"),
    "POST area_topics.mark_read": post(P.TAKE_PART),
    "GET discussions.topic": Entry(P.READ, url={"slug": "{topic_slug}"}),
    "GET discussions.post": Entry(P.READ, ok=DONE),
    "GET discussions.menu": Entry(P.READ),
    "GET discussions.history": Entry(P.READ),
    "GET discussions.reactions": Entry(P.READ),
    "GET discussions.reply_to": Entry(P.WRITE),
    "POST discussions.reply": post(P.WRITE, text="Noch etwas"),
    "GET discussions.edit": Entry(P.AUTHOR),
    "POST discussions.edit": post(P.AUTHOR, text="Ganz anders", version="2"),
    "POST discussions.delete": post(P.AUTHOR),
    "POST discussions.restore": Entry(P.AUTHOR, ok=DONE, url=DELETED),
    "POST discussions.react": Entry(P.TAKE_PART, ok=DONE, url=OTHERS, form={"kind": "thanks"}),
    "POST discussions.follow": post(P.TAKE_PART, level="mute"),
    "POST discussions.mark_read": post(P.TAKE_PART),
    "POST discussions.lock": post(P.MODERATE, state="on"),
    "POST discussions.pin": post(P.EDITOR, state="on"),
    "GET discussions.move": Entry(P.MODERATE),
    "POST discussions.move": post(P.MODERATE, target="ziel"),
    "GET discussions.area_feed": Entry(P.READ),
    "GET discussions.topic_feed": Entry(P.READ),
    "POST discussions.preview": Entry(
        P.TAKE_PART, form={"topic": "{topic_id}", "text": "x"}, login_first=True
    ),
    "GET discussions.mentions": Entry(
        P.TAKE_PART, query={"topic": "{topic_id}", "q": "a"}, login_first=True
    ),
}
MODERATION: Final = {
    "GET moderation.hide": Entry(P.MODERATE, login_first=True),
    "POST moderation.hide": Entry(P.MODERATE, DONE, form={"reason": "Werbung"}, login_first=True),
    "POST moderation.show": Entry(P.MODERATE, DONE, url=HIDDEN, login_first=True),
    "GET moderation.hidden": Entry(P.MODERATE, login_first=True),
    "GET moderation.log": Entry(P.MODERATE, login_first=True),
}
POLLS: Final = {
    "GET polls.index": Entry(P.READ),
    "GET polls.show": Entry(P.READ),
    "POST polls.vote": post(P.WRITE, option="{option_id}"),
    "POST polls.withdraw": post(P.TAKE_PART),
    "POST polls.close": post(P.AUTHOR),
    "POST polls.reopen": Entry(P.AUTHOR, ok=DONE, url={"poll_id": "{closed_poll}"}),
    "POST polls.remind": post(P.AUTHOR),
    "POST polls.invite": post(P.EDITOR),
    "POST polls.results": post(P.AUTHOR, results="after_close"),
    "POST polls.announce": Entry(P.AUTHOR, ok=DONE, url={"poll_id": "{closed_poll}"}),
    "POST polls.add_option": post(P.AUTHOR, text="Vielleicht"),
    "POST polls.edit_option": post(P.AUTHOR, text="Doch"),
    "POST polls.set_option": post(P.MODERATE, state="hidden"),
    "POST polls.merge": post(P.MODERATE, source="{option_id}", target="{option_two}"),
    "GET polls.csv": Entry(P.READ),
    "GET polls_site.link": gone(token="1.1.1.1.falsch"),
    "POST polls_site.link_vote": gone(token="1.1.1.1.falsch"),
    "GET polls.json": Entry(P.READ),
    "GET api.settings-polls": Entry(P.SWITCH, login_first=True),
    "PUT api.set-settings-polls": Entry(P.SWITCH, form={"locked": "[]"}, login_first=True),
    "GET api.badges-list": Entry(P.READ),
    "GET api.badges-awards": Entry(P.SIGNED_IN),
    "GET api.polls-show": Entry(P.READ),
    "PUT api.polls-vote": Entry(P.WRITE, form={"options": "[{option_id}]"}, login_first=True),
    "DELETE api.polls-withdraw": Entry(P.TAKE_PART, login_first=True),
}
CHAPTERS: Final = {
    "GET chapters.front": Entry(P.READ),
    "GET chapters.imprint": Entry(P.READ),
    "GET chapters.privacy": Entry(P.READ),
    "GET chapters.region": Entry(P.READ),
    "GET chapters.edit": Entry(P.ADMIN),
    "POST chapters.edit": post(P.ADMIN, title="Neu benannt"),
    "GET chapters.look": Entry(P.ADMIN),
    "POST chapters.look": post(P.ADMIN, accent="0d6b50"),
    "GET chapters.logo": Entry(P.READ),
    "POST chapters.edit_logo": post(P.ADMIN, remove="1"),
    "GET chapters.host": Entry(P.ADMIN),
    "POST chapters.host": post(P.ADMIN, host="neu"),
    "GET chapters.report": Entry(P.ADMIN),
    "GET chapters.choose": Entry(P.ADMIN),
    "GET chapters.start": Entry(P.ADMIN, url=TEMPLATE),
    "POST chapters.open": post(P.ADMIN, source=BRANCH, step="open", where="here", parts="neues"),
    "GET chapters.template": Entry(P.ADMIN, url=TEMPLATE),
    "GET chapters.own_template": Entry(P.ADMIN),
    "GET api.settings-chapters": Entry(P.SWITCH, login_first=True),
    "PUT api.set-settings-chapters": Entry(P.SWITCH, form={"locked": "[]"}, login_first=True),
}
FEED = {"url": "https://neu.example/feed.xml", "label": "Neu", "policy": "link"}
FEED |= {"basis": "", "ids": "guid"}
RESULT = {
    "title": "Ergebnis",
    "text": "Es bleibt dabei.",
    "place": "facebook",
    "label": "Gruppe",
    "day": "2026-09-01",
}
CROSSPOST: Final = {
    "GET crosspost.runs": Entry(P.ADMIN),
    "GET crosspost.run": Entry(P.ADMIN),
    "POST crosspost.undo": post(P.ADMIN, confirm="yes"),
    "GET crosspost.own": Entry(P.READ),
    "POST crosspost.claim": post(P.WRITER),
    "POST crosspost.return": post(P.WRITER_OR_ADMIN),
    "POST crosspost.disown": post(P.WRITER),
    "GET crosspost.sources": Entry(P.ADMIN),
    "GET crosspost.ask": Entry(P.ADMIN),
    "POST crosspost.look": Entry(P.ADMIN, frozenset({422}), form={"url": "http://localhost/"}),
    "POST crosspost.add": post(P.ADMIN, **FEED),
    "POST crosspost.state": post(P.ADMIN, state="paused"),
    "POST crosspost.fetch": post(P.ADMIN),
    "POST crosspost.remove": post(P.ADMIN),
    "GET crosspost.files": Entry(P.ADMIN),
    "POST crosspost.add_file": Entry(P.ADMIN, ok=frozenset({422})),
    "GET crosspost.file": Entry(P.ADMIN),
    "POST crosspost.take_file": post(P.ADMIN),
    "POST crosspost.drop_file": post(P.ADMIN),
    "GET crosspost.result": Entry(P.EDITOR),
    "POST crosspost.write_result": post(P.EDITOR, **RESULT),
}
DIGEST: Final = {
    "GET digest_site.preferences": Entry(P.SIGNED_IN),
    "POST digest_site.save": post(
        P.SIGNED_IN,
        freq="weekly",
        channel="mail",
        weekday="1",
        hour="7",
        zone="Europe/Berlin",
        language="",
        pause_days="",
    ),
    "GET digest_site.next": Entry(P.SIGNED_IN),
    "GET digest_site.stop": Entry(P.PUBLIC, ok=frozenset({404}), url={"token": "1.falsch"}),
    "POST digest_site.stop_now": Entry(P.PUBLIC, ok=frozenset({404}), url={"token": "1.falsch"}),
    "GET api.settings-digest": Entry(P.SWITCH, login_first=True),
    "PUT api.set-settings-digest": Entry(P.SWITCH, form={"locked": "[]"}, login_first=True),
}
BADGE_FORM = {"name": "Neu", "description": "Kann es.", "narrative": "Üben.", "mode": "all"}
SESSION_FORM = {"title": "Löten", "subject": "Robotik", "held_at": "2026-09-01T18:00"}
BADGES: Final = {
    "GET badges.index": Entry(P.READ),
    "GET badges.show": Entry(P.READ),
    "GET badges.new": Entry(P.ADMIN),
    "POST badges.new": post(P.ADMIN, **BADGE_FORM),
    "GET badges.edit": Entry(P.ADMIN),
    "POST badges.edit": post(P.ADMIN, number="1", **BADGE_FORM),
    "POST badges.retire": post(P.ADMIN, state="retired"),
    "POST badges.give": post(P.ADMIN, people="{user_id}"),
    "POST badges.revoke": post(P.ADMIN, reason="Verwechslung"),
    "POST badges.keep": post(P.ADMIN),
    "GET badges.attendance": Entry(P.ADMIN),
    "POST badges.attendance": post(P.ADMIN, **SESSION_FORM),
    "GET badges.attend": Entry(P.ADMIN),
    "POST badges.attend": post(P.ADMIN, people="{user_id}"),
    "POST badges.correct": post(P.ADMIN, reason="Verwechslung"),
    "GET badges_site.mine": Entry(P.SIGNED_IN),
    "POST badges_site.show_award": Entry(P.OWN, ok=DONE, form={"shown": "on"}),
    "POST badges_site.claim": Entry(P.OWN),
    "POST badges_site.share": Entry(P.SIGNED_IN, ok=frozenset({422})),
    "POST badges_site.end_share": Entry(P.OWN, ok=DONE),
    "GET badges_site.shared": gone(token="falsch"),
    "GET badges_site.document": gone(token="falsch"),
    "GET badges_site.achievement": Entry(P.PUBLIC, ok=frozenset({303})),
    "GET badges_site.issuer": Entry(P.PUBLIC),
    "GET badges_site.status": Entry(P.PUBLIC),
}
ACCOUNTS: Final = {
    "GET accounts.login": Entry(P.GUEST, ok=PAGE | DONE),
    "POST accounts.login": Entry(
        P.GUEST, ok=DONE | {422}, form={"email": "a@b.de", "password": "x"}
    ),
    "POST accounts.logout": post(P.PUBLIC),
    "GET accounts.register": Entry(P.GUEST, ok=PAGE | DONE),
    "POST accounts.register": Entry(
        P.GUEST, ok=PAGE | DONE, form={"email": "neu@x.de", "name": "N"}
    ),
    "GET accounts.confirm_registration": gone(),
    "POST accounts.confirm_registration": gone(),
    "GET accounts.accept_invitation": Entry(P.GUEST, ok=PAGE | DONE, url={"token": "{site_token}"}),
    "POST accounts.accept_invitation": Entry(
        P.GUEST,
        ok=PAGE | DONE,
        url={"token": "{site_token}"},
        form={"email": "auch-neu@x.de", "name": "N"},
    ),
    "GET accounts.forgot": Entry(P.PUBLIC),
    "POST accounts.forgot": Entry(P.PUBLIC, form={"email": "wer@x.de"}),
    "GET accounts.reset": gone(),
    "POST accounts.reset": gone(),
    "GET accounts.confirm_address": gone(),
    "POST accounts.confirm_address": gone(),
    "GET accounts.profile": Entry(P.SIGNED_IN),
    "GET accounts.avatar": Entry(P.PUBLIC, ok=frozenset({404}), url={"file": "keins.webp"}),
    "GET accounts.settings": Entry(P.SIGNED_IN, DONE),
    "GET accounts.settings_profile": Entry(P.SIGNED_IN),
    "POST accounts.settings_profile": post(P.SIGNED_IN, name="Neu"),
    "POST accounts.settings_picture": Entry(P.SIGNED_IN, ok=frozenset({422})),
    "POST accounts.settings_picture_remove": post(P.SIGNED_IN),
    "GET accounts.settings_display": Entry(P.SIGNED_IN),
    "POST accounts.settings_display": post(
        P.SIGNED_IN, language="de", timezone="Europe/Berlin", appearance="auto"
    ),
    "GET accounts.settings_access": Entry(P.SIGNED_IN),
    "POST accounts.settings_password": Entry(P.SIGNED_IN, ok=frozenset({422})),
    "POST accounts.settings_address": Entry(P.SIGNED_IN, ok=frozenset({422})),
    "GET accounts.settings_sessions": Entry(P.SIGNED_IN),
    "POST accounts.settings_end_session": Entry(P.OWN, ok=DONE, absent=409),
    "POST accounts.settings_end_others": post(P.SIGNED_IN),
    "GET accounts.settings_tokens": Entry(P.SIGNED_IN),
    "POST accounts.settings_tokens": Entry(P.SIGNED_IN, ok=frozenset({422})),
    "POST accounts.settings_revoke_token": Entry(P.OWN, ok=DONE, absent=409),
    "GET discussions.feed_settings": Entry(P.SIGNED_IN),
    "POST discussions.renew_key": Entry(P.SIGNED_IN, ok=frozenset({201})),
    "POST discussions.revoke_key": post(P.SIGNED_IN),
    "GET accounts.settings_data": Entry(P.SIGNED_IN),
    "POST accounts.settings_export": Entry(P.SIGNED_IN, ok=frozenset({422})),
    "GET accounts.settings_export_file": Entry(P.OWN),
    "POST accounts.settings_erase": Entry(P.SIGNED_IN, ok=frozenset({422})),
    "GET accounts.privacy": Entry(P.PRIVACY, query={"who": "{user_handle}"}),
    "POST accounts.privacy_export": post(P.PRIVACY),
    "POST accounts.privacy_erase": Entry(P.PRIVACY, ok=frozenset({422})),
    "GET accounts.invitations": Entry(P.OPERATOR),
    "POST accounts.invitations": Entry(
        P.OPERATOR, ok=frozenset({201}), form={"max_uses": "1", "days": "3"}
    ),
    "POST accounts.revoke": Entry(P.OPERATOR, ok=DONE, url={"invitation_id": "{site_invitation}"}),
}
NOTIFICATIONS: Final = {
    "GET notifications.inbox": Entry(P.SIGNED_IN),
    "GET notifications.follow": Entry(P.OWN, ok=DONE),
    "POST notifications.read_one": post(P.SIGNED_IN),
    "POST notifications.read_topic": post(P.SIGNED_IN, up_to="1"),
    "POST notifications.read_all": post(P.SIGNED_IN, up_to="1"),
    "GET notifications.preferences": Entry(P.SIGNED_IN),
    "POST notifications.preferences": post(P.SIGNED_IN, mailed="mention"),
    "GET notifications.unsubscribe": Entry(P.PUBLIC, ok=frozenset({404}), url={"token": "x"}),
    "POST notifications.unsubscribe_now": Entry(P.PUBLIC, ok=frozenset({404}), url={"token": "x"}),
}
API: Final = {
    "GET api.areas": Entry(P.PUBLIC),
    "GET api.area": Entry(P.DISCOVER),
    "GET api.topics": Entry(P.READ),
    "POST api.start_topic": written(title="Neu", text="Etwas"),
    "GET api.topic": Entry(P.READ),
    "GET api.posts": Entry(P.READ),
    "POST api.reply": written(text="Noch etwas"),
    "GET api.post": Entry(P.READ),
    "GET api.me": Entry(P.SIGNED_IN),
    "GET api.document": Entry(P.PUBLIC),
}
SITE: Final = {
    "GET home.start": Entry(P.PUBLIC),
    "GET home.directory": Entry(P.PUBLIC),
    "GET home.impressum": Entry(P.PUBLIC),
    "GET home.datenschutz": Entry(P.PUBLIC),
    "GET home.barrierefreiheit": Entry(P.PUBLIC),
    "GET home.healthz": Entry(P.PUBLIC),
    "GET home.readyz": Entry(P.PUBLIC, ok=frozenset({200, 503})),
    "GET home.robots": Entry(P.PUBLIC),
    "GET home.sitemap": Entry(P.PUBLIC),
    "GET home.plugins": Entry(P.OPERATOR),
    "GET search.search": Entry(P.PUBLIC, query={"q": "gerade"}),
    "GET setup.setup": Entry(P.PUBLIC, ok=frozenset({404})),
    "POST setup.setup": Entry(P.PUBLIC, ok=frozenset({404})),
    "POST setup.setup_mail": Entry(P.PUBLIC, ok=frozenset({404})),
    "GET web.static": Entry(P.PUBLIC, ok=frozenset({404}), url={"path": "keine.css"}),
    "GET web.accent": Entry(
        P.PUBLIC, ok=frozenset({200, 404}), url={"theme": "x", "accent": "000000", "version": "x"}
    ),
}
ROUTES: Final = {
    **AREAS,
    **DISCUSSIONS,
    **MODERATION,
    **POLLS,
    **CHAPTERS,
    **CROSSPOST,
    **BADGES,
    **DIGEST,
    **ACCOUNTS,
    **NOTIFICATIONS,
    **API,
    **SITE,
}

WITHOUT_TOKEN: Final = {
    "POST api.start_topic": "no cookie counts there: no page can make a browser send the key",
    "POST api.reply": "no cookie counts there: no page can make a browser send the key",
    "PUT api.set-settings-polls": "no cookie counts there: no page can make a browser send the key",
    "PUT api.set-settings-chapters": "no cookie counts there: no page can make a browser send it",
    "PUT api.set-settings-digest": "no cookie counts there: no page can make a browser send it",
    "PUT api.polls-vote": "no cookie counts there: no page can make a browser send the key",
    "DELETE api.polls-withdraw": "no cookie counts there: no page can make a browser send the key",
    "POST digest_site.stop_now": "one click of a mail program; the address is the key",
    "POST notifications.unsubscribe_now": "one click of a mail program; the address is the key",
}
"""Unsafe routes that take no CSRF token, and why."""
