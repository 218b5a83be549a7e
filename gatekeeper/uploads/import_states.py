"""States of imports, each in a small file of its own: what was begun is known after the desk was started anew."""

import contextlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from gatekeeper.ownership import PRIVATE, make_folder, open_new
from gatekeeper.uploads.store import HOLD_S, Upload
from gatekeeper.uploads.work import DeskWork

_FOLDER_MODE: Final = 0o700


class ImportStates:
    """The files. No method raises an error: without them, less is known.

    Args:
        folder: where they are.
        uploads: where the files are that were delivered.
    """

    def __init__(self, folder: Path, uploads: Path) -> None:
        self._folder = folder
        self._uploads = uploads

    def write(self, upload: Upload) -> None:
        """Write down how far the import of a file is."""
        fields = {
            "token": upload.token,
            "owner": upload.owner,
            "purpose": upload.purpose,
            "file": upload.file.name,
            "name": upload.name,
            "size": upload.size,
            "said": dict(upload.said),
            "used": upload.used,
            "look": _work_fields(upload.look),
            "done": _work_fields(upload.done),
        }
        path = self._folder / f"{upload.token}.json"
        with contextlib.suppress(OSError):
            make_folder(self._folder, _FOLDER_MODE)
            with open_new(path.with_suffix(".part"), PRIVATE) as file:
                file.write(json.dumps(fields, default=str).encode())
            path.with_suffix(".part").replace(path)

    def forget(self, upload: Upload) -> None:
        """Remove that of a file."""
        with contextlib.suppress(OSError):
            (self._folder / f"{upload.token}.json").unlink(missing_ok=True)

    def read(self) -> list[Upload]:
        """The files that were delivered within the last hour, with how far their imports were."""
        found = []
        for path in sorted(self._folder.glob("*.json")) if self._folder.is_dir() else ():
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                if path.stat().st_mtime + HOLD_S < time.time():
                    path.unlink()
                    continue
                found.append(self._upload(path.stem, json.loads(path.read_bytes())))
        return found

    def _upload(self, token: str, fields: Mapping[str, Any]) -> Upload:
        file = self._uploads / token / Path(str(fields["file"])).name
        return Upload(
            token,
            str(fields["owner"]),
            str(fields["purpose"]),
            file,
            str(fields["name"]),
            int(fields["size"]),
            dict(fields["said"]),
            _work_of(fields["look"]),
            _work_of(fields["done"]),
            used=bool(fields["used"]) or not file.is_file(),
        )


def _work_fields(work: DeskWork | None) -> dict[str, object] | None:
    if work is None:
        return None
    return {
        "state": work.state,
        "phase": work.phase,
        "far": work.far,
        "job": work.job,
        "asked": dict(work.asked),
        "begun": work.begun,
        "text": str(work.text),
        "report": dict(work.report),
    }


def _work_of(fields: Mapping[str, Any] | None) -> DeskWork | None:
    if fields is None:
        return None
    done, total = fields["far"]
    work = DeskWork(
        job=str(fields["job"]),
        phase=str(fields["phase"]),
        far=(int(done), int(total)),
        asked={str(name): str(value) for name, value in fields.get("asked", {}).items()},
        begun=int(fields.get("begun", 0)),
    )
    if fields["state"] in {"done", "refused", "failed"}:
        work.end(str(fields["state"]), str(fields["text"]), dict(fields["report"]))
    return work
