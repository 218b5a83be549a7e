"""Reports of `gatekeeper list import`: shows what an import did, or what it would do."""

from typing import TYPE_CHECKING

from gatekeeper.cli.output import count, say
from gatekeeper.phone import display

if TYPE_CHECKING:
    from gatekeeper.lists import ImportReport


def show(report: "ImportReport", *, dry_run: bool, numbers: bool) -> None:
    """The report for people; with people's numbers only where they are asked for."""
    done = "would be imported; nothing was changed" if dry_run else f"imported; version {report.version} is in force"
    say(f"{report.list}: {count(report.imported)} {_what(report)} {done} ({report.seconds:.1f} s)")
    for label, value in _counts(report):
        say(f"  {label:<12}{count(value):>14}")
    if report.rejects_file:
        say(f"  rejected lines are in {report.rejects_file}")
    if report.lapsed:
        say(f"  {count(report.lapsed)} numbers that were removed by hand are in the file, and so on the list again")
    for warning in report.warnings:
        say(f"  LOOK: {warning}" + ("; --accept imports it all the same" if dry_run else "; accepted"))
    for text in report.notes:
        say(f"  NOTE: {text}")
    if report.passed_over:
        from gatekeeper.text import escaped

        say(f"  not read    {', '.join(escaped(name) for name in report.passed_over)}")
    if dry_run or numbers:
        _samples(report, numbers=numbers)
    say(f"  read as     {_how(report)}")
    say(f"  SHA-256     {report.sha256}")


def _what(report: "ImportReport") -> str:
    return {"contract": "contracts", "wash": "answers", "delta": "changes"}.get(report.kind, "numbers")


def _counts(report: "ImportReport") -> list[tuple[str, int]]:
    rows = [
        ("lines read", report.read),
        ("imported", report.imported),
        ("duplicates", report.duplicates),
        ("rejected", report.rejected),
    ]
    if report.kind == "wash":
        rows += [("may be called", report.cleared), ("marked", report.imported - report.cleared)]
    if report.added is not None and report.dropped is not None and report.unchanged is not None:
        # Of a wash list these are the marked numbers.
        rows += [("on the list", report.count), ("new", report.added), ("gone", report.dropped)]
        rows += [("unchanged", report.unchanged)]
    return rows


def _samples(report: "ImportReport", *, numbers: bool) -> None:
    from gatekeeper.text import escaped

    for sample in report.samples:
        where = f"{escaped(sample.part)}, line {sample.line}" if sample.part else f"line {sample.line}"
        say(f"  rejected: {where}: {sample.reason}" + (f": {escaped(sample.text)}" if numbers else ""))
    if numbers:
        for label, some in (("new", report.added_sample), ("gone", report.dropped_sample)):
            if some:
                say(f"  {label}: {', '.join(display(number) for number in some)}")


def _how(report: "ImportReport") -> str:
    """How the file was understood, for people to see whether that is right."""
    delimiter = {"": "one column", "\t": "columns by tab"}.get(report.delimiter, f"columns by {report.delimiter}")
    which = "" if not report.delimiter else f", numbers in column {report.column}"
    heading = "with a heading" if report.headers else "without a heading"
    return f"{delimiter}{which}, {heading}, {report.encoding}"
