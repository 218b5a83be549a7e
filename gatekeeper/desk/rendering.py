"""Rendering: templates into pages, in both languages, everything escaped but what is made to be markup."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined

from gatekeeper import __version__
from gatekeeper.clock import moment_of
from gatekeeper.desk.translation import catalog
from gatekeeper.phone.written import written
from gatekeeper.words import Language, printed, typeset

LOCALES: Final = {Language.EN: "en_GB", Language.FR: "fr_FR"}
"""In which manner dates and numbers are written."""


class Rendering:
    """Renders pages.

    Args:
        zone: in which times are told.
        names: what every template sees beside its own.
    """

    def __init__(self, zone: ZoneInfo, names: Mapping[str, Any]) -> None:
        self._environments = {language: _environment(language, zone, names) for language in Language}

    def page(self, language: Language, template: str, seen: Mapping[str, Any]) -> str:
        """A page.

        Args:
            language: of the page.
            template: its file in `templates`.
            seen: what it sees.
        """
        return self._environments[language].get_template(template).render(seen)


def _environment(language: Language, zone: ZoneInfo, names: Mapping[str, Any]) -> Environment:
    environment = Environment(
        loader=PackageLoader("gatekeeper.desk"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    messages = catalog(language)
    # What the extension adds is known to nobody's types.
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        messages.gettext, messages.ngettext, newstyle=True
    )
    environment.filters.update(_filters(language, zone))
    environment.globals.update(
        language=language.value, version=__version__, zone=str(zone), **_signs(language), **names
    )
    return environment


def _signs(language: Language) -> dict[str, str]:
    """Signs that stand between two texts of a template; French sets them apart."""
    signs = {"colon": ":", "semicolon": ";", "percent": " %"}
    return {name: typeset(f" {sign.strip()}") for name, sign in signs.items()} if language is Language.FR else signs


def _filters(language: Language, zone: ZoneInfo) -> dict[str, Any]:
    locale = LOCALES[language]

    def local(moment: datetime | int) -> datetime:
        return (moment_of(moment) if isinstance(moment, int) else moment).astimezone(zone)

    def time(moment: datetime | int) -> str:
        """A moment, to the second: 26/11/2026 17:28:00."""
        return local(moment).strftime("%d/%m/%Y %H:%M:%S")  # alike in both manners, and a page has a hundred

    def day(moment: datetime | int) -> str:
        """A moment's day: 26 November 2026."""
        return str(format_date(local(moment), "d MMMM yyyy", locale=locale))

    def date_(moment: date) -> str:
        """A day of the calendar, in the same manner."""
        return str(format_date(moment, "d MMMM yyyy", locale=locale))

    def printed_(text: str) -> str:
        """A text of the page's language that no catalogue has, such as the law's."""
        return typeset(text) if language is Language.FR else text

    def machine(moment: datetime | int) -> str:
        """A moment for `<time datetime>`."""
        return local(moment).isoformat(timespec="seconds")

    return {
        "time": time,
        "day": day,
        "date": date_,
        "printed": printed_,
        "machine": machine,
        "count": lambda number: format_decimal(number, locale=locale),
        "number": written,
        "said": lambda words: printed(words, language),
    }
