"""The lists of the configuration as use cases take them. Brings SQLAlchemy in, which some commands do without."""

from collections.abc import Mapping

from gatekeeper.config.sections.lists import ListSection
from gatekeeper.config.settings import Settings
from gatekeeper.intake.rules import ListRules


def list_rules(settings: Settings, name: str) -> ListRules:
    """What the configuration lays down of a list, or of one that it does not name."""
    formats, home = settings.list_formats, settings.phone.home
    if name not in settings.lists:
        return ListSection().as_rules(name, formats, home, 0, named=False)
    return settings.lists[name].as_rules(name, formats, home, settings.max_age_days(name))


def configured_lists(settings: Settings) -> Mapping[str, ListRules]:
    """The rules of every list that the configuration names, by name."""
    return {name: list_rules(settings, name) for name in settings.lists}
