"""Polls that hang on posts: one click to have a say."""
