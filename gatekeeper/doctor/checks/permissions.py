"""Check of permissions: the daemon can read its configuration and owns its data, which nobody else reads."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from gatekeeper.doctor.file_access import FileReader, all_below, hinders_reading, open_to_others, owner_of
from gatekeeper.doctor.findings import CheckFinding, failed, said, skipped, warning
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.names import socket_group
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.words import Sentence


def _look(at: Installation) -> Iterator[CheckFinding]:
    folder = at.data_dir
    if not folder.is_dir():
        yield skipped(said("{folder} does not exist", "{folder} n'existe pas", folder=folder))
        return
    daemon = owner_of(folder)
    if at.settings.file is not None:
        yield from _readable(at.settings.file.absolute(), daemon)
    yield from socket_group(at.settings, at.tree)
    yield from _owned(folder, daemon)
    yield from _private(folder)


def _readable(file: Path, daemon: FileReader) -> Iterator[CheckFinding]:
    obstacle = hinders_reading(file, daemon)
    if obstacle is not None:
        named = shlex.quote(str(obstacle))
        mode = "750" if obstacle != file else "640"
        yield failed(
            said(
                "{daemon}, whose the data folder is, can't read {file} because of {obstacle}: the daemon does not "
                "start again",
                "{daemon}, à qui est le dossier de données, ne peut pas lire {file} à cause de {obstacle} : le démon "
                "ne "
                "redémarrera pas",
                daemon=daemon.name,
                file=file,
                obstacle=obstacle,
            ),
            said(
                "chgrp {daemon} {named} && chmod {mode} {named}",
                "chgrp {daemon} {named} && chmod {mode} {named}",
                daemon=daemon.name,
                named=named,
                mode=mode,
            ),
            str(obstacle),
        )


def _owned(folder: Path, daemon: FileReader) -> Iterator[CheckFinding]:
    foreign = [path for path in all_below(folder) if path.lstat().st_uid != daemon.uid]
    if foreign and daemon.uid != 0:
        yield failed(
            said(
                "what lies in the data folder is not all {daemon}'s: calls are refused with GATE_ERROR. Not "
                "{daemon}'s: {count}, {first} among them",
                "le contenu du dossier de données n'est pas tout à {daemon} : les appels sont refusés avec GATE_ERROR. "
                "Pas à {daemon} : {count}, dont {first}",
                count=len(foreign),
                daemon=daemon.name,
                first=foreign[0],
            ),
            said(
                "chown -R {daemon}: {folder}",
                "chown -R {daemon}: {folder}",
                daemon=daemon.name,
                folder=shlex.quote(str(folder)),
            ),
            str(foreign[0]),
        )


def _private(folder: Path) -> Iterator[CheckFinding]:
    if not open_to_others(folder):
        return  # nobody comes to what is in it
    exposed = [path for path in all_below(folder) if path.is_file() and open_to_others(path)]
    if exposed:
        yield failed(
            said(
                "every user of this machine can read files with people's numbers: {count}, {first} among them",
                "tout utilisateur de cette machine peut lire des fichiers contenant des numéros : {count}, dont "
                "{first}",
                count=len(exposed),
                first=exposed[0],
            ),
            said("chmod -R o= {folder}", "chmod -R o= {folder}", folder=shlex.quote(str(folder))),
            str(exposed[0]),
        )
    else:
        yield warning(
            said(
                "every user of this machine can look into {folder}",
                "tout utilisateur de cette machine peut regarder dans {folder}",
                folder=folder,
            ),
            said("chmod o= {folder}", "chmod o= {folder}", folder=shlex.quote(str(folder))),
            str(folder),
        )


CHECK = HealthCheck(
    "permissions",
    Sentence("owners and permissions", "les propriétaires et les droits"),
    (CheckNeed.SETTINGS,),
    _look,
    Sentence("the daemon's, and nobody else's", "ceux du démon, et de lui seul"),
)
