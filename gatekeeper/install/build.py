"""The build's hooks: they put what is installed into or beside Asterisk into the wheel, as `gatekeeper/share`.

setuptools loads them by `[tool.setuptools.cmdclass]` of `pyproject.toml`; nothing else imports this. The folders keep
their names there, so that `asterisk/samples/manager.conf` is called the same in the documents, in a checkout and in an
installed package. An editable install needs no copy: `gatekeeper.install.files` looks beside the package.
"""

import shutil
from pathlib import Path
from typing import Final

from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

FOLDERS: Final = ("dialplan", "asterisk/agi-bin", "asterisk/observability", "asterisk/samples", "asterisk/systemd")

MADE: Final = (("build/sounds", "asterisk/sounds"),)
"""What is made before the build, if it is (`package.voices`), and its name in the archive and in the wheel."""

_ASIDE: Final = "__pycache__"


class BuildWithShare(build_py):  # type: ignore[misc]  # setuptools has no annotations
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
            shutil.copytree(folder, share / folder, ignore=shutil.ignore_patterns(_ASIDE))
        _copy_made(share)


class SourceWithShare(sdist):  # type: ignore[misc]  # setuptools has no annotations
    """Makes the source archive, from which wheels are built: with the folders in it."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        """Copy the folders beside the package's own files."""
        super().make_release_tree(base_dir, files)
        for folder in FOLDERS:
            shutil.copytree(folder, Path(base_dir, folder), ignore=shutil.ignore_patterns(_ASIDE), dirs_exist_ok=True)
        _copy_made(Path(base_dir))


def _copy_made(target: Path) -> None:
    """Copy what was made: in a checkout it is in `build`, in an unpacked source archive where it goes to."""
    for made, name in MADE:
        source = next((place for place in (Path(name), Path(made)) if place.is_dir()), None)
        if source:
            shutil.copytree(source, target / name, dirs_exist_ok=True)
