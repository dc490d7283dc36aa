"""Tokens to HTML: where ours differs from the library's. Each method renders its token type."""

from collections.abc import Sequence

from markdown_it.common.utils import escapeHtml, unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from forum.markup.languages import LANGUAGES
from forum.markup.limits import LINK_CHARS, MENTIONS
from forum.markup.urls import is_own_image
from forum.markup.work import Work, get_work


def _in_budget(work: Work, token: Token) -> bool:
    work.link_chars += sum(len(str(value)) for value in token.attrs.values())
    return work.link_chars <= LINK_CHARS


def _read_as_text(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    for token in tokens:
        if token.type == "image":
            parts.append(_read_as_text(token.children or ()))
        elif token.type == "mention":
            parts.append("@" + token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        else:
            parts.append(token.content)
    return "".join(parts)


class Renderer(RendererHTML):
    """Writes placeholders for what depends on the viewer and notes what it wrote."""

    def mention(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A placeholder; plain text inside a quote and beyond the cap."""
        work = get_work(env)
        typed = tokens[idx].content
        handle = typed.lower()
        if work.quote_depth or (handle not in work.mentions and len(work.mentions) >= MENTIONS):
            return "@" + typed
        work.mentions[handle] = None
        return f'<x-m h="{typed}"></x-m>'

    def quote_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """The start of a quoted text."""
        get_work(env).quote_depth += 1
        return f'<x-q p="{tokens[idx].meta["post"]}">\n'

    def quote_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """The end of a quoted text."""
        get_work(env).quote_depth -= 1
        return "</x-q>\n"

    def embed(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """The place where a plugin's directive stood, with the line that stands for it."""
        return f'<x-e k="{tokens[idx].info}">{escapeHtml(tokens[idx].content)}</x-e>\n'

    def details_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A spoiler; without a title the browser names it in its own language."""
        title = tokens[idx].content
        summary = f"<summary>{escapeHtml(title)}</summary>" if title else ""
        return f"<details>{summary}\n"

    def task_box(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """The box of a task item: a character, because a form control would need a label."""
        return f'<span class="box">{tokens[idx].content}</span> '

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A link, while the text has not used up its budget for addresses."""
        work = get_work(env)
        if not _in_budget(work, tokens[idx]):
            return ""
        work.link_depth += 1
        return f"<a{self.renderAttrs(tokens[idx])}>"

    def link_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """The end of a link that was opened."""
        work = get_work(env)
        if not work.link_depth:
            return ""
        work.link_depth -= 1
        return "</a>"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """One of our own images, or a link: showing others would tell them who reads."""
        token = tokens[idx]
        work = get_work(env)
        src = str(token.attrs["src"])
        alt = _read_as_text(token.children or ())
        if not _in_budget(work, token):
            return escapeHtml(alt)
        if work.images and is_own_image(src, work.images):
            work.shows_images = True
            return f'<img src="{escapeHtml(src)}" alt="{escapeHtml(alt)}" loading="lazy">'
        if work.link_depth:
            return escapeHtml(alt)
        return f'<a href="{escapeHtml(src)}">{escapeHtml(alt or src)}</a>'

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A code block; its language is named when we know it."""
        words = unescapeAll(tokens[idx].info).split(maxsplit=1)
        language = words[0].lower() if words else ""
        name = f' class="language-{language}"' if language in LANGUAGES else ""
        return f"<pre><code{name}>{escapeHtml(tokens[idx].content)}</code></pre>\n"

    def softbreak(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A line end in the source: kept for what people type, dissolved for wrapped mail."""
        return "<br>\n" if get_work(env).breaks else "\n"
