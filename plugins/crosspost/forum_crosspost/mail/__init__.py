"""Mailing lists: from an mbox file to messages, without database and without network."""
