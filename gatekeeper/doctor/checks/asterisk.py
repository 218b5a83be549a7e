"""Checks of Asterisk itself: its version with the holes that are known, the modules that the gate needs."""

import re
from collections.abc import Iterator
from typing import Final

from gatekeeper.doctor.examined import Examined
from gatekeeper.doctor.finding import CheckFinding, failed, ok, unsure

_FIXED: Final = {18: (18, 24, 2), 20: (20, 9, 2), 21: (21, 4, 2)}
"""CVE-2024-42365: a manager user with write=originate could change files and run programs. Mended in these and since;
22 never had it, other branches have no mended release (GHSA-c4cg-9275-6w44)."""

_OLDEST: Final = 16
_OF_MODULE: Final = re.compile(r"^(?:load|preload|require|preload-require)$")
MODULES: Final = (
    *("pbx_config", "app_stack", "res_speech", "res_agi", "app_dial", "app_userevent", "app_cdr"),
    *("func_cdr", "func_channel", "func_callerid", "func_cut", "func_db", "func_dialplan", "func_global", "func_logic"),
    *("func_strings", "func_timeout", "func_uri"),
)
"""What the gate's dialplan runs (docs/dialplan.md)."""


def version(on: Examined) -> Iterator[CheckFinding]:
    """Asterisk's version."""
    if on.site is None:
        yield unsure(on.no_site, "run this where Asterisk is")
        return
    if not on.site.version:
        yield unsure("Asterisk's version is unknown", "compare `asterisk -V` with the advisories on its site")
        return
    numbers = tuple(int(part) for part in on.site.version.split("."))
    if numbers[0] < _OLDEST:
        yield failed(f"Asterisk {on.site.version} is older than {_OLDEST}", "upgrade: nothing was tried with it")
    elif numbers[0] < 22 and numbers < _FIXED.get(numbers[0], (99,)):  # noqa: PLR2004 - never had the hole
        yield failed(
            f"Asterisk {on.site.version} has CVE-2024-42365: who may originate by the manager may run programs",
            "upgrade to 18.24.2, 20.9.2, 21.4.2, 22 or later; Debian and others mend older ones, too: look at the "
            "package's changelog. Until then let dialers reach the AMI proxy only",
        )
    else:
        yield ok(f"Asterisk {on.site.version}")


def modules(on: Examined) -> Iterator[CheckFinding]:
    """The modules, as modules.conf has them."""
    if on.site is None:
        return
    conf = on.site.conf("modules.conf").section("modules")
    if conf is None:
        yield unsure("modules.conf has no [modules]", 'look at `asterisk -rx "module show like res_agi"`')
        return
    automatic = (conf.get("autoload") or "no").lower() in ("yes", "true", "on", "1")
    loaded = {line.value.removesuffix(".so") for line in conf.lines if _OF_MODULE.match(line.key.lower())}
    left_out = {value.removesuffix(".so"): "noload" for value in conf.all("noload")}
    missing = [name for name in MODULES if name in left_out or not (automatic or name in loaded)]
    if missing:
        yield failed(
            f"modules.conf does not load {', '.join(missing)}",
            f"add to {on.site.etc / 'modules.conf'}: " + ", ".join(f"load = {name}.so" for name in missing),
        )
    else:
        yield ok("modules.conf loads what the gate needs")
