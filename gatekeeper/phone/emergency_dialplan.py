"""The emergency numbers as Asterisk's dialplan reads them: the file gatekeeper-emergency-custom.conf."""

import re
from typing import Final

from gatekeeper.phone.emergency import EmergencyNumbers
from gatekeeper.vocabulary import DialplanGlobal

FILE: Final = "gatekeeper/gatekeeper-emergency-custom.conf"
"""Where the dialplan looks for it, under Asterisk's configuration directory."""

_SITE: Final = "-site"
"""What the names of the two contexts end in."""

_SPECIAL: Final = re.compile(r"([*+])")
_DIALLED: Final = re.compile(r"[0-9A-Za-z*#+]+")  # the dialplan refuses a number with anything else in it
_HEAD: Final = f"""\
; Gatekeeper: the emergency numbers of gatekeeper.toml for the dialplan. Written by: gatekeeper config emergency
; Put it into {FILE} under Asterisk's configuration, then: asterisk -rx "dialplan reload"
"""


def posix_pattern(prefixes: tuple[str, ...]) -> str:
    """The prefixes as the POSIX extended regular expression that GATEKEEPER_EMERGENCY_PREFIXES holds."""
    return "|".join(_SPECIAL.sub(r"[\1]", prefix) for prefix in prefixes if _DIALLED.fullmatch(prefix))


def dialplan_of(emergency: EmergencyNumbers) -> str:
    """The file's text: prefixes, numbers, and what is somebody's number although it looks like one."""
    lines = [
        _HEAD,
        "[globals](+)",
        f"{DialplanGlobal.EMERGENCY_SITE} = {_SITE}",
        f"{DialplanGlobal.EMERGENCY_PREFIXES} = {posix_pattern(emergency.prefixes)}",
        "",
        f"[gatekeeper-emergency{_SITE}]",
        *(f"exten => {number},1,NoOp(emergency)" for number in sorted(emergency.numbers)),
        "",
        "; Somebody's number, although it is made of prefixes and an emergency number: the daemon is asked.",
        f"[gatekeeper-not-emergency{_SITE}]",
        *(f"exten => {number},1,NoOp()" for number in emergency.mistakable()),
        "",
    ]
    return "\n".join(lines)
