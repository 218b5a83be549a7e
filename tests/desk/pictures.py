"""Pictures of the desk for the documents: takes those that `docs/pictures` has over from where the tests have put all.

`python -m tests.desk.pictures FROM TO` takes each of TO's anew, and of each the upper part that a reader looks at.
"""

import sys
from pathlib import Path
from typing import Final

from PIL import Image

HEIGHT: Final = 1400
"""Pixels: a page of a journal is longer than anybody wants to scroll through in a document."""


def take_over(made: Path, shown: Path) -> None:
    """Put the upper part of each picture in place of the one that is shown.

    Raises:
        FileNotFoundError: the tests took no picture of that name.
    """
    for place in sorted(shown.glob("*.png")):
        with Image.open(made / place.name) as whole:
            whole.crop((0, 0, whole.width, min(whole.height, HEIGHT))).save(place, optimize=True)


if __name__ == "__main__":
    take_over(Path(sys.argv[1]), Path(sys.argv[2]))
