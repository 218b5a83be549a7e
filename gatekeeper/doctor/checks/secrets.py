"""Check of the secrets: who may not know them can't read the files that they stand in."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from gatekeeper.doctor.file_access import open_to_others
from gatekeeper.doctor.findings import CheckFinding, failed, said
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.site.conf import ConfLine
from gatekeeper.words import Sentence


def _look(at: Installation) -> Iterator[CheckFinding]:
    for file in dict.fromkeys(_files(at)):
        if file.exists() and open_to_others(file):
            yield failed(
                said(
                    "{file} has a secret, and every user of this machine can read it",
                    "{file} contient un secret, et tout utilisateur de cette machine peut le lire",
                    file=file,
                ),
                said(
                    "chmod o= {file}; then change the secret, for somebody may have read it",
                    "chmod o= {file} ; puis changez le secret : quelqu'un a pu le lire",
                    file=shlex.quote(str(file)),
                ),
                str(file),
            )


def _files(at: Installation) -> Iterator[Path]:
    yield at.environment
    settings = at.settings
    if settings.file is not None and _has_secret(settings.file):
        yield settings.file
    if settings.ami_proxy.certificate_key:
        yield Path(settings.ami_proxy.certificate_key)
    if at.has(CheckNeed.SITE):
        for file in at.site.manager.conf.files:
            if any(line.key.lower() == "secret" and line.file == file for line in _lines(at)):
                yield at.site.tree.real(file)


def _has_secret(file: Path) -> bool:
    """Whether a secret stands in the configuration itself."""
    text = file.read_text(encoding="utf-8", errors="replace")
    return any(
        line.partition("=")[0].strip() in ("secret", "password", "contacts")
        for line in text.splitlines()
        if not line.lstrip().startswith("#") and line.partition("=")[2].strip() not in ("", '""')
    )


def _lines(at: Installation) -> list[ConfLine]:
    return [line for section in at.site.manager.conf.sections for line in section.own]


CHECK = HealthCheck(
    "secrets",
    Sentence("the files with secrets", "les fichiers contenant des secrets"),
    (CheckNeed.SETTINGS,),
    _look,
    Sentence("nobody else can read them", "personne d'autre ne peut les lire"),
)
