"""The folder of uploads: where the desk puts what a person delivers, and where alone the daemon takes it from."""

from pathlib import Path

from gatekeeper.errors import ProtocolError
from gatekeeper.translation import phrase


def uploads_folder(data_dir: Path) -> Path:
    """The folder. Each upload has a folder of its own in it."""
    return data_dir / "desk" / "uploads"


def uploaded_file(data_dir: Path, path: str) -> Path:
    """A file that the desk has put there.

    Whoever may ask the daemon could else have it read any file that it can: what is outside is refused, as is a link.

    Raises:
        ProtocolError: it is none.
    """
    folder = uploads_folder(data_dir).resolve()
    file = Path(path)
    try:
        right = file.is_absolute() and not file.is_symlink() and file.is_file()
        right = right and file.resolve().parent.parent == folder
    except (OSError, ValueError):  # a null byte, a name that is too long
        right = False
    if not right:
        raise ProtocolError(phrase("path is a file in a folder of its own below {folder}, and no link", folder=folder))
    return file
