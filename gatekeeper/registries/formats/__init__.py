"""The formats in which registries deliver: one module for each, found by its name.

A new format is a module in this package that has a `FORMATS`, and its test. Importing this package does not import
NumPy: the configuration and the command line name formats.
"""

from gatekeeper.registries.formats.model import Answers, Format, Meaning, SourceKind, TextLayout, words
from gatekeeper.registries.formats.registry import builtin, find_format

__all__ = ["Answers", "Format", "Meaning", "SourceKind", "TextLayout", "builtin", "find_format", "words"]
