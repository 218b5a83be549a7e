"""Errors of the lab."""


class LabError(Exception):
    """Something in the lab could not be done; the message says what, where, and what to do about it."""
