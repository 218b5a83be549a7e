"""The build hook: copies what is installed into or beside Asterisk into the wheel, as `gatekeeper/share`.

Everything else about the package is in `pyproject.toml`. The folders keep their names there, so that
`asterisk/samples/manager.conf` is called the same in the documents, in a checkout and in an installed package. An
editable install needs no copy: `gatekeeper.install.files` looks beside the package.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

FOLDERS = ("dialplan", "asterisk/agi-bin", "asterisk/samples", "asterisk/systemd")


class BuildWithShare(build_py):
    """Builds the package, and `gatekeeper/share` in it."""

    def run(self) -> None:
        """Build; the modes of the files stay, a script's right to be executed among them."""
        super().run()
        if self.editable_mode:
            return
        share = Path(self.build_lib, "gatekeeper", "share")
        # A file that was taken out since the last build in this folder must not be in the wheel.
        shutil.rmtree(share, ignore_errors=True)
        for folder in FOLDERS:
            shutil.copytree(folder, share / folder, ignore=shutil.ignore_patterns("__pycache__"))


setup(cmdclass={"build_py": BuildWithShare})
