"""Check of the shipped dialplan: it is included, as this release ships it, and asks the daemon's port."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gatekeeper.config import Settings
from gatekeeper.doctor.findings import CheckFinding, failed, said, warning
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.errors import InstallError
from gatekeeper.install.files import folder
from gatekeeper.site import AsteriskSite
from gatekeeper.vocabulary import DialplanGlobal
from gatekeeper.words import Sentence

_SHIPPED: Final = {"gatekeeper.conf": "gatekeeper-ask", "gatekeeper-refusal.conf": "gatekeeper-refuse"}
"""By shipped file a context that is in it alone."""

_REQUIRED: Final = "gatekeeper.conf"
_URL: Final = re.compile(r"^agi://([^/:]+)(?::(\d+))?/")
_AGI_PORT: Final = 4573


def _look(at: Installation) -> Iterator[CheckFinding]:
    dialplan = at.site.dialplan
    if not dialplan.has_context(_SHIPPED[_REQUIRED]):
        yield failed(
            said("extensions.conf does not include {file}", "extensions.conf n'inclut pas {file}", file=_REQUIRED),
            Sentence(
                'write #include "gatekeeper/gatekeeper.conf" behind its last section, and reload the dialplan; '
                "`gatekeeper install` does that",
                'écrivez #include "gatekeeper/gatekeeper.conf" après sa dernière section, puis rechargez le plan de '
                "numérotation ; `gatekeeper install` le fait",
            ),
            str(at.site.etc / "extensions.conf"),
        )
        return
    for file in dialplan.conf.files:
        if file.name in _SHIPPED:
            yield from _same(at.site, file)
    yield from _asks(at.settings, at.site)


def _same(site: AsteriskSite, file: Path) -> Iterator[CheckFinding]:
    try:
        ours = (folder() / "dialplan" / file.name).read_text(encoding="utf-8")
    except InstallError:
        return
    if site.tree.text(file) != ours:
        yield warning(
            said("{file} is not as this release ships it", "{file} n'est pas celui de cette version", file=file),
            said(
                "copy it anew (`gatekeeper files --to FOLDER` has it), and reload the dialplan; what is yours "
                "belongs in a "
                "file of your own",
                "copiez-le de nouveau (`gatekeeper files --to DOSSIER`), puis rechargez le plan de numérotation ; ce "
                "qui "
                "est à vous va dans un fichier à part",
            ),
            str(file),
        )


def _asks(settings: Settings, site: AsteriskSite) -> Iterator[CheckFinding]:
    url = site.dialplan.variables.get(DialplanGlobal.AGI, "")
    if not url:
        yield failed(
            said(
                "[globals] has no {name}: every call is refused with GATE_DOWN",
                "[globals] n'a pas {name} : tout appel est refusé avec GATE_DOWN",
                name=DialplanGlobal.AGI,
            ),
            Sentence(
                'write #include "gatekeeper/gatekeeper-globals.conf" into [globals], and reload the dialplan',
                'écrivez #include "gatekeeper/gatekeeper-globals.conf" dans [globals], puis rechargez le plan de '
                "numérotation",
            ),
            str(site.etc / "extensions.conf"),
        )
        return
    found = _URL.match(url)
    here = found is not None and found[1] in ("127.0.0.1", "localhost", settings.fastagi.host)
    if found is None or not here or not settings.fastagi.enabled:
        return
    if int(found[2] or _AGI_PORT) != settings.fastagi.port:
        yield failed(
            said(
                "the dialplan asks {url}, and the daemon listens on port {port}: every call is refused with GATE_DOWN",
                "le plan de numérotation interroge {url}, et le démon écoute sur le port {port} : tout appel est "
                "refusé "
                "avec GATE_DOWN",
                url=url,
                port=settings.fastagi.port,
            ),
            said(
                "set {name} = agi://127.0.0.1:{port}/screen in gatekeeper-globals.conf, and reload the dialplan",
                "réglez {name} = agi://127.0.0.1:{port}/screen dans gatekeeper-globals.conf, puis rechargez",
                name=DialplanGlobal.AGI,
                port=settings.fastagi.port,
            ),
        )


CHECK = HealthCheck(
    "includes",
    Sentence("the shipped dialplan", "le plan de numérotation fourni"),
    (CheckNeed.SETTINGS, CheckNeed.SITE),
    _look,
    Sentence("included, of this release, asking the daemon's port", "inclus, de cette version, sur le port du démon"),
)
