"""Entries of AstDB that Asterisk itself obeys."""

from typing import Final

from gatekeeper.ami.protocol.inspect.classes import names

OBEYED_ENTRIES: Final = names("""
    dialgroup dundi iax/provisioning iax/registry mwi_external pbx queue/persistentmembers registrar sip/peermethods
    sip/registry subscription_persistence
""")
"""Beginnings of their paths, in lower case: where a telephone is registered, who is a member of a queue or a group.
A contact among them is dialled whenever its telephone is."""
