"""The operation `list_import`: begins the import of a file into a list, or a look at what would come of it."""

from collections.abc import Mapping
from pathlib import Path

from gatekeeper.control.server import Operation
from gatekeeper.daemon.import_jobs import ImportJobs
from gatekeeper.daemon.operations.fields import fields_of
from gatekeeper.intake.asked import LIST_FIELDS
from gatekeeper.intake.import_process import ImportWork
from gatekeeper.intake.uploads import uploaded_file


def list_import(jobs: ImportJobs, data_dir: Path) -> Operation:
    """The operation.

    `{"op": "list_import", "list": "bloctel", "path": "...", "by": "Anna"}` gives `{"job": ...}`.
    """

    async def answer(asked: Mapping[str, str]) -> Mapping[str, object]:
        given = fields_of(asked, ("list", "path", "by"), LIST_FIELDS)
        file = uploaded_file(data_dir, given.pop("path"))
        return {"job": jobs.begin(ImportWork.LIST, given.pop("list"), str(file), given)}

    return answer
