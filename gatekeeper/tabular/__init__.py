"""Delivered tables: finds out what one is, alike for lists and contacts. Each of them cuts it up in its own way."""
