"""Badges: what members have done and learnt, earned by criteria or given by hand."""
