"""Spelling of numbers: makes bare digits of spaces, dots, URIs, post-dial digits and the digits of other scripts.

Only what surely does not change the number is taken off. Everything else is refused, with the reason.
"""

import re
import unicodedata
from typing import NamedTuple

from gatekeeper.translation import marked

MOST_CHARACTERS = 128  # a SIP URI with its parameters fits; nobody's number is longer
_MOST_DIGITS = 25  # international prefix (8 at most), country code and number (17 at most)
_MOST_POST_DIAL = 8  # digits sent after the answer; more could be a second number for a gateway that dials on

_EDGES = " \t\r\n"
_PLUSES = "+\uff0b\ufe62"
_SEPARATORS = frozenset(".-/()\u2212\u00b7")
_POST_DIAL = re.compile(r"(?:[wWpPxX,#]|;(?=[0-9])| ?[eE][xX][tT]\.?)[0-9*#wWpP,. ]*")
_POST_DIAL_START = re.compile(r"[wWpPxX,;#eE]")
_SCHEME = re.compile(r"(tel|sips?):", re.IGNORECASE)
_HOST = re.compile(r"[A-Za-z0-9_.:\[\]-]{1,100}")
# Parameters that say nothing about who is called (RFC 3966, RFC 3261, RFC 4904, RFC 4694 without its routing numbers).
_HARMLESS = frozenset({"ext", "isub", "postd", "user", "transport", "tgrp", "trunk-context", "cpc", "verstat", "lr"})

WITHHELD = frozenset(
    {
        *("anonymous", "private", "restricted", "unavailable", "unknown", "withheld"),
        *("anonyme", "inconnu", "masque", "masqué", "prive", "privé"),
    },
)


class Spelling(NamedTuple):
    """Digits with or without a leading plus, or "" and why not; `plain` is true when the text was nothing but that."""

    text: str
    note: str
    plain: bool


def _refuse(note: str) -> Spelling:
    return Spelling("", note, plain=False)


def is_withheld(dialled: str) -> bool:
    """Whether it is one of the words that stand where a number is hidden, alone or as a SIP user."""
    word = dialled.strip(_EDGES).casefold()
    word = word.removeprefix("sips:").removeprefix("sip:").partition("@")[0]
    return word in WITHHELD


def spell(dialled: str, country_code: str) -> Spelling:
    """Reduce to digits what was dialled. `country_code` is the one of home, for numbers local to it in a tel: URI."""
    text = dialled.strip(_EDGES)
    if not text or len(text) > MOST_CHARACTERS:
        return _refuse(marked("too long for a number") if text else marked("empty"))
    unwrapped = _unwrap(text)
    if unwrapped is None:
        return _refuse(marked("not a telephone number in this URI"))
    body, parameters = unwrapped
    refusal = _refusal_of_parameters(parameters, country_code, body)
    if refusal:
        return _refuse(refusal)
    number, post_dial = _split_post_dial(body)
    refusal = _refusal_of_post_dial(post_dial)
    if refusal:
        return _refuse(refusal)
    digits = _digits(number)
    if not digits.text:
        return digits
    aside = ["URI parts put aside"] if body != text or parameters else []
    if post_dial:
        aside.append("extension or post-dial digits put aside")
    if digits.note:
        aside.append(digits.note)
    return Spelling(digits.text, "; ".join(aside), plain=not post_dial and not parameters)


def _unwrap(text: str) -> tuple[str, list[str]] | None:
    """Take off tel:, sip: and @host; give the user part and its parameters."""
    scheme = _SCHEME.match(text)
    if scheme:
        text = text[scheme.end() :]
    if "@" in text:
        if scheme and scheme[1].casefold() == "tel":
            return None
        text, _, host = text.partition("@")
        host, *_uri_parameters = host.split(";")
        if not _HOST.fullmatch(host):
            return None
    if ";" not in text:
        return text, []
    body, *parameters = text.split(";")
    if parameters[0][:1].isdecimal():  # ";12" waits and sends digits: no parameter
        return text, []
    return body, parameters


def _refusal_of_parameters(parameters: list[str], country_code: str, body: str) -> str:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        name = name.casefold()
        if name == "phone-context":
            if value.startswith("+") and value != "+" + country_code and not body.startswith("+"):
                return marked("a number local to another country: write it in full, with + and the country code")
        elif name not in _HARMLESS:
            return marked("a URI parameter is not understood")
    return ""


def _split_post_dial(body: str) -> tuple[str, str]:
    start = _POST_DIAL_START.search(body)
    return (body, "") if start is None else (body[: start.start()], body[start.start() :])


def _refusal_of_post_dial(post_dial: str) -> str:
    if post_dial and not _POST_DIAL.fullmatch(post_dial):
        return marked("what follows the number is not understood")
    if sum(character.isdecimal() for character in post_dial) > _MOST_POST_DIAL:
        return marked("the digits to send after the answer could be another number")
    return ""


def _digits(number: str) -> Spelling:
    """Keep digits and one leading plus.

    Digits of other scripts (Arabic-Indic, fullwidth ...) count as what they mean. Asterisk would send them to the
    carrier as they are, and a carrier that routes them at all routes them by their meaning. Refusing such a call would
    be as safe, but the same reading is used for list files, where refusing would leave a person out of the list.
    """
    kept: list[str] = []
    note = ""
    for character in number:
        if "0" <= character <= "9":
            kept.append(character)
        elif character in _PLUSES:
            if kept:
                return _refuse(marked("a plus sign that is not at the beginning"))
            kept.append("+")
        elif character.isdecimal():
            kept.append(str(unicodedata.decimal(character)))
            note = "digits of another script read as ASCII digits"
        elif character not in _SEPARATORS and unicodedata.category(character) not in ("Zs", "Pd", "Cf"):
            return _refuse(_name_of_stranger(character))
    text = "".join(kept)
    if not text.strip("+"):
        return _refuse(marked("no digits"))
    if len(text) > _MOST_DIGITS:
        return _refuse(marked("too many digits"))
    return Spelling(text, note, plain=True)


def _name_of_stranger(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp"):
        return marked("a control character")
    return marked("a letter") if category.startswith("L") else marked("a character that is in no number")
