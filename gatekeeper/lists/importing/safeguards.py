"""Safeguards of imports: limits on how far a list may shrink, grow or go back in time before somebody accepts it."""

from collections.abc import Iterator, Mapping

from gatekeeper.errors import ImportRefused
from gatekeeper.lists.model import ListKind
from gatekeeper.registries.formats.model import SourceKind
from gatekeeper.registries.reading.options import ImportOptions
from gatekeeper.translation import counted, figure, phrase

_MEASURED = 1000
"""Lists of fewer numbers change too much to be measured."""

_SHOWN = 10
"""Columns that an error names."""

CONTRACT = "contract"
"""The kind of source that fills a contract register."""


def source_kind(kind: ListKind, name: str, options: ImportOptions, version: int) -> str:
    """What a delivery is to a list: `full`, `delta`, `wash` or `contract`.

    Args:
        kind: of the list.
        name: of the list.
        options: of the import.
        version: of the list that is in force; 0 for none.

    Raises:
        ImportRefused: such a file can't be imported into such a list.
    """
    given = options.format.kind if options.format is not None else SourceKind.FULL
    shown = (
        phrase("a file of the format {name}", name=options.format.name)
        if options.format is not None
        else phrase("a file of no named format")
    )
    if given is SourceKind.DEPOSIT:
        raise ImportRefused(
            phrase("{shown} is what is sent to be washed: import what comes back; nothing was imported", shown=shown)
        )
    if kind is ListKind.QUERY:
        raise ImportRefused(
            phrase(
                "the list {name} has the answers of a registry that is asked: nothing is imported into it", name=name
            )
        )
    if kind is ListKind.WASH and given is not SourceKind.WASH:
        raise ImportRefused(
            phrase(
                "the list {name} is filled by what a registry returns, and {shown} is none: name the format, such as "
                "bloctel-return; nothing was imported",
                name=name,
                shown=shown,
            )
        )
    if kind is ListKind.CONTRACT:
        if given is not SourceKind.FULL:
            raise ImportRefused(
                phrase(
                    "the list {name} is a contract register, and {shown} is none: nothing was imported",
                    name=name,
                    shown=shown,
                )
            )
        return CONTRACT
    if given is SourceKind.WASH and kind is not ListKind.WASH:
        raise ImportRefused(
            phrase(
                "{shown} says who may be called until when, and the list {name} is of the kind {kind}: configure a "
                'list of the kind "wash" for it; nothing was imported',
                shown=shown,
                name=name,
                kind=kind,
            )
        )
    if given is SourceKind.DELTA and version == 0:
        raise ImportRefused(
            phrase(
                "{shown} says what changed, and the list {name} has no version yet: import the full list first",
                shown=shown,
                name=name,
            )
        )
    return given.value


def strays(found: Mapping[str, int]) -> Iterator[str]:
    """What a person should look at where numbers stand in columns that were not taken.

    Args:
        found: how many, by the column's name.
    """
    total = sum(found.values())
    if total:
        # Of a column with very many not all are counted.
        which = ", ".join(f"{name} ({figure(count)})" for name, count in sorted(found.items())[:_SHOWN])
        if len(found) > 1:
            yield phrase(
                "{count:,} numbers in columns {which} were not taken: say every column that holds numbers (--column, "
                "once for each, or `column` of its format), or the one that does",
                count=total,
                which=which,
            )
            return
        yield counted(
            "{count:,} number in column {which} was not taken: say every column that holds numbers (--column, once for "
            "each, or `column` of its format), or the one that does",
            "{count:,} numbers in column {which} were not taken: say every column that holds numbers (--column, once "
            "for each, or `column` of its format), or the one that does",
            total,
            which=which,
        )


def doubts(options: ImportOptions, before: int, after: int, dates: tuple[int | None, int | None]) -> Iterator[str]:
    """What a person should look at before an import counts.

    Args:
        options: the limits.
        before: numbers in the version in force; 0 for none.
        after: numbers in the new one.
        dates: of the source in force and of the new one, in microseconds since the epoch.
    """
    old, new = dates
    if old is not None and new is not None and new < old:
        yield phrase("the source is older than the one in force")
    if before < _MEASURED:
        return
    change = (after - before) / before
    if options.max_shrink is not None and -change > options.max_shrink:
        yield phrase(
            "the list shrinks by {change:.1%}, from {before:,} to {after:,} (limit {limit:.0%})",
            change=-change,
            before=before,
            after=after,
            limit=options.max_shrink,
        )
    if options.max_growth is not None and change > options.max_growth:
        yield phrase(
            "the list grows by {change:.1%}, from {before:,} to {after:,} (limit {limit:.0%})",
            change=change,
            before=before,
            after=after,
            limit=options.max_growth,
        )
