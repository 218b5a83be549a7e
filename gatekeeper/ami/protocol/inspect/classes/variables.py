"""Channel variables and globals that Asterisk itself obeys: they lead a call somewhere, or run something."""

from typing import Final

from gatekeeper.ami.protocol.inspect.classes import names

OBEYED: Final = names("""
    AGIEXITONHANGUP AGISIGHUP AGISTATUS ATTENDEDTRANSFER AUTH_CONTEXT AUTO_MONITOR BLINDTRANSFER CC_CONTEXT CC_EXTEN
    DIALEDPEERNAME DIALEDPEERNUMBER DIRECTORY_EXTEN DUNDIDIALARGS EXITCONTEXT FAXEXTEN FORWARD_CONTEXT FORWARDERNAME
    GOTO_ON_BLINDXFR INVALID_EXTEN MEETME_AGI_BACKGROUND MEETME_EXIT_CONTEXT PARKER PARKER_FLAT PARKINGEXTEN
    PARKINGSLOT SIPREFERREDBYHDR SIPREFERRINGCONTEXT SIPREFERTOHDR SIPTRANSFER SPY_EXIT_CONTEXT TRANSFER_CONTEXT
    TRANSFER_EXTEN TRANSFERERNAME VM_CONTEXT VOICEMAIL_EXTEN
""")
"""Exact names, without the `_` and `__` that make a variable inherited."""

OBEYED_BEGINNINGS: Final = (
    "CONNECTED_LINE_", "DYNAMIC_", "GOSUB_", "MACRO_", "MEETME_RECORDING", "MIXMONITOR_", "MONITOR_", "PARKINGDYN",
    "REDIRECTING_", "SIPTRANSFER_", "TOUCH_",
)  # fmt: skip
"""Beginnings of names of families: subroutines to be run, features to be had, commands and files of recordings."""
