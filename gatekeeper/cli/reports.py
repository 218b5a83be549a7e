"""Reports of `gatekeeper list import`: shows what an import did, or what it would do."""

from typing import TYPE_CHECKING

from gatekeeper.cli.import_done import done, would_be_done
from gatekeeper.cli.output import say, say_counts
from gatekeeper.phone import display
from gatekeeper.translation import counted, phrase

if TYPE_CHECKING:
    from gatekeeper.lists import ImportReport


def show(report: "ImportReport", *, dry_run: bool, numbers: bool) -> None:
    """The report for people; with people's numbers only where they are asked for."""
    say(would_be_done(report) if dry_run else done(report))
    say_counts(_counts(report))
    if report.rejects_file:
        say(phrase("  rejected lines are in {path}", path=report.rejects_file))
    if report.lapsed:
        say(
            counted(
                "  {count:,} number that was removed by hand is in the file, and so on the list again",
                "  {count:,} numbers that were removed by hand are in the file, and so on the list again",
                report.lapsed,
            )
        )
    for warning in report.warnings:
        said = phrase("; --accept imports it all the same") if dry_run else phrase("; accepted")
        say(phrase("  LOOK: {warning}", warning=warning) + said)
    for text in report.notes:
        say(phrase("  NOTE: {text}", text=text))
    if report.passed_over:
        from gatekeeper.text import escaped

        _say_fact(phrase("not read"), ", ".join(escaped(name) for name in report.passed_over))
    if dry_run or numbers:
        _samples(report, numbers=numbers)
    _say_fact(phrase("read as"), _how(report))
    _say_fact("SHA-256", report.sha256)


def _say_fact(label: str, value: str) -> None:
    say(f"  {label:<11} {value}")


def _counts(report: "ImportReport") -> list[tuple[str, int]]:
    rows = [
        (phrase("lines read"), report.read),
        (phrase("imported"), report.imported),
        (phrase("duplicates"), report.duplicates),
        (phrase("rejected"), report.rejected),
    ]
    if report.kind == "wash":
        rows += [(phrase("may be called"), report.cleared), (phrase("marked"), report.imported - report.cleared)]
    if report.added is not None and report.dropped is not None and report.unchanged is not None:
        # Of a wash list these are the marked numbers.
        rows += [(phrase("on the list"), report.count), (phrase("new"), report.added), (phrase("gone"), report.dropped)]
        rows += [(phrase("unchanged"), report.unchanged)]
    return rows


def _samples(report: "ImportReport", *, numbers: bool) -> None:
    from gatekeeper.text import escaped

    for sample in report.samples:
        where = phrase("line {line}", line=sample.line)
        if sample.part:
            where = f"{escaped(sample.part)}, {where}"
        text = phrase(": {text}", text=escaped(sample.text)) if numbers else ""
        say(phrase("  rejected: {where}: {why}", where=where, why=sample.reason) + text)
    if numbers:
        for label, some in ((phrase("new"), report.added_sample), (phrase("gone"), report.dropped_sample)):
            if some:
                say(phrase("  {label}: {names}", label=label, names=", ".join(display(number) for number in some)))


def _how(report: "ImportReport") -> str:
    """How the file was understood, for people to see whether that is right."""
    heading = phrase("with a heading") if report.headers else phrase("without a heading")
    if not report.delimiter:
        return phrase("one column, {heading}, {encoding}", heading=heading, encoding=report.encoding)
    return phrase(
        "columns by {delimiter}, numbers in column {column}, {heading}, {encoding}",
        delimiter=phrase("tab") if report.delimiter == "\t" else report.delimiter,
        column=report.column,
        heading=heading,
        encoding=report.encoding,
    )
