"""Sentences of `gatekeeper list import`: what it did with a delivery, or would do, for each kind."""

from typing import TYPE_CHECKING

from gatekeeper.translation import counted

if TYPE_CHECKING:
    from gatekeeper.lists import ImportReport


def done(report: "ImportReport") -> str:
    """What was done."""
    name, count, version, seconds = report.list, report.imported, report.version, report.seconds
    match report.kind:
        case "contract":
            return counted(
                "{list}: {count:,} contract imported; version {version} is in force ({seconds:.1f} s)",
                "{list}: {count:,} contracts imported; version {version} is in force ({seconds:.1f} s)",
                count,
                list=name,
                version=version,
                seconds=seconds,
            )
        case "wash":
            return counted(
                "{list}: {count:,} answer imported; version {version} is in force ({seconds:.1f} s)",
                "{list}: {count:,} answers imported; version {version} is in force ({seconds:.1f} s)",
                count,
                list=name,
                version=version,
                seconds=seconds,
            )
        case "delta":
            return counted(
                "{list}: {count:,} change imported; version {version} is in force ({seconds:.1f} s)",
                "{list}: {count:,} changes imported; version {version} is in force ({seconds:.1f} s)",
                count,
                list=name,
                version=version,
                seconds=seconds,
            )
    return counted(
        "{list}: {count:,} number imported; version {version} is in force ({seconds:.1f} s)",
        "{list}: {count:,} numbers imported; version {version} is in force ({seconds:.1f} s)",
        count,
        list=name,
        version=version,
        seconds=seconds,
    )


def would_be_done(report: "ImportReport") -> str:
    """What would be."""
    name, count, seconds = report.list, report.imported, report.seconds
    match report.kind:
        case "contract":
            return counted(
                "{list}: {count:,} contract would be imported; nothing was changed ({seconds:.1f} s)",
                "{list}: {count:,} contracts would be imported; nothing was changed ({seconds:.1f} s)",
                count,
                list=name,
                seconds=seconds,
            )
        case "wash":
            return counted(
                "{list}: {count:,} answer would be imported; nothing was changed ({seconds:.1f} s)",
                "{list}: {count:,} answers would be imported; nothing was changed ({seconds:.1f} s)",
                count,
                list=name,
                seconds=seconds,
            )
        case "delta":
            return counted(
                "{list}: {count:,} change would be imported; nothing was changed ({seconds:.1f} s)",
                "{list}: {count:,} changes would be imported; nothing was changed ({seconds:.1f} s)",
                count,
                list=name,
                seconds=seconds,
            )
    return counted(
        "{list}: {count:,} number would be imported; nothing was changed ({seconds:.1f} s)",
        "{list}: {count:,} numbers would be imported; nothing was changed ({seconds:.1f} s)",
        count,
        list=name,
        seconds=seconds,
    )
