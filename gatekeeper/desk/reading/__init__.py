"""Readings of the stores for pages, a file to a page; no web in here."""
