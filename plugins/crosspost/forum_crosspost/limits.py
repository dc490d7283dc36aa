"""How much of one message, one header or one batch is taken; sizes of the plugin's columns."""

from __future__ import annotations

from typing import Final

EXT_ID: Final = 255
LABEL: Final = 80
URL: Final = 2_000
NAME: Final = 80
TITLE: Final = 300

LINE_BYTES: Final = 64 * 1024
"""Longer lines are read in pieces."""
MESSAGE_BYTES: Final = 16 * 1024 * 1024
"""What lies beyond in one message is passed over; it is an attachment as a rule."""
HEADER_BYTES: Final = 16 * 1024
HEADERS_BYTES: Final = 256 * 1024
HTML_CHARS: Final = 256 * 1024
TEXT_BYTES: Final = 60_000
"""Longer texts are cut with a note: below the core's limit, which counts Markdown."""
ATTACHMENTS: Final = 30
ANCESTORS: Final = 50
PARTS: Final = 500

BATCH_MESSAGES: Final = 2_000
BATCH_BYTES: Final = 4 * 1024 * 1024
"""A batch is one transaction: others wait for it to write, so it ends before it takes long."""
REMARKS: Final = 200
HEAD_BYTES: Final = 64 * 1024

UPLOAD_BYTES: Final = 10 * 1024 * 1024
"""What the page takes; larger archives come by the command."""
UPLOADS: Final = 20
"""So many files of an area wait to be looked at or taken over."""
REFUSED_SHOWN: Final = 200

HOST: Final = 260
DETAIL: Final = 200
FEEDS: Final = 50
"""So many sources an area fetches itself."""
SOURCES: Final = 200
FEED_BYTES: Final = 16 * 1024 * 1024
FEED_ITEMS: Final = 5_000
"""Of a longer feed the first ones are taken: newest first, as feeds are written."""
FEED_BATCH: Final = 1_000
EXCERPT: Final = 400
SAMPLE: Final = 3
ID: Final = 2**31 - 1
"""A larger number is no id: PostgreSQL has no room for it."""
