"""Interpreters of the languages in which samples are written: PHP, Node and Lua."""

import os
import shutil
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from lab.apt import unpack
from lab.cache import cached
from lab.progress import say
from lab.roots import loader_of

_SUITE: Final = "trixie"
_PACKAGES: Final = {
    "php": ("php-cli",),
    "node": ("nodejs",),
    "lua5.4": ("lua5.4", "lua-socket", "lua-cjson"),
}
_LUA: Final = "usr/share/lua/5.4/?.lua"


class Interpreter(NamedTuple):
    """An interpreter.

    Attributes:
        command: what to put in front of the program's name.
        environment: what it needs to find its modules.
    """

    command: list[str]
    environment: Mapping[str, str]


@lru_cache
def interpreter(name: str) -> Interpreter:
    """Return ``php``, ``node`` or ``lua5.4``: the one on PATH, else Debian's, fetched once.

    Lua is always Debian's, for the modules that the sample needs.

    Raises:
        LabError: it can be neither found nor fetched.
    """
    on_path = shutil.which(name)
    if on_path and name != "lua5.4":
        return Interpreter([on_path], {})
    root = cached(name, lambda folder, scratch: _fetch(name, folder, scratch))
    if name == "php":
        program = next(root.glob("usr/bin/php[0-9]*"))
        return Interpreter([*loader_of(root), str(program), "-n"], {})
    return Interpreter([*loader_of(root), str(root / "usr" / "bin" / name)], _modules(root))


def _modules(root: Path) -> Mapping[str, str]:
    compiled = [folder / "lua/5.4/?.so" for folder in root.glob("usr/lib/*-linux-gnu*")]
    return {"LUA_PATH": str(root / _LUA), "LUA_CPATH": ";".join(str(one) for one in compiled)}


def _fetch(name: str, folder: Path, scratch: Path) -> None:
    say(f"fetching {name} from Debian {_SUITE} (once)")
    unpack(_SUITE, _PACKAGES[name], folder, scratch, name)
    say(f"{name} is ready")


def environment_of(one: Interpreter) -> dict[str, str]:
    """Return the environment of a program that it runs: ours, with its modules."""
    return {**os.environ, **one.environment}
