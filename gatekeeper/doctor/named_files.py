"""Files that the configuration names, certificates and keys: they have to be there, and to hold what they are for.

`gatekeeper config check` looks at them, and so does `gatekeeper doctor`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from gatekeeper.config import Settings
from gatekeeper.config.field_types import PEM
from gatekeeper.doctor.findings import CheckFinding, failed, said, warning
from gatekeeper.site import SiteTree

_BEGINS: Final = b"-----BEGIN "
"""How a text of PEM begins (RFC 7468, 2)."""


def named_files(settings: Settings, tree: SiteTree) -> Iterator[CheckFinding]:
    """What is wrong with them: one is not there, or has no PEM in it."""
    for key, path in _named(settings, ()):
        try:
            content = tree.real(Path(path)).read_bytes()
        except PermissionError:
            yield warning(
                said(
                    "{key} = {path} can't be read by this user",
                    "{key} = {path} n'est pas lisible ici",
                    key=key,
                    path=path,
                ),
                said(
                    "run this as root, or as the daemon's user", "exécutez ceci en root ou comme l'utilisateur du démon"
                ),
                str(settings.file or ""),
            )
        except OSError as error:
            yield failed(
                said(
                    "{key} names {path}, which can't be read: {why}",
                    "{key} désigne {path}, qui ne se lit pas : {why}",
                    key=key,
                    path=path,
                    why=error.strerror,
                ),
                said(
                    'put the file there, name the one that is meant, or set {key} = ""',
                    'mettez-y le fichier, indiquez le bon, ou écrivez {key} = ""',
                    key=key.rpartition(".")[2],
                ),
                str(settings.file or ""),
            )
        else:
            if _BEGINS not in content:
                yield failed(
                    said(
                        "{key} names {path}, which holds no PEM",
                        "{key} désigne {path}, qui ne contient pas de PEM",
                        key=key,
                        path=path,
                    ),
                    said(
                        "convert it (`openssl x509 -inform der`, `openssl pkey -inform der`), or name the right file",
                        "convertissez-le (`openssl x509 -inform der`, `openssl pkey -inform der`), ou indiquez le bon",
                    ),
                    str(settings.file or ""),
                )


def _named(table: BaseModel, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every key that names such a file, with its value."""
    for name, field in type(table).model_fields.items():
        value: Any = getattr(table, name)
        if isinstance(value, BaseModel):
            yield from _named(value, (*path, name))
        elif isinstance(value, dict):
            for one, below in value.items():
                if isinstance(below, BaseModel):
                    yield from _named(below, (*path, name, one))
        elif PEM in field.metadata and value:
            yield ".".join((*path, name)), value
