"""``python -m lab.bootstrap VENV``: pip for a virtual environment that was made without it.

Debian's Python makes complete ones only with the package ``python3-venv`` installed, which takes root. The wheel of
pip that this package would bring is fetched as the lab fetches programs, and installs itself. Needs nothing but the
standard library.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from lab.apt import unpack
from lab.errors import LabError
from lab.progress import say

_SUITE = "trixie"
_PACKAGE = "python3-pip-whl"


def install_pip(environment: Path) -> None:
    """Install pip into a virtual environment.

    Raises:
        LabError: it can't be fetched or does not install.
    """
    say(f"fetching pip from Debian {_SUITE} (this Python came without it)")
    with tempfile.TemporaryDirectory() as folder:
        root, scratch = Path(folder, "root"), Path(folder, "scratch")
        scratch.mkdir()
        unpack(_SUITE, [_PACKAGE], root, scratch, "pip", alone=True)
        wheels = sorted(root.glob("usr/share/python-wheels/pip-*.whl"))
        if not wheels:
            message = f"{_PACKAGE} of Debian {_SUITE} has no wheel of pip"
            raise LabError(message)
        command = [str(environment / "bin" / "python"), "-m", "pip", "install", "--no-index", "--quiet", str(wheels[0])]
        result = subprocess.run(
            command, env={**os.environ, "PYTHONPATH": str(wheels[0])}, capture_output=True, text=True, check=False
        )
    if result.returncode:
        message = f"pip could not be installed into {environment}: {result.stderr.strip()}"
        raise LabError(message)


def main(arguments: list[str]) -> int:
    """Run the command line; return the exit code."""
    try:
        (environment,) = arguments
        install_pip(Path(environment).resolve())
    except ValueError:
        sys.stderr.write("usage: python -m lab.bootstrap VENV\n")
        return 2
    except LabError as error:
        sys.stderr.write(f"lab: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
