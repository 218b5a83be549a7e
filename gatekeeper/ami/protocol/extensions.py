"""Extensions of the site that look like public numbers: the patterns that name them, and those of VICIdial.

A pattern is written as in a dialplan: `_` before it, `X` for a digit, `Z` for 1 to 9, `N` for 2 to 9, `[15-7]` for one
of these, and at the end `.` for one character or more, or `!` for any; all else stands for itself, and dashes for
nothing.
It is kept exact: digits that are left open are few at a place, and a public number at an open end is not covered.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from gatekeeper.translation import phrase

_MOST_OPEN: Final = 5
"""So many digits may be left open at one place: more would be a public number's."""

_LEAST_FIXED: Final = 3
_WILDCARDS: Final = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]"}
_TOKEN: Final = re.compile(r"(?P<open>(?:[XxZzNn]|\[[0-9A-Za-z*#-]+\])+)|(?P<end>[.!])$|(?P<fixed>[0-9A-Za-z*#+_])")
_ONE: Final = re.compile(r"[A-Za-z]|\[[^]]+\]")
_LETTERS: Final = re.compile(r"[A-Za-z_]")

_SERVER: Final = "XXX*XXX*XXX*XXX*"
_VICIDIAL: Final = (
    "[89]600XXX",  # conferences: MeetMe, ConfBridge
    "[05-7][89]600XXX",  # to monitor or record one, to enter it quietly
    "X[1-4][89]600XXX",  # volume of a participant
    "5555[89]600XXX",  # kicks everybody out of one
    "[89]600XXX*CL_.",  # consultative transfers to an in-group
    "7[89]600XXX*CL_.",
    "90009*CL_.",  # transfers to an in-group
    "990009*CL_.",
    "4737821.",  # soundboards
    "83047777777777",  # alert of an agent
    "8502666666666[6-8].",  # voicemail
    "999999999999",  # remote agents
)
VICIDIAL_EXTENSIONS: Final = tuple(f"_{server}{inner}" for inner in _VICIDIAL for server in ("", _SERVER))
"""Extensions of VICIdial's own dialplan, on its own server and, behind an address in digits, on others of its cluster.

Sources: `ADMIN_keepalive_ALL.pl` and `ADMIN_update_server_ip.pl`, which write that dialplan (`_010*000*000*015*.` goes
to `${EXTEN:16}`), its sample `extensions.conf`, and `vicidial.php`, which dials them. The forms of soundboards,
remote agents and ConfBridge stand in none of these; they are taken only in the exact lengths given here.
"""


def demand_exact(pattern: str) -> str:
    """The pattern itself.

    Raises:
        ValueError: it is none, or not exact.
    """
    _compiled(pattern)
    return pattern


def is_named(extension: str, patterns: tuple[str, ...], is_public: Callable[[str], bool]) -> bool:
    """Whether a pattern names an extension, and no public number is where the pattern is open."""
    text = extension.replace("-", "")
    for pattern in patterns:
        match = _compiled(pattern).fullmatch(text)
        if match is not None and not any(is_public(_LETTERS.split(part, maxsplit=1)[0]) for part in match.groups()):
            return True
    return False


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    if not pattern.startswith("_"):
        return re.compile(re.escape(pattern.replace("-", "")))
    found: list[str] = []
    fixed = at = 0
    body = re.sub(r"-(?![^\[]*\])", "", pattern[1:])
    while at < len(body):
        token = _TOKEN.match(body, at)
        if token is None:
            raise ValueError(
                phrase("{pattern!r} has {sign!r} where a pattern can't have it", pattern=pattern, sign=body[at])
            )
        at = token.end()
        if token["open"]:
            ones = _ONE.findall(token["open"])
            if len(ones) > _MOST_OPEN:
                raise ValueError(
                    phrase(
                        "{pattern!r} leaves more than {most} digits open at one place",
                        pattern=pattern,
                        most=_MOST_OPEN,
                    )
                )
            found.append(f"({''.join(_WILDCARDS.get(one.upper(), one) for one in ones)})")
        elif token["end"]:
            found.append("(.+)" if token["end"] == "." else "(.*)")
        else:
            fixed += 1
            found.append(re.escape(token["fixed"]))
    if fixed < _LEAST_FIXED:
        raise ValueError(
            phrase(
                "{pattern!r} has fewer than {fewest} characters that stand for themselves",
                pattern=pattern,
                fewest=_LEAST_FIXED,
            )
        )
    return re.compile("".join(found), re.DOTALL)
