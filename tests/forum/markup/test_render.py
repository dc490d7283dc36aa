"""What the pipeline does with whole texts: outline, images, code, tasks, spoilers, caps."""

import dataclasses

import pytest

from forum.markup import RENDERER_VERSION, TooLong, render
from forum.markup.limits import BODY_BYTES, LIST_ITEMS, TABLE_CELLS
from tests.forum.markup.checker import check
from tests.forum.markup.samples import POST, html_of

REL = 'rel="nofollow ugc noopener"'


def test_result_is_frozen_and_complete():
    result = render(POST)
    assert isinstance(RENDERER_VERSION, int)
    assert [field.name for field in dataclasses.fields(result)] == [
        *("html", "mentions", "quotes", "embeds", "excerpt", "text"),
    ]
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.html = ""  # type: ignore[misc]
    assert result.mentions == ("anna.b",)
    assert check(result.html).faults == []


def test_nothing_stays_from_one_text_to_the_next():
    first = render("[a]: /secret\n\n@anna\n\n:::quote post=1\nx\n:::\n")
    second = render("[a] b")
    assert (first.mentions, [q.post_id for q in first.quotes]) == (("anna",), [1])
    assert second.html == "<p>[a] b</p>\n"
    assert (second.mentions, second.quotes, second.embeds) == ((), (), ())


def test_size_is_counted_in_bytes():
    render("a" * BODY_BYTES)
    with pytest.raises(TooLong) as caught:
        render("ä" * (BODY_BYTES // 2) + "a")
    assert (caught.value.size, caught.value.limit) == (BODY_BYTES + 1, BODY_BYTES)


@pytest.mark.parametrize(
    ("level", "tag"), [(1, "h3"), (2, "h4"), (3, "h5"), (4, "h6"), (5, "h6"), (6, "h6")]
)
def test_headings_leave_room_for_the_page(level, tag):
    assert html_of("#" * level + " a") == f"<{tag}>a</{tag}>\n"


def test_line_ends_are_kept_on_request():
    assert render("Grüße\nAnna", breaks=True).html == "<p>Grüße<br>\nAnna</p>\n"


class TestImages:
    def test_foreign_image_is_a_link(self):
        assert html_of("![Ein *Bild*](https://x.de/a.png)") == (
            f'<p><a href="https://x.de/a.png" {REL}>Ein Bild</a></p>\n'
        )

    def test_without_alt_the_address_is_the_text(self):
        assert html_of("![](https://x.de/a.png)") == (
            f'<p><a href="https://x.de/a.png" {REL}>https://x.de/a.png</a></p>\n'
        )

    def test_inside_a_link_only_the_alt_is_left(self):
        assert html_of("[![Bild](https://x.de/a.png) b](/c)") == (
            f'<p><a href="/c" {REL}>Bild b</a></p>\n'
        )

    def test_own_image_below_an_allowed_path(self):
        html = render('![Plan @anna](/files/1.png "t")', images=("/files/",)).html
        assert html == '<p><img src="/files/1.png" alt="Plan @anna" loading="lazy"></p>\n'

    @pytest.mark.parametrize(
        "src",
        [
            *("https://x.de/files/1.png", "//x.de/files/1.png", "/other/1.png", "files/1.png"),
            *("/files/../logout", "/files/%2e%2e/logout", "/files/%2E./a", "/files/..%5ca"),
            *("/files/\\..\\a", "http:/files/1.png", "/\\files/1.png", "data:image/png;base64,AA"),
        ],
    )
    def test_everything_else_is_not_shown(self, src):
        assert check(render(f"![a](<{src}>)", images=("/files/",)).html).images == []

    def test_mentions_in_alt_texts_notify_nobody(self):
        assert render("![@anna](https://x.de/a.png)").mentions == ()


class TestCode:
    @pytest.mark.parametrize("info", ["python", "Python title=x", " python "])
    def test_known_language_is_a_class(self, info):
        expected = '<pre><code class="language-python">a\n</code></pre>\n'
        assert html_of(f"```{info}\na\n```") == expected

    @pytest.mark.parametrize("info", ["foo", 'x" onclick="y', "../a", "python<b>", "&quot;"])
    def test_unknown_language_is_dropped(self, info):
        assert html_of(f"~~~{info}\na\n~~~") == "<pre><code>a\n</code></pre>\n"


class TestTasks:
    def test_boxes(self):
        assert html_of("- [ ] a\n- [x] b\n- [X] c\n- d") == (
            '<ul>\n<li class="task"><span class="box">☐</span> a</li>\n'
            '<li class="task done"><span class="box">☑</span> b</li>\n'
            '<li class="task done"><span class="box">☑</span> c</li>\n<li>d</li>\n</ul>\n'
        )

    def test_loose_and_ordered_and_nested(self):
        assert html_of("1. [ ] a\n\n   - [x] b") == (
            '<ol>\n<li class="task">\n<p><span class="box">☐</span> a</p>\n<ul>\n'
            '<li class="task done"><span class="box">☑</span> b</li>\n</ul>\n</li>\n</ol>\n'
        )

    @pytest.mark.parametrize(
        "source", ["- [ ]", "- [y] a", "- [x]a", "[ ] a", "- \\[ ] a", "- `[ ] a`"]
    )
    def test_not_a_task(self, source):
        assert "task" not in html_of(source)

    def test_text_says_what_is_done(self):
        assert render("- [ ] a\n- [x] *b*").text == "☐ a\n☑ b"


class TestDetails:
    def test_title_and_body(self):
        assert html_of(":::details Das <b>*Ende*\nEr **stirbt**.\n:::\n") == (
            "<details><summary>Das &lt;b&gt;*Ende*</summary>\n"
            "<p>Er <strong>stirbt</strong>.</p>\n</details>\n"
        )

    def test_without_a_title(self):
        assert html_of(":::details\na\n:::") == "<details>\n<p>a</p>\n</details>\n"

    def test_nested_by_count_and_by_order(self):
        nested = "<details>\n<details>\n<p>a</p>\n</details>\n</details>\n"
        assert html_of("::::details\n:::details\na\n:::\n::::") == nested
        assert html_of(":::details\n:::details\na\n:::\n:::") == nested

    def test_inside_lists_and_quote_blocks(self):
        assert html_of("- a\n  :::details b\n  c\n  :::\n- d") == (
            "<ul>\n<li>a<details><summary>b</summary>\n<p>c</p>\n</details>\n</li>\n"
            "<li>d</li>\n</ul>\n"
        )
        assert html_of("> :::details b\n> c\n> :::\n> d") == (
            "<blockquote>\n<details><summary>b</summary>\n<p>c</p>\n</details>\n<p>d</p>\n"
            "</blockquote>\n"
        )

    def test_does_not_swallow_what_follows_its_list_item(self):
        html = html_of(":::details\n- a\n  :::details\nb\n:::\nc\n:::\nd")
        assert [word for word in "abcd" if word not in "".join(check(html).texts)] == []

    def test_interrupts_a_paragraph_and_takes_lists_and_code(self):
        assert html_of("a\n:::details\n- b\n\n      c\n:::\nd") == (
            "<p>a</p>\n<details>\n<ul>\n<li>\n<p>b</p>\n<pre><code>c\n</code></pre>\n</li>\n</ul>\n"
            "</details>\n<p>d</p>\n"
        )

    @pytest.mark.parametrize(
        "source",
        [
            ":::details a\nb",
            ":::unknown a\nb\n:::",
            ":::\na\n:::",
            "::details\na\n::",
            ":::details a:::",
        ],
    )
    def test_stays_text(self, source):
        assert html_of(source) == f"<p>{source}</p>\n"

    def test_code_is_not_a_container(self):
        assert html_of("```\n:::details\n:::\n```") == "<pre><code>:::details\n:::\n</code></pre>\n"
        assert html_of("    :::details\n    :::") == "<pre><code>:::details\n:::\n</code></pre>\n"


class TestCaps:
    def test_deep_nesting_loses_no_word(self):
        for source in (">" * 60 + " ende", "- " * 60 + "ende", "> - " * 40 + "ende"):
            assert "ende" in render(source).text
        deep = ":::details\n" * 40 + "ende\n" + ":::\n" * 40
        assert "ende" in render(deep).text

    def test_list_items(self):
        html = html_of("- [ ] a\n" * (LIST_ITEMS * 3))
        assert html.count("<li") == LIST_ITEMS
        assert html.count("a") > LIST_ITEMS * 3

    def test_items_of_many_lists_count_together(self):
        assert html_of("- a\n* b\n" * LIST_ITEMS).count("<li") <= LIST_ITEMS

    def test_table_cells(self):
        table = "|a" * 60 + "|\n" + "|-" * 60 + "|\n" + "|\n" * 1000 + "\nx\n\n"
        html = html_of(table * 20)
        assert html.count("<td") + html.count("<th") <= TABLE_CELLS
        assert html.count("<p>x</p>") == 20

    def test_too_wide_a_table_stays_text(self):
        assert "<table" not in html_of("|a" * 80 + "|\n" + "|-" * 80 + "|\n")

    def test_long_address_is_no_link(self):
        assert check(html_of(f"[a](/{'b' * 3000}) https://a.de/{'b' * 3000}")).links == []

    def test_reference_links_do_not_multiply_an_address(self):
        source = f"[a]: /{'b' * 2000}\n\n" + "[a] ![a] " * 5000
        result = render(source)
        assert len(result.html) < 600_000
        assert result.text.count("a") == 10_000
        assert check(result.html).faults == []
