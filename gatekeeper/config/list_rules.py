"""The lists of the configuration as use cases take them. Brings SQLAlchemy in, which some commands do without."""

from collections.abc import Iterable, Mapping

from gatekeeper.config.schema import closest
from gatekeeper.config.sections.lists import ListSection
from gatekeeper.config.settings import Settings
from gatekeeper.errors import UnknownListError
from gatekeeper.intake.rules import ListRules
from gatekeeper.translation import phrase


def list_rules(settings: Settings, name: str) -> ListRules:
    """What the configuration lays down of a list, or of one that it does not name."""
    formats, home = settings.list_formats, settings.phone.home
    if name not in settings.lists:
        return ListSection().as_rules(name, formats, home, 0, named=False)
    return settings.lists[name].as_rules(name, formats, home, settings.max_age_days(name))


def configured_lists(settings: Settings) -> Mapping[str, ListRules]:
    """The rules of every list that the configuration names, by name."""
    return {name: list_rules(settings, name) for name in settings.lists}


def known_rules(settings: Settings, name: str, there: Iterable[str]) -> ListRules:
    """What is laid down of a list that can be filled.

    Args:
        settings: the configuration.
        name: of the list.
        there: the names of the lists that the store has.

    Raises:
        UnknownListError: neither the configuration nor the store has a list of that name.
    """
    rules = list_rules(settings, name)
    there = list(there)
    if rules.kind is not None or name in there:
        return rules
    names = list(dict.fromkeys([*settings.lists, *there]))
    meant = closest(name, names)
    hint = phrase("Did you mean {near!r}? ", near=meant) if meant else ""
    raise UnknownListError(
        phrase(
            "there is no list {name!r}. {hint}The lists are: {names}. A new one is a table [lists.NAME] in {file}",
            name=name,
            hint=hint,
            names=", ".join(names),
            file=settings.file or phrase("the configuration"),
        )
    )
