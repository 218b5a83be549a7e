"""Gatekeeper's own folders, configuration and secrets."""

import re
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from gatekeeper.config.reference import toml
from gatekeeper.config.template import template
from gatekeeper.install.draft import Draft, Ownership
from gatekeeper.install.places import CONFIGURATION, DATA, ENVIRONMENT, SHARED, USER
from gatekeeper.site import AsteriskSite, SiteKind
from gatekeeper.translation import phrase, speaking
from gatekeeper.words import Language

SECRET: Final = "GATEKEEPER_ASTERISK__MAIN__SECRET"  # noqa: S105 - the variable's name
_SECRET_LINE: Final = re.compile(rf"^\s*{SECRET}=(\S+)", re.MULTILINE)


def configuration(draft: Draft, site: AsteriskSite | None) -> None:
    """Draft `/etc/gatekeeper`, with all in it that the site tells, and the data folder."""
    draft.folder(CONFIGURATION.parent, Ownership("root", USER, 0o750))
    draft.folder(DATA, Ownership(USER, USER, 0o750))
    _environment(draft)
    wanted = _settings(site)
    there = draft.text(CONFIGURATION)
    # Made by `install --files-only`, as a package does, and untouched since: nobody's yet. Its language stays.
    if there is None or there in _untouched():
        draft.write(CONFIGURATION, _filled(there or template(DATA), wanted), SHARED)
    else:
        _compare(draft, there, wanted)
    draft.decide(
        phrase(
            "lists and campaigns: describe yours in {configuration}, then `gatekeeper config check` and "
            "`gatekeeper list import NAME FILE`. Until then the red list and the law of the called country "
            "alone are asked",
            configuration=CONFIGURATION,
        )
    )


def secret_of(draft: Draft) -> str:
    """The watchdog's secret, as it stands in the draft."""
    found = _SECRET_LINE.search(draft.text(ENVIRONMENT) or "")
    return found[1] if found else ""


def _environment(draft: Draft) -> None:
    text = draft.text(ENVIRONMENT) or ""
    if not _SECRET_LINE.search(text):
        ended = text if not text or text.endswith("\n") else text + "\n"
        made = f"{ended}{SECRET}={secrets.token_hex(24)}\n"
        draft.write(ENVIRONMENT, made, Ownership("root", "root", 0o600))
    draft.secrets.add(secret_of(draft))


def _settings(site: AsteriskSite | None) -> dict[str, dict[str, Any]]:
    """What the site tells, by section and key."""
    if site is None:
        return {}
    wanted: dict[str, dict[str, Any]] = {
        "watchdog": {"enabled": True},
        "ami_proxy": {"enabled": True},
    }
    if site.trunks:
        wanted["routes"] = {"trunks": tuple(dict.fromkeys(trunk.name for trunk in site.trunks))}
    if site.kind is SiteKind.VICIDIAL:
        wanted.setdefault("routes", {})["site"] = "vicidial"
    if site.manager.port != 5038:  # noqa: PLR2004 - Asterisk's own default, and ours
        wanted["asterisk.main"] = {"port": site.manager.port}
    if site.group not in ("", "root"):
        wanted["socket"] = {"group": site.group}
    return wanted


def _untouched() -> list[str]:
    """The configuration as it is made, in each language."""
    made = []
    for one in Language:
        with speaking(one):
            made.append(template(DATA))
    return made


def _filled(text: str, wanted: Mapping[str, Mapping[str, Any]]) -> str:
    """The commented configuration with some of its lines in force."""
    lines = text.split("\n")
    for section, keys in wanted.items():
        start = next(at for at, line in enumerate(lines) if line in (f"[{section}]", f"# [{section}]"))
        lines[start] = f"[{section}]"
        for key, value in keys.items():
            at = next(at for at in range(start, len(lines)) if lines[at].startswith(f"# {key} = "))
            lines[at] = f"{key} = {toml(value)}"
    return "\n".join(lines)


def _compare(draft: Draft, text: str, wanted: Mapping[str, Mapping[str, Any]]) -> None:
    """What a configuration that is there lacks; it is a person's, and is not changed."""
    try:
        there = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        draft.decide(
            phrase("{configuration} can't be read: `gatekeeper config check` says why", configuration=CONFIGURATION)
        )
        return
    for section, keys in wanted.items():
        found = there
        for part in section.split("."):
            found = found.get(part, {})
        for key, value in keys.items():
            if not _has(found.get(key), value):
                draft.decide(
                    phrase(
                        "{configuration} is yours and stays as it is; it lacks [{section}] {key} = {value}",
                        configuration=CONFIGURATION,
                        section=section,
                        key=key,
                        value=toml(value),
                    )
                )


def _has(there: Any, value: Any) -> bool:
    return set(value) <= set(there or ()) if isinstance(value, tuple) else bool(there == value)


def configured(draft: Draft, path: Path = CONFIGURATION) -> dict[str, Any]:
    """The configuration as it would be."""
    try:
        return tomllib.loads(draft.text(path) or "")
    except tomllib.TOMLDecodeError:
        return {}
