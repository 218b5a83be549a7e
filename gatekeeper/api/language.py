"""The language of an answer: what a program prefers, of English and French (RFC 9110, 12.5.4). Pure."""

from gatekeeper.words import Language


def language_of(accepted: str) -> Language:
    """The language that `Accept-Language` prefers; English where it names neither."""
    best, found = 0.0, Language.EN
    for part in accepted[:200].split(","):
        tag, _, parameters = part.strip().partition(";")
        quality = _quality(parameters)
        name = tag.strip().partition("-")[0].lower()
        if name in Language.__members__.values() and quality > best:
            best, found = quality, Language(name)
    return found


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0
