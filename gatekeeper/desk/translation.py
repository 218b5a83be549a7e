"""Translations of the pages: English as it stands in them, French out of the files in `locales/fr`."""

import gettext
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from babel.messages.pofile import read_po

from gatekeeper.errors import InternalError
from gatekeeper.words import Language

LOCALES: Final = Path(__file__).with_name("locales")


class Messages(gettext.NullTranslations):
    """The messages of one language.

    Args:
        messages: what stands for each English text; of a text with a plural, both forms.
    """

    def __init__(self, messages: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__()
        self._messages = messages

    def gettext(self, message: str) -> str:
        """A text."""
        found = self._messages.get(message)
        return found[0] if found else message

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """A text that depends on a count: in French nothing and one are singular."""
        found = self._messages.get(singular)
        if not found:
            return singular if count == 1 else plural
        return found[0] if count < 2 or len(found) == 1 else found[1]  # noqa: PLR2004 - the plural begins with two


@lru_cache
def catalog(language: Language) -> gettext.NullTranslations:
    """The messages of a language, out of all its files."""
    if language is Language.EN:
        return gettext.NullTranslations()
    messages: dict[str, tuple[str, ...]] = {}
    for path in sorted((LOCALES / language.value).glob("*.po")):
        for one, said in _read(path).items():
            if messages.setdefault(one, said) != said:
                raise InternalError(f"{path}: {one!r} is translated otherwise in another file")
    return Messages(messages)


def _read(path: Path) -> dict[str, tuple[str, ...]]:
    with path.open("rb") as file:
        found = read_po(file, ignore_obsolete=True)
    messages: dict[str, tuple[str, ...]] = {}
    for message in found:
        ident = message.id[0] if isinstance(message.id, list | tuple) else message.id
        forms = message.string if isinstance(message.string, list | tuple) else (message.string,)
        said = tuple(form or "" for form in forms)
        if ident and all(said) and not message.fuzzy:
            messages[ident] = said
    return messages


def preferred(accepted: str) -> Language:
    """The language of a browser's `Accept-Language`: French where it comes before English, else English."""
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted.split(",")[:20]):
        name, _, parameter = part.strip().partition(";")
        quality = parameter.strip().removeprefix("q=") if parameter else "1"
        try:
            ranked.append((-float(quality), place, name.strip().lower()[:2]))
        except ValueError:
            continue
    for weight, _, name in sorted(ranked):
        if weight < 0 and name in {"fr", "en"}:
            return Language(name)
    return Language.EN
