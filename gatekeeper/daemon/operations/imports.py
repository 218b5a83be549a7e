"""The operations of imports, by name: those that begin one, and the one that tells how far it is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gatekeeper.control.server import Operation
from gatekeeper.daemon.import_jobs import ImportJobs
from gatekeeper.daemon.operations import consent_import, job, list_import, list_rollback
from gatekeeper.daemon.operations.once import OncePerKey

OF_IMPORTS: Final = (list_import.OPERATION, list_rollback.OPERATION, consent_import.OPERATION, job.OPERATION)
"""All of them replace what a registry said of many people at once, or show numbers: who may ask about calls may not."""


def import_operations(jobs: ImportJobs, data_dir: Path) -> Mapping[str, Operation]:
    """The operations.

    Args:
        jobs: makes imports.
        data_dir: the data folder, in which uploads are.
    """
    once = OncePerKey()
    return {
        list_import.OPERATION: once(list_import.list_import_operation(jobs, data_dir)),
        list_rollback.OPERATION: once(list_rollback.list_rollback_operation(jobs)),
        consent_import.OPERATION: once(consent_import.consent_import_operation(jobs, data_dir)),
        job.OPERATION: job.job_operation(jobs),
    }
