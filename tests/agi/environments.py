"""Environments as real Asterisks write them, for the AGI tests."""

from typing import Final

ORDER: Final = (
    ("agi_network", "yes"),
    ("agi_network_script", "screen"),
    ("agi_request", "agi://127.0.0.1:4573/screen"),
    ("agi_channel", "Local/0612345678@out-00000000;2"),
    ("agi_language", "en"),
    ("agi_type", "Local"),
    ("agi_uniqueid", "1795461102.1"),
    ("agi_version", "22.10.1"),
    ("agi_callerid", "0199000000"),
    ("agi_calleridname", "Sales"),
    ("agi_callingpres", "0"),
    ("agi_callingani2", "0"),
    ("agi_callington", "0"),
    ("agi_callingtns", "0"),
    ("agi_dnid", "unknown"),
    ("agi_rdnis", "unknown"),
    ("agi_context", "out"),
    ("agi_extension", "0612345678"),
    ("agi_priority", "3"),
    ("agi_enhanced", "0.0"),
    ("agi_accountcode", ""),
    ("agi_threadid", "139815151265472"),
)
"""The variables in Asterisk's own order; the arguments follow."""


def environment(*arguments: str, **changed: str | bytes | None) -> bytes:
    """An environment with the arguments of `AGI(...)`; variables can be changed, None leaves one out."""
    values: dict[str, str | bytes | None] = {**dict(ORDER), **changed}
    lines = [(name, value) for name, value in values.items() if value is not None]
    lines += [(f"agi_arg_{n}", argument) for n, argument in enumerate(arguments, start=1)]
    return b"".join(name.encode() + b": " + as_bytes(value) + b"\n" for name, value in lines) + b"\n"


def as_bytes(value: str | bytes) -> bytes:
    """A value as it is sent."""
    return value if isinstance(value, bytes) else value.encode()
