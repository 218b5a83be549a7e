"""The operation `consent_import`: begins the import of a file of consents, or a look at what would come of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gatekeeper.control.server import Operation
from gatekeeper.daemon.import_jobs import ImportJobs
from gatekeeper.daemon.operations.fields import check_fields, needed
from gatekeeper.intake.asked import CONSENT_FIELDS
from gatekeeper.intake.import_process import ImportWork
from gatekeeper.intake.uploads import uploaded_file

OPERATION: Final = "consent_import"
"""The operation's name."""


def consent_import_operation(jobs: ImportJobs, data_dir: Path) -> Operation:
    """`{"op": "consent_import", "path": "...", "zone": "Europe/Paris", "by": "anna", "note": "from the CRM"}`.

    With `"dry_run": "yes"` it only looks. The answer's `job` is what the operation `job` is asked with.

    Args:
        jobs: makes imports.
        data_dir: the data folder, in which uploads are.
    """

    async def answer(asked: Mapping[str, str]) -> Mapping[str, object]:
        check_fields(asked, CONSENT_FIELDS | {"path"})
        needed(asked, "zone")
        file = uploaded_file(data_dir, needed(asked, "path"))
        return {"job": jobs.begin(ImportWork.CONSENTS, "", str(file), asked)}

    return answer
