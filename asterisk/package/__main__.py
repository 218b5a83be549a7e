"""`python -m package WHEEL FOLDER`: builds the Debian package of a wheel."""

import sys
from pathlib import Path

from package.deb import build

if __name__ == "__main__":
    print(build(Path(sys.argv[1]), Path(sys.argv[2])))
