"""Storage, shared by the stores: SQLite engines, migrations, durable files, and errors an admin can act on."""

from gatekeeper.storage.files import FileLock, fsync_folder, stamp
from gatekeeper.storage.sqlite.engine import begin_immediate, open_engine, raw_connection
from gatekeeper.storage.sqlite.errors import translate, translated
from gatekeeper.storage.sqlite.migrate import migrate

__all__ = [
    "FileLock",
    "begin_immediate",
    "fsync_folder",
    "migrate",
    "open_engine",
    "raw_connection",
    "stamp",
    "translate",
    "translated",
]
