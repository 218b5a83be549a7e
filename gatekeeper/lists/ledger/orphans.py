"""Orphaned files: removes what killed imports left behind, and the files of versions that are no longer kept."""

from pathlib import Path

from sqlalchemy import Engine, select

from gatekeeper.lists.paths import Layout, version_of
from gatekeeper.lists.tables import lists, versions
from gatekeeper.storage import translated


def sweep(engine: Engine, layout: Layout, name: str) -> list[Path]:
    """Remove the files in a list's folder that no version refers to. The list's import lock must be held.

    Returns:
        What was removed.
    """
    folder = layout.folder(name)
    with translated(folder):
        if not folder.is_dir():
            return []
        with engine.connect() as connection:
            known = set(
                connection.execute(
                    select(versions.c.version)
                    .join(lists, lists.c.id == versions.c.list_id)
                    .where(lists.c.name == name, versions.c.kept == 1)
                ).scalars()
            )
        orphans = [path for path in folder.iterdir() if _is_orphan(path, known)]
        for path in orphans:
            path.unlink(missing_ok=True)
    return orphans


def _is_orphan(path: Path, known: set[int]) -> bool:
    if path.name.startswith(".") and path.name.endswith(".part"):
        return True
    version = version_of(path)
    return version is not None and version not in known
