"""Checks of `[scrubs.NAME]`, made when the configuration is read, not in the night when a scrub is due."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gatekeeper.config.problems import Problem
from gatekeeper.config.schema import closest
from gatekeeper.contacts.address import is_database
from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.config.settings import Settings

_OF_TABLES = ("table", "key", "where", "mark", "drop_numbers")


def scrub_problems(settings: "Settings") -> Iterator[Problem]:
    """Everything that is wrong with the scheduled scrubs."""
    for name, section in settings.scrubs.items():
        key = ("scrubs", name)
        contacts = section.contacts.get_secret_value()
        in_database = is_database(contacts)
        if not contacts:
            missing = phrase("is missing: name the file by its absolute path, or the database")
            yield Problem((*key, "contacts"), missing, secret=True)
        elif not in_database and not contacts.startswith("/"):
            # Not shown: what looks like no address may be one that was mistyped, password and all.
            yield Problem(
                (*key, "contacts"), phrase("must be the absolute path of a file, or a database (mysql://...)")
            )
        if in_database and not section.table:
            yield Problem((*key, "table"), phrase("is missing: name the table of the database"))
        for setting in _OF_TABLES:
            if not in_database and contacts and getattr(section, setting):
                yield Problem((*key, setting), phrase("is for databases, and the contacts are a file: take it out"))
        column, equals, _ = section.mark.partition("=")
        if section.mark and not (column and equals):
            yield Problem(
                (*key, "mark"), phrase('is "{mark}"; it must be COLUMN=VALUE, such as "status=DNC"', mark=section.mark)
            )
        if section.campaign and section.campaign not in settings.campaigns:
            meant = closest(section.campaign, list(settings.campaigns))
            hint = phrase('Did you mean "{meant}"? ', meant=meant) if meant else ""
            yield Problem(
                (*key, "campaign"),
                phrase(
                    'names the campaign "{campaign}", which is not configured. {hint}Add a table '
                    "[campaigns.{campaign}]",
                    campaign=section.campaign,
                    hint=hint,
                ),
            )
        if section.at_most_days < section.every_days:
            yield Problem(
                (*key, "at_most_days"),
                phrase(
                    "is {at_most_days}, less than every_days ({every_days}): it would be overdue before it is due",
                    at_most_days=section.at_most_days,
                    every_days=section.every_days,
                ),
            )
