"""Divides an application's data, or a list of variables, as Asterisk does (`ast_app_separate_args`)."""

from typing import Final

_SPECIAL: Final = frozenset('"\\()[]')


def separate(text: str) -> list[str]:
    """The arguments of a comma-separated list.

    Commas inside parentheses, brackets and quotes do not divide; quotes and backslashes are taken away, and a character
    behind a backslash stands for itself.
    """
    if _SPECIAL.isdisjoint(text):
        return text.split(",")
    found: list[str] = []
    current: list[str] = []
    parentheses = brackets = 0
    quoted = False
    characters = iter(text)
    for character in characters:
        if character == '"':
            quoted = not quoted
            continue
        if character == "\\":
            current.append(next(characters, ""))
            continue
        if character == "," and not (parentheses or brackets or quoted):
            found.append("".join(current))
            current = []
            continue
        parentheses = max(0, parentheses + (character == "(") - (character == ")"))
        brackets = max(0, brackets + (character == "[") - (character == "]"))
        current.append(character)
    found.append("".join(current))
    return found
