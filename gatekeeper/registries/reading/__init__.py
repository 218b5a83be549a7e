"""Readers of list files as they come: packed or not, in any encoding and dialect, whole or broken."""
