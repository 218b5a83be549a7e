"""The AGI script, with the interpreter that has its library, and the units of systemd, with this program."""

from pathlib import Path
from typing import Final

from gatekeeper.install.draft import Draft, Ownership
from gatekeeper.install.files import SCRIPT, SHIPPED, content, folder
from gatekeeper.install.places import OPT, Programs
from gatekeeper.site import AsteriskSite
from gatekeeper.translation import phrase

_UNITS: Final = Path("/etc/systemd/system")
_HOMES: Final = ("home", "root")
"""What lies right below `/` and is hidden by `ProtectHome=` (systemd.exec(5))."""

_OF_PACKAGES: Final = (Path("/usr/lib/systemd/system"), Path("/lib/systemd/system"))


def script(draft: Draft, site: AsteriskSite, programs: Programs) -> None:
    """Draft the AGI script in Asterisk's agi-bin."""
    file = site.folders["astagidir"] / Path(SCRIPT).name
    if not draft.tree.exists(file.parent):
        draft.folder(file.parent, Ownership("root", "root", 0o755))
    draft.write_own(file, content(SCRIPT, programs.python), Ownership("root", "root", 0o755))


def units(draft: Draft, programs: Programs) -> None:
    """Draft the units, unless a package brought them."""
    if not any(draft.tree.exists(folder) for folder in (_UNITS, *_OF_PACKAGES)):
        return
    if programs.program.parts[1] in _HOMES:
        draft.decide(
            phrase(
                "{program} is in a home folder, which the units do not see: install into {opt}",
                program=programs.program,
                opt=OPT,
            )
        )
    for shipped in SHIPPED:
        name = Path(shipped.name).name
        if not shipped.name.startswith("asterisk/systemd/") or _packaged(draft, name):
            continue
        text = (folder() / shipped.name).read_text(encoding="utf-8")
        text = text.replace(str(OPT / "bin" / "gatekeeper"), str(programs.program))
        draft.write_own(_UNITS / name, text.encode(), Ownership("root", "root", 0o644))


def _packaged(draft: Draft, name: str) -> bool:
    return any(draft.tree.exists(folder / name) for folder in _OF_PACKAGES)
