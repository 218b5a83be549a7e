"""The operation `consent_import`: begins the import of a file of consents, or a look at what would come of it."""

from collections.abc import Mapping
from pathlib import Path

from gatekeeper.control.server import Operation
from gatekeeper.daemon.import_jobs import ImportJobs
from gatekeeper.daemon.operations.fields import fields_of
from gatekeeper.intake.asked import CONSENT_FIELDS
from gatekeeper.intake.import_process import ImportWork
from gatekeeper.intake.uploads import uploaded_file


def consent_import(jobs: ImportJobs, data_dir: Path) -> Operation:
    """The operation.

    `{"op": "consent_import", "path": "...", "zone": "Europe/Paris", "by": "Anna"}` gives `{"job": ...}`.
    """

    async def answer(asked: Mapping[str, str]) -> Mapping[str, object]:
        given = fields_of(asked, ("path", "zone", "by"), CONSENT_FIELDS)
        file = uploaded_file(data_dir, given.pop("path"))
        return {"job": jobs.begin(ImportWork.CONSENTS, "", str(file), given)}

    return answer
