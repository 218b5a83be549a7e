import os
import subprocess
import sys
from pathlib import Path

from lab.bootstrap import install_pip


def test_an_environment_without_pip_gets_it(tmp_path: Path) -> None:
    """As on a Debian whose Python makes no complete environments: pip is there afterwards, and works."""
    made = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", made], check=True)
    command = [made / "bin" / "python", "-m", "pip", "--version"]
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    assert subprocess.run(command, env=clean, capture_output=True, check=False).returncode != 0
    install_pip(made)
    shown = subprocess.run(command, env=clean, capture_output=True, text=True, check=True).stdout
    assert str(made) in shown
