"""The one table of sizes. Columns, forms and parsers take their limits from here."""

from __future__ import annotations

from typing import Final

BODY_BYTES: Final = 64 * 1024
TITLE: Final = 160
NAME: Final = 80
HANDLE: Final = 40
EMAIL: Final = 254
SLUG: Final = 80
SUMMARY: Final = 300
REASON: Final = 500
BIO: Final = 1_000
LABEL: Final = 80
URL: Final = 2_000
PASSWORD: Final = 256
PASSWORD_MIN: Final = 10
QUERY: Final = 200
USER_AGENT: Final = 200
TREE_DEPTH: Final = 64
REQUEST_BYTES: Final = 1 * 1024 * 1024
UPLOAD_BYTES: Final = 10 * 1024 * 1024
REACTION_KINDS: Final = 6
READ_RANGES: Final = 200
CHILDREN: Final = 20

PAGE_POSTS: Final = 20
PAGE_TOPICS: Final = 20
PAGE_ROWS: Final = 50
API_ROWS: Final = 100
FEED_ENTRIES: Final = 30
