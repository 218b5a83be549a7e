"""Check of the AGI script, where the dialplan asks by it: it can be run, and its interpreter has its library."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gatekeeper.doctor.findings import CheckFinding, failed, said
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.site import AsteriskSite
from gatekeeper.site.guards import is_ours
from gatekeeper.vocabulary import DialplanGlobal
from gatekeeper.words import Sentence

_ASKS: Final = re.compile(r"\bgatekeeper(?:-check|-predial|-dial)?-script\b")
_LIBRARY: Final = "import asterisk.agi"
_EXEC: Final = re.compile(r"'''exec' \"([^\"]+)\"")
_SECONDS: Final = 20
_COPY: Final = Sentence(
    "run `gatekeeper install`, or copy asterisk/agi-bin/gatekeeper_agi.py there (`gatekeeper files --to FOLDER`), "
    "make it "
    "executable, and let its first line name the python3 of Gatekeeper's virtual environment",
    "exécutez `gatekeeper install`, ou copiez-y asterisk/agi-bin/gatekeeper_agi.py (`gatekeeper files --to DOSSIER`), "
    "rendez-le exécutable, et que sa première ligne nomme le python3 de l'environnement virtuel de Gatekeeper",
)


def _look(at: Installation) -> Iterator[CheckFinding]:
    if not _is_asked(at.site):
        return
    named = Path(at.site.dialplan.variables.get(DialplanGlobal.SCRIPT, "") or "gatekeeper_agi.py")
    script = at.site.tree.real(named if named.is_absolute() else at.site.folders["astagidir"] / named)
    if not script.is_file() or not os.access(script, os.X_OK):
        yield failed(
            said(
                "the dialplan asks by {script}, which is not there or can't be run: every call is refused with "
                "GATE_DOWN",
                "le plan de numérotation interroge par {script}, absent ou non exécutable : tout appel est refusé avec "
                "GATE_DOWN",
                script=script,
            ),
            _COPY,
            str(script),
        )
        return
    interpreter = interpreter_of(script.read_text(encoding="utf-8", errors="replace"))
    if not _has_library(interpreter):
        yield failed(
            said(
                "{interpreter}, which runs {script}, has no pyst2: every call is refused with GATE_DOWN",
                "{interpreter}, qui exécute {script}, n'a pas pyst2 : tout appel est refusé avec GATE_DOWN",
                interpreter=" ".join(interpreter),
                script=script,
            ),
            _COPY,
            str(script),
        )


def _is_asked(site: AsteriskSite) -> bool:
    """Whether a context of the site's own asks by the script."""
    by_lines = any(_ASKS.search(one.arguments) for one in site.dialplan.lines if not is_ours(one.context))
    included = (line.value for lines in site.dialplan.includes.values() for line in lines)
    return by_lines or any(_ASKS.search(value) for value in included)


def interpreter_of(text: str) -> list[str]:
    """The interpreter that a script's first line names, with its arguments.

    A path that is too long for that line stands in the second one, behind `exec`, as pip writes it. Without either a
    shell would run the script.
    """
    first, _, rest = text.partition("\n")
    behind = _EXEC.match(rest) if first == "#!/bin/sh" else None
    if behind is not None:
        return [behind[1]]
    return first.removeprefix("#!").split() if first.startswith("#!") else ["/bin/sh"]


def _has_library(interpreter: list[str]) -> bool:
    if not any(Path(word).name.startswith(("python", "pypy")) for word in interpreter):
        return False
    try:
        ended = subprocess.run(  # noqa: S603 - the interpreter that Asterisk runs the script with
            [*interpreter, "-I", "-c", _LIBRARY],
            check=False,
            capture_output=True,
            timeout=_SECONDS,
            cwd="/",
            env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0


CHECK = HealthCheck(
    "agi-script",
    Sentence("the AGI script", "le script AGI"),
    (CheckNeed.SITE,),
    _look,
    Sentence("not asked, or fit to be run", "non utilisé, ou exécutable"),
)
