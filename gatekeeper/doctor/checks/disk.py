"""Check of the disk: there is room for the journal, and for an import."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gatekeeper.doctor.findings import CheckFinding, failed, said, warning
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.words import Sentence

LITTLE_BYTES: Final = 200 * 1024 * 1024
"""Less is used up by some hundred thousand calls (0.3 to 0.7 GB a million), or by one import."""

FEW_BYTES: Final = 1024 * 1024 * 1024
"""Less ought to be seen to."""

_FEW_FILES: Final = 1000


def _look(at: Installation) -> Iterator[CheckFinding]:
    folder = next((one for one in (at.data_dir, *at.data_dir.parents) if one.exists()), Path("/"))
    found = os.statvfs(folder)
    free = found.f_bavail * found.f_frsize
    says = said(
        "{free} MB are free below {folder}; where there are none, every call is refused",
        "{free} Mo libres sous {folder} ; s'il n'y en a plus, tout appel est refusé",
        free=free // 2**20,
        folder=folder,
    )
    remedy = said(
        "make room below {folder}: old files of the inbox, versions of lists (keep_versions), other programs' files; "
        "or "
        "give it a larger disk",
        "faites de la place sous {folder} : anciens fichiers du dossier d'arrivée, versions de listes (keep_versions), "
        "fichiers d'autres programmes ; ou agrandissez le disque",
        folder=folder,
    )
    if free < LITTLE_BYTES:
        yield failed(says, remedy)
    elif free < FEW_BYTES:
        yield warning(says, remedy)
    if found.f_files > 0 and found.f_favail < _FEW_FILES:
        yield failed(
            said(
                "files that can still be made below {folder}: {number}",
                "fichiers qui peuvent encore être créés sous {folder} : {number}",
                number=found.f_favail,
                folder=folder,
            ),
            remedy,
        )


CHECK = HealthCheck(
    "disk",
    Sentence("room on the disk", "la place sur le disque"),
    (CheckNeed.SETTINGS,),
    _look,
    Sentence("enough", "suffisante"),
)
