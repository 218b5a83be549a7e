"""Gatekeeper: the guard of an Asterisk call centre's outbound side."""

__version__ = "0.1.0"
