"""Translations of the pages: English as it stands in them, French out of the files in `locales/fr`."""

import gettext
from functools import lru_cache
from pathlib import Path
from typing import Final

from gatekeeper.translation import read_french
from gatekeeper.words import Language

LOCALES: Final = Path(__file__).with_name("locales")


@lru_cache
def catalog(language: Language) -> gettext.NullTranslations:
    """The messages of a language, out of all its files."""
    return gettext.NullTranslations() if language is Language.EN else read_french(LOCALES)


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
