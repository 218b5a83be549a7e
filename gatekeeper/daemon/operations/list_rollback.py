"""The operation `list_rollback`: begins to put an older version of a list in force again."""

from collections.abc import Mapping
from typing import Final

from gatekeeper.control.server import Operation
from gatekeeper.daemon.import_jobs import ImportJobs
from gatekeeper.daemon.operations.fields import check_fields, needed
from gatekeeper.intake.asked import ROLLBACK_FIELDS
from gatekeeper.intake.import_process import ImportWork

OPERATION: Final = "list_rollback"
"""The operation's name."""


def list_rollback_operation(jobs: ImportJobs) -> Operation:
    """`{"op": "list_rollback", "list": "bloctel", "version": "11", "by": "anna", "note": "12 was cut off"}`.

    The older version's file is read whole before it counts, which may take longer than an answer may: the answer's
    `job` is what the operation `job` is asked with.

    Args:
        jobs: makes it.
    """

    async def answer(asked: Mapping[str, str]) -> Mapping[str, object]:
        check_fields(asked, ROLLBACK_FIELDS | {"list"})
        return {"job": jobs.begin(ImportWork.ROLLBACK, needed(asked, "list"), "", asked)}

    return answer
