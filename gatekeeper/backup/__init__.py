"""Backups: copies of lists, journal and consents while they are in use, and how they are put back."""

from gatekeeper.backup.make import BackupReport, make_backup
from gatekeeper.backup.restore import RestoreReport, restore_backup
from gatekeeper.backup.verify import verified

__all__ = ["BackupReport", "RestoreReport", "make_backup", "restore_backup", "verified"]
