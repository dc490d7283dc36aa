"""The mailbox of a demo: a mail server on the loopback, and pages that show what it was given."""
