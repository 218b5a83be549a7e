"""Imports as programs see them: how far one is, what it found or did, and why a file is refused, line by line."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from gatekeeper.api.bodies import Body
from gatekeeper.api.description import ProblemOut
from gatekeeper.api.problem import FILE, IMPORT_FAILED, IMPORT_UNKNOWN, ApiProblem, FieldFault, without_folders
from gatekeeper.journal.export import moment
from gatekeeper.uploads.importing import ImportGoal
from gatekeeper.uploads.store import Upload
from gatekeeper.uploads.work import UNKNOWN, DeskWork

ImportState = Literal["looking", "looked", "importing", "imported", "refused", "failed"]

RUNNING: Final = frozenset({"looking", "importing"})
"""States after which another one comes by itself."""

_RIGHT: Final = {
    "list": "Each line has one complete number, in its country's spelling or like +33612345678.",
    "consents": "Each record has a number or a contact, and when its consent was given, like 2026-08-20T10:00.",
}


class FileLine(Body):
    """A line of a file that can't be used, without what stands there."""

    file: str = Field(description="Which file; of a zip, its member.")
    line: int = Field(description="Counted from 1.")
    detail: str = Field(description="Why.")


class ImportReportOut(BaseModel):
    """What a look found, or an import did."""

    read: int = Field(description="Lines or records of the file.")
    taken: int = Field(description="Of them: numbers, or consents, that are taken over.")
    duplicates: int = Field(description="Of them: those whose number another line has.")
    rejected: int = Field(description="Of them: those that can't be used.")
    incomplete: int = Field(description="Of consents that are taken: those that lack something, and never count.")
    before: int | None = Field(description="Numbers on the list before.")
    after: int | None = Field(description="Numbers on the list after.")
    added: int | None = Field(description="Numbers that are new.")
    dropped: int | None = Field(description="Numbers that go.")
    cleared: int = Field(description="Of what a registry washed: numbers that may be called.")
    lapsed: int = Field(description="Removals by hand that end, because the file has the number again.")
    version: int | None = Field(description="The version that the import put in force.")
    source_date: str | None = Field(description="Of when the file is.")
    sha256: str = Field(description="Of the file.")
    warnings: list[str] = Field(description="What somebody has to look at before it is imported with `accept`.")
    notes: list[str] = Field(description="How it was read.")
    rejected_lines: list[FileLine] = Field(description="Some of those that are rejected.")


class ImportOut(BaseModel):
    """An import, from the file's arrival to its end."""

    id: str
    list: str = Field(description="The list; empty for the consent ledger.")
    file: str = Field(description="What the file is called.")
    size: int = Field(description="In bytes.")
    state: ImportState = Field(
        description="`looking`, then `looked`: nothing is changed yet. `importing`, then `imported`. `refused`: the "
        "file is at fault. `failed`: something else is. In both nothing was changed, unless the problem is "
        "`import-unknown`."
    )
    phase: str = Field(description="What it is at: `reading`, `storing`, `activating`.")
    done: int = Field(description="How much of that is done.")
    total: int = Field(description="Of how much; 0 where that is not known.")
    report: ImportReportOut | None
    problem: ProblemOut | None = Field(description="Why it is refused, or failed.")


def state_of(upload: Upload) -> ImportState:
    """How far an import is."""
    work = upload.done or upload.look
    if work is None or work.running:
        return "importing" if upload.done else "looking"
    if work.state == "done":
        return "imported" if upload.done else "looked"
    return "refused" if work.state == "refused" else "failed"


def import_fields(upload: Upload) -> dict[str, Any]:
    """An import, as `ImportOut` has it."""
    work = upload.done or upload.look or DeskWork()
    state = state_of(upload)
    problem = problem_of_import(upload)
    return {
        "id": upload.token,
        "list": ImportGoal.of(upload).list,
        "file": upload.name,
        "size": upload.size,
        "state": state,
        "phase": work.phase,
        "done": work.far[0],
        "total": work.far[1],
        "report": _report(upload, work.report) if state in {"looked", "imported"} else None,
        "problem": None if problem is None else {"errors": [], **problem.body()},
    }


def problem_of_import(upload: Upload) -> ApiProblem | None:
    """Why a file is refused, or nothing could be done with it; None where that is not so."""
    work, state = upload.done or upload.look, state_of(upload)
    if work is None or state not in {"refused", "failed"}:
        return None
    text, kept = work.text, work.report.get("rejects_file")
    if kept:
        text = text.replace(str(kept), "`errors`")
    text = _named(upload, text)
    if state == "failed":
        failed = IMPORT_UNKNOWN if work.report.get(UNKNOWN) else IMPORT_FAILED
        return failed._replace(detail=without_folders(text), headers=(("retry-after", "5"),))
    looked = upload.look.report if upload.look else {}
    faults = _faults(upload, work.report.get("samples") or looked.get("samples") or ())
    right = _RIGHT["list" if ImportGoal.of(upload).list else "consents"] if faults else ""
    return FILE._replace(detail=" ".join(filter(None, (f"{text.rstrip('.')}.", right))), faults=tuple(faults))


def _report(upload: Upload, said: Mapping[str, Any]) -> dict[str, Any]:
    goal, at = ImportGoal.of(upload), said.get("source_date")
    return {
        "read": said["read"],
        "taken": said["imported"] if goal.list else said["taken"],
        "duplicates": said.get("duplicates", 0),
        "rejected": said["rejected"],
        "incomplete": said.get("void", 0),
        "before": said.get("before"),
        "after": said.get("count"),
        "added": said.get("added"),
        "dropped": said.get("dropped"),
        "cleared": said.get("cleared", 0),
        "lapsed": said.get("lapsed", 0),
        "version": said.get("version") or None,
        "source_date": None if at is None else moment(at),
        "sha256": said["sha256"],
        "warnings": [_named(upload, one) for one in said.get("warnings", ())],
        "notes": [_named(upload, one) for one in said.get("notes", ())],
        "rejected_lines": [
            {"file": one.file, "line": one.line, "detail": one.detail}
            for one in _faults(upload, said.get("samples") or ())
        ],
    }


def _named(upload: Upload, text: str) -> str:
    """A text about a file, by the name that its owner knows."""
    return text.replace(upload.file.name, upload.name)


def _faults(upload: Upload, samples: Sequence[Mapping[str, Any]]) -> list[FieldFault]:
    return [
        FieldFault("", str(one["reason"]), one.get("part") or upload.name, int(one["line"]), one.get("key", ""))
        for one in samples
    ]
