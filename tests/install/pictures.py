"""Pictures of the terminal for the documents: what the commands really say on a site in a Debian of its own, as SVG.

`python -m tests.install.pictures` makes those of `docs/pictures` anew. A test runs the same commands, and holds each
picture to what they say today: numbers, and what depends on the machine, apart.
"""

import io
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from tests.install.building import REPOSITORY

FOLDER: Final = REPOSITORY / "docs" / "pictures"
WIDTH: Final = 118
_FONTS: Final = re.compile(r"@font-face \{\{.*?\n    \}\}\n", re.DOTALL)
_SVG: Final = re.sub(r" *<!--.*?-->\n", "", _FONTS.sub("", CONSOLE_SVG_FORMAT)).replace("Fira Code, ", "")
"""Rich's own frame, without the fonts that it would fetch, and its advertisement."""


@dataclass(frozen=True)
class Picture:
    """A picture.

    Attributes:
        name: the file's.
        command: what is typed.
        steady: what of a line does not depend on the machine; lines without it may differ.
    """

    name: str
    command: str
    steady: str

    @property
    def run(self) -> str:
        """How it is run, as on a terminal."""
        return f"env COLUMNS={WIDTH} FORCE_COLOR=1 sh -c {self.command!r}"

    @property
    def file(self) -> Path:
        """Where it is."""
        return FOLDER / f"{self.name}.svg"

    def lasting(self, lines: list[str]) -> list[str]:
        """What has to be the same in both."""
        found = (re.match(self.steady, line.rstrip()) for line in lines)
        return [" ".join(re.sub(r"\d+", "0", one[0]).split()) for one in found if one]


_DIFF: Final = "gatekeeper install --dry-run | grep -A10 '^[+]* /etc/asterisk/extensions.conf'"
_CHECKS: Final = r"^[\w-]+(?=  )"
_HEADS: Final = r"^(?=.*\D\D\D)[^\d]+$"
PICTURES: Final = (
    Picture("install-dry-run", _DIFF.replace("'", '"'), r".*"),
    Picture("install", "gatekeeper install", r"^  (?!systemctl try-restart).*|^[A-Z].*"),  # it runs already, or not
    Picture("doctor", "gatekeeper doctor", _CHECKS),
    Picture("doctor-fr", "gatekeeper doctor --lang fr", _CHECKS),
    Picture("top", "gatekeeper top --once", _HEADS),
    Picture("top-fr", "gatekeeper top --once --lang fr", _HEADS),
)
"""In the order in which they are taken: after each a call is made."""


def drawn(picture: Picture, said: str) -> str:
    """The picture of what a command said."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi(said.strip("\n")))
    return console.export_svg(title=picture.command, code_format=_SVG, unique_id=f"terminal-{picture.name}")


def lines_of(svg: str) -> list[str]:
    """The lines that can be read in a picture."""
    lines: dict[str, str] = {}
    for one in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):  # noqa: S314 - our own
        line = one.get("clip-path", "")
        lines[line] = lines.get(line, "") + (one.text or "").replace("\N{NO-BREAK SPACE}", " ")
    return list(lines.values())


def main() -> None:
    """Make them anew."""
    from lab.debian import new_system
    from lab.roots import asterisk_root
    from package.deb import build
    from tests.install.building import build_wheel
    from tests.install.standing import call_after, put_asterisk, put_systemd

    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        system = new_system(folder / "system", "bookworm")
        lab = put_asterisk(system, asterisk_root("22"))
        put_systemd(system)
        shutil.copy(build(build_wheel(folder), folder, compression="none"), system.path("/gatekeeper.deb"))
        _, *taken = call_after(system, lab, "dpkg -i /gatekeeper.deb", *(one.run for one in PICTURES))
        for picture, ran in zip(PICTURES, taken, strict=True):
            picture.file.write_text(drawn(picture, ran.said), encoding="utf-8")
            sys.stdout.write(f"{picture.file.relative_to(REPOSITORY)}\n")


if __name__ == "__main__":
    main()
