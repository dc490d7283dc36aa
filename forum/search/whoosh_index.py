"""The embedded index: Whoosh in the data directory, written by the worker alone."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Hashable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from whoosh import index as whoosh_index
from whoosh import query as whoosh_query
from whoosh.fields import ID, NUMERIC, TEXT, Schema
from whoosh.idsets import BitSet
from whoosh.scoring import BM25F
from whoosh.sorting import FieldFacet

from forum.search.analysis import LANGUAGES, StemAnalyzer, stem
from forum.search.index import Document, Order, Reach, Words

q: Any = whoosh_query  # its exports are not typed

COMPOUND_LEAST: Final = 5
COMPOUND_MOST: Final = 60
COMPOUND_BOOST: Final = 0.3
REACHES: Final = 64
"""How many sets of documents are kept, at a bit for each document of the index."""
CORE: Final = "-"
"""Stands for no plugin: an empty text is no term."""
BOOSTS: Final = {"text": 1.0, "title": 3.0}

# Most posts have no title, so a title's length says nothing beside the average.
_WEIGHTING: Final = BM25F(**{f"title_{language}_B": 0.0 for language in LANGUAGES})


def _schema() -> Schema:
    texts = {
        f"{field}_{language}": TEXT(analyzer=StemAnalyzer(language), phrase=True)
        for language in LANGUAGES
        for field in BOOSTS
    }
    return Schema(
        post=NUMERIC(numtype=int, bits=64, stored=True),
        area=NUMERIC(numtype=int, stored=True),
        kind=ID(),
        plugin=ID(stored=True),
        at=NUMERIC(numtype=int, bits=64, sortable=True),
        **texts,
    )


class WhooshIndex:
    """`forum.search.index.Index` over a directory.

    Whoosh pickles its table of contents: the directory is as trusted as the code, and is rebuilt
    rather than restored from a backup.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._searcher: Any = None
        self._vocabulary: dict[str, str] = {}
        self._allowed: dict[Hashable, Any] = {}
        self._generation = -1

    def write(self, documents: Iterable[Document], *, remove: Collection[int] = ()) -> None:
        """Add or replace documents and remove posts by id, in one commit."""
        index, given = self._open(), list(documents)
        writer = index.writer(limitmb=64)
        try:
            # A post may have several documents, so they are removed and added, not updated.
            for post_id in {*remove, *(document.post_id for document in given)}:
                writer.delete_by_term("post", post_id)
            for document in given:
                writer.add_document(**_fields(document))
        except BaseException:
            writer.cancel()
            raise
        writer.commit()

    def find(
        self, words: Words, reach: Reach, *, order: Order, limit: int
    ) -> Sequence[tuple[int, str]]:
        """Return matching posts, best or newest first, each once, `limit` at most."""
        if (words.empty and not reach.kind) or not reach.areas:
            return []
        searcher = self._current()
        if searcher is None:
            return []
        allowed = self._allow(searcher, reach)
        if not allowed:  # for Whoosh an empty set filters nothing
            return []
        newest = order == "newest" or words.empty
        found = searcher.search(
            q.Every() if words.empty else self._query(words),
            filter=allowed,
            limit=limit * (1 + len(reach.plugins)),
            sortedby=FieldFacet("at", reverse=True) if newest else None,
        )
        via: dict[int, str] = {}
        for hit in found:
            post_id, plugin = hit["post"], "" if hit["plugin"] == CORE else hit["plugin"]
            via[post_id] = plugin and via.get(post_id, plugin)
        return [*via.items()][:limit]

    def is_outdated(self) -> bool:
        """Tell whether it was built by an earlier version that kept less: build it anew."""
        directory = str(self._directory)
        if not whoosh_index.exists_in(directory):
            return False
        return "plugin" not in whoosh_index.open_dir(directory).schema.names()

    def count(self) -> int:
        """Return the number of documents."""
        searcher = self._current()
        return 0 if searcher is None else int(searcher.doc_count())

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._directory.mkdir(parents=True, exist_ok=True)
            whoosh_index.create_in(str(self._directory), _schema())
            self._searcher = None

    def compact(self) -> None:
        """Write all segments into one: a removed document's words stay in its segment till then.

        Cost: about a third of building the index.
        """
        if whoosh_index.exists_in(str(self._directory)):
            whoosh_index.open_dir(str(self._directory)).writer(limitmb=64).commit(optimize=True)

    def _open(self) -> Any:
        if not whoosh_index.exists_in(str(self._directory)):
            self.clear()
        return whoosh_index.open_dir(str(self._directory))

    def _current(self) -> Any:
        with self._lock:
            # Always opened anew: what Whoosh refreshes keeps the segments that are gone, and with
            # them every text that was changed or removed since.
            if self._searcher is None or not self._searcher.up_to_date():
                if not whoosh_index.exists_in(str(self._directory)):
                    return None
                self._searcher = whoosh_index.open_dir(str(self._directory)).searcher(
                    weighting=_WEIGHTING
                )
                self._allowed = {}
            generation = self._searcher.reader().generation()
            if generation != self._generation:
                self._vocabulary = _read_vocabulary(self._searcher.reader())
                self._generation = generation
            return self._searcher

    def _allow(self, searcher: Any, reach: Reach) -> Any:
        """Return the set of documents within reach, kept for whoever has the same reach.

        Cost: Whoosh walks through all of them in Python, 30 ms for 4,000, the first time.
        """
        plugins = frozenset((name, frozenset(areas)) for name, areas in reach.plugins.items())
        key = (searcher, frozenset(reach.areas), plugins, reach.kind)
        allowed = self._allowed.get(key)
        if allowed is None:
            if len(self._allowed) >= REACHES:
                self._allowed = {}
            allowed = BitSet(searcher.docs_for_query(_within(reach)), searcher.doc_count_all())
            self._allowed[key] = allowed
        return allowed

    def _query(self, words: Words) -> Any:
        parts: list[Any] = [self._word(word) for word in words.words]
        parts += [_phrase(phrase) for phrase in words.phrases]
        unwanted = [_exact(word) for word in words.without]
        wanted = q.And(parts)
        return q.AndNot(wanted, q.Or(unwanted)) if unwanted else wanted

    def _word(self, word: str) -> Any:
        """Match the word itself, and below it the compounds of the vocabulary that hold it."""
        choices: list[Any] = [_exact(word)]
        stemmed = stem(word, "de")
        if len(stemmed) >= COMPOUND_LEAST:
            part = re.escape(stemmed)
            compound = re.compile(rf"(?m)^(?:.{{3,}}{part}|{part}.{{3,}})$")
            for field, vocabulary in self._vocabulary.items():
                found = islice(compound.finditer(vocabulary), COMPOUND_MOST)
                choices += [q.Term(field, match[0], boost=COMPOUND_BOOST) for match in found]
        return q.Or(choices)


def _within(reach: Reach) -> Any:
    parts: list[Any] = [_any("area", reach.areas)]
    sources: list[Any] = [q.Term("plugin", CORE)]
    for plugin, areas in reach.plugins.items():
        sources.append(q.And([q.Term("plugin", plugin), _any("area", areas)]))
    parts.append(q.Or(sources))
    if reach.kind:
        parts.append(q.Term("kind", reach.kind))
    return q.And(parts)


def _any(field: str, values: Collection[int]) -> Any:
    return q.Or([q.Term(field, value) for value in values])


def _fields(document: Document) -> dict[str, Any]:
    language = document.language if document.language in LANGUAGES else "de"
    return {
        "post": document.post_id,
        "area": document.area_id,
        "kind": document.kind,
        "plugin": document.plugin or CORE,
        "at": int(document.at.timestamp()),
        f"title_{language}": document.title,
        f"text_{language}": document.text,
    }


def _read_vocabulary(reader: Any) -> dict[str, str]:
    return {
        field: "\n".join(
            term.decode() if isinstance(term, bytes) else term for term in reader.lexicon(field)
        )
        for field in ("text_de", "title_de")
    }


def _exact(word: str) -> Any:
    return q.Or(
        [
            q.Term(f"{field}_{language}", stem(word, language), boost=boost)
            for language in LANGUAGES
            for field, boost in BOOSTS.items()
        ]
    )


def _phrase(phrase: str) -> Any:
    return q.Or(
        [
            q.Phrase(f"{field}_{language}", [stem(word, language) for word in phrase.split()])
            for language in LANGUAGES
            for field in BOOSTS
        ]
    )
