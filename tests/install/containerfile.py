"""A reader of Containerfiles that knows the instructions ours may have, and refuses all else: Containerfile(5)."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

INSTRUCTIONS: Final = ("FROM", "COPY", "RUN", "USER", "VOLUME", "EXPOSE", "ENTRYPOINT", "CMD")


@dataclass
class Stage:
    """One stage of a build.

    Attributes:
        image: what it starts from.
        name: how later stages call it.
        instructions: the others, in order.
    """

    image: str
    name: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def said(self, instruction: str) -> list[str]:
        """What stands behind each instruction of a kind."""
        return [text for kind, text in self.instructions if kind == instruction]


def read(file: Path) -> list[Stage]:
    """Read its stages.

    Raises:
        ValueError: a line that is not understood.
    """
    stages: list[Stage] = []
    lines = [line for line in file.read_text().split("\n") if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n", " ", "\n".join(lines)).splitlines():
        if not line.strip():
            continue
        kind, _, text = line.partition(" ")
        if kind not in INSTRUCTIONS or not text.strip() or (kind != "FROM" and not stages):
            raise ValueError(f"{file.name}: {line!r}")
        if kind == "FROM":
            found = re.fullmatch(r"(\S+:\S+)(?: AS ([a-z]+))?", text.strip())
            if found is None:
                raise ValueError(f"{file.name}: an image without a tag, or what is no stage's name: {line!r}")
            stages.append(Stage(found[1], found[2] or ""))
        else:
            stages[-1].instructions.append((kind, " ".join(text.split())))
    return stages
