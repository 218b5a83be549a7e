"""Refusals during a call: the red list is written at once."""
