"""The report of an import as fields, for programs: with people's numbers only where they are asked for."""

from gatekeeper.lists import ImportReport
from gatekeeper.phone import display

_NUMBERS = ("added_sample", "dropped_sample")


def report_fields(report: ImportReport, *, dry_run: bool, numbers: bool) -> dict[str, object]:
    """The report for programs.

    Args:
        report: of the import.
        dry_run: whether nothing was changed.
        numbers: whether people's numbers, and what was rejected, are among the fields.
    """
    fields = report._asdict()
    fields["rejects_file"] = str(report.rejects_file) if report.rejects_file else None
    fields["samples"] = [
        {key: value for key, value in sample._asdict().items() if numbers or key != "text"} for sample in report.samples
    ]
    for name in _NUMBERS:
        fields[name] = [display(number) for number in fields[name]] if numbers else []
    return {**fields, "dry_run": dry_run}
