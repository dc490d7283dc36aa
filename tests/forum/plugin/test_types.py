"""What a plugin builds fails where it is built when a value is wrong."""

from collections.abc import Callable

import pytest

from forum.plugin import (
    AreaRoutes,
    ExportPart,
    HostPage,
    ImportReport,
    JobSpec,
    Panel,
    Permission,
    Rejection,
    Route,
    Slot,
    TopicKind,
    Veto,
)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Panel("post", "a/b.html"), "Panel.slot: expected Slot, got str"),
        (lambda: Panel(Slot.POST, "a/b.html", order="1"), "Panel.order: expected int, got str"),
        (lambda: Panel(Slot.POST, "a/b.html", [1]), "Panel.context: expected a mapping, got list"),
        (lambda: Panel(Slot.POST, "a/b.html", key="1"), "Panel.key: expected a tuple, got str"),
        (lambda: Panel(Slot.POST, "a/b.html", key=({},)), "unhashable type: 'dict'"),
        (lambda: Veto(None), "Veto.message: expected str, got NoneType"),
        (lambda: ExportPart("a", {}), "ExportPart.records: expected a list or tuple, got dict"),
        (lambda: JobSpec(name="a.b", run="b"), "JobSpec.run: expected a function, got str"),
        (
            lambda: Permission(name="a", title="b", default_role="boss"),
            "Permission.default_role: expected one of 'reader', 'member', 'editor', 'moderator', "
            "'admin', got 'boss'",
        ),
        (
            lambda: Route(rule="/", endpoint="a", view=len, methods=("PUT",)),
            "Route.methods: expected one of 'GET', 'POST', got 'PUT' inside",
        ),
        (lambda: AreaRoutes(["/"]), "AreaRoutes.routes: expected a tuple, got list"),
        (
            lambda: HostPage(path="/login", view=len),
            "HostPage.path: expected one of '/', '/impressum', '/datenschutz', got '/login'",
        ),
        (
            lambda: TopicKind(name="a", label="b", icon="c", attach="d"),
            "TopicKind.attach: expected ",
        ),
    ],
)
def test_wrong_values(build: Callable[[], object], message: str):
    with pytest.raises(TypeError) as caught:
        build()
    assert str(caught.value).startswith(message)


def test_an_import_report_counts_what_it_rejected():
    report = ImportReport(source="mbox", topics_new=2, rejections=(Rejection("a@b", "leer"),))
    assert report.as_dict() == {
        "source": "mbox",
        "topics_new": 2,
        "posts_new": 0,
        "posts_changed": 0,
        "posts_same": 0,
        "authors_new": 0,
        "figures": {},
        "rejected": 1,
        "rejections": ({"id": "a@b", "reason": "leer"},),
    }
