"""The operation `list_rollback`: begins to put an older version of a list in force again."""

from collections.abc import Mapping

from gatekeeper.control.server import Operation
from gatekeeper.daemon.import_jobs import ImportJobs
from gatekeeper.daemon.operations.fields import fields_of
from gatekeeper.intake.asked import ROLLBACK_FIELDS
from gatekeeper.intake.import_process import ImportWork


def list_rollback(jobs: ImportJobs) -> Operation:
    """The operation: `{"op": "list_rollback", "list": "bloctel", "version": "11", "by": "Anna"}` gives `{"job": ...}`.

    The older version's file is read whole before it counts, which may take longer than an answer may.
    """

    async def answer(asked: Mapping[str, str]) -> Mapping[str, object]:
        given = fields_of(asked, ("list", "by"), ROLLBACK_FIELDS)
        return {"job": jobs.begin(ImportWork.ROLLBACK, given.pop("list"), "", given)}

    return answer
