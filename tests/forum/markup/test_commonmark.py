"""Spot checks against the CommonMark examples, in our dialect: no HTML, own headings, own rel."""

import pytest

from tests.forum.markup.samples import html_of

REL = 'rel="nofollow ugc noopener"'
CASES = [
    ("a\nb", "<p>a\nb</p>\n"),
    ("a  \nb", "<p>a<br>\nb</p>\n"),
    ("a\\\nb", "<p>a<br>\nb</p>\n"),
    ("a\r\n\r\nb\rc", "<p>a</p>\n<p>b\nc</p>\n"),
    ("*a* _b_ **c** __d__", "<p><em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong></p>\n"),
    ("snake_case_name a*b*c", "<p>snake_case_name a<em>b</em>c</p>\n"),
    ("***a***", "<p><em><strong>a</strong></em></p>\n"),
    ("\\*a\\* \\# \\q", "<p>*a* # \\q</p>\n"),
    ("`a *b* <i>`", "<p><code>a *b* &lt;i&gt;</code></p>\n"),
    ("`` a`b ``", "<p><code>a`b</code></p>\n"),
    ("    a\n    b", "<pre><code>a\nb\n</code></pre>\n"),
    ("```\na\n```", "<pre><code>a\n</code></pre>\n"),
    ("~~~\n```\n~~~", "<pre><code>```\n</code></pre>\n"),
    ("# a", "<h3>a</h3>\n"),
    ("## a ##", "<h4>a</h4>\n"),
    ("a\n===", "<h3>a</h3>\n"),
    ("a\n---", "<h4>a</h4>\n"),
    ("#a", "<p>#a</p>\n"),
    ("####### a", "<p>####### a</p>\n"),
    ("a\n\n***\n\nb", "<p>a</p>\n<hr>\n<p>b</p>\n"),
    ("> a\nb\n\nc", "<blockquote>\n<p>a\nb</p>\n</blockquote>\n<p>c</p>\n"),
    ("> > a", "<blockquote>\n<blockquote>\n<p>a</p>\n</blockquote>\n</blockquote>\n"),
    ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
    ("- a\n\n- b", "<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>\n"),
    ("- a\n  - b", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>\n"),
    ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
    ("- a\n\n  b", "<ul>\n<li>\n<p>a</p>\n<p>b</p>\n</li>\n</ul>\n"),
    ("[a](/b)", f'<p><a href="/b" {REL}>a</a></p>\n'),
    ('[a](/b "c")', f'<p><a href="/b" title="c" {REL}>a</a></p>\n'),
    ("[a]\n\n[a]: <b c>", f'<p><a href="b%20c" {REL}>a</a></p>\n'),
    ("[*a*][b]\n\n[b]: /c", f'<p><a href="/c" {REL}><em>a</em></a></p>\n'),
    ("[a](/ä)", f'<p><a href="/%C3%A4" {REL}>a</a></p>\n'),
    (
        "<https://a.de/?b=c&d>",
        f'<p><a href="https://a.de/?b=c&amp;d" {REL}>https://a.de/?b=c&amp;d</a></p>\n',
    ),
    ("<a@b.de>", f'<p><a href="mailto:a@b.de" {REL}>a@b.de</a></p>\n'),
    ("&copy; &auml; &#35; &nope;", "<p>© ä # &amp;nope;</p>\n"),
    ("&lt;b&gt;", "<p>&lt;b&gt;</p>\n"),
    ("a < b & c > d \"e\" 'f'", "<p>a &lt; b &amp; c &gt; d \"e\" 'f'</p>\n"),
    ("<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>\n"),
    ("<!-- a -->", "<p>&lt;!-- a --&gt;</p>\n"),
    ("~~a~~ ~b~", "<p><s>a</s> ~b~</p>\n"),
    ("", ""),
    (" \n\t\n", ""),
    ("Ä ß 你好 😀 👨‍👩‍👧", "<p>Ä ß 你好 😀 👨‍👩‍👧</p>\n"),
]


@pytest.mark.parametrize(("source", "expected"), CASES, ids=[repr(case[0]) for case in CASES])
def test_examples(source, expected):
    assert html_of(source) == expected


def test_table_aligns_by_class():
    source = "| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 |\n"
    assert html_of(source) == (
        '<table>\n<thead>\n<tr>\n<th class="left">a</th>\n<th class="center">b</th>\n'
        '<th class="right">c</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td class="left">1</td>\n'
        '<td class="center">2</td>\n<td class="right"></td>\n</tr>\n</tbody>\n</table>\n'
    )
