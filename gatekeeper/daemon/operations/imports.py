"""The operations of imports, by name."""

from collections.abc import Mapping
from pathlib import Path

from gatekeeper.control.server import Operation
from gatekeeper.daemon.import_jobs import ImportJobs
from gatekeeper.daemon.operations.consent_import import consent_import
from gatekeeper.daemon.operations.job import job_state
from gatekeeper.daemon.operations.list_import import list_import
from gatekeeper.daemon.operations.list_rollback import list_rollback


def import_operations(jobs: ImportJobs, data_dir: Path) -> Mapping[str, Operation]:
    """The operations that begin imports, and the one that tells how far they are.

    Args:
        jobs: makes them.
        data_dir: the data folder, in which uploads are.
    """
    return {
        "list_import": list_import(jobs, data_dir),
        "list_rollback": list_rollback(jobs),
        "consent_import": consent_import(jobs, data_dir),
        "job": job_state(jobs),
    }
