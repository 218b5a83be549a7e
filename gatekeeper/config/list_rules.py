"""The lists of the configuration as use cases take them. Brings SQLAlchemy in, which some commands do without."""

from collections.abc import Mapping

from gatekeeper.config.sections.lists import ListSection
from gatekeeper.config.settings import Settings
from gatekeeper.intake.rules import LONGEST_DAYS, ListRules
from gatekeeper.lists import ListKind


def list_rules(settings: Settings, name: str) -> ListRules:
    """What the configuration lays down of a list, or of one that it does not name."""
    there = name in settings.lists
    section = settings.lists[name] if there else ListSection()
    return ListRules(
        name,
        ListKind(section.kind) if there else None,
        section.title,
        section.format,
        section.inbox,
        section.changes,
        section.changes_format,
        settings.list_formats,
        country=settings.phone.home,
        hold_days=(settings.max_age_days(name) if there else 0) or LONGEST_DAYS,
        max_shrink=section.max_shrink / 100 or None,
        max_growth=section.max_growth / 100 or None,
        keep_versions=section.keep_versions,
        keep_raw=section.keep_raw,
    )


def configured_lists(settings: Settings) -> Mapping[str, ListRules]:
    """The rules of every list that the configuration names, by name."""
    return {name: list_rules(settings, name) for name in settings.lists}
