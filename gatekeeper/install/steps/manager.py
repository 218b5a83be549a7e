"""The watchdog's user of Asterisk's manager, and what manager.conf must say for it."""

import re
from pathlib import Path
from typing import Final

from gatekeeper.install.draft import Draft
from gatekeeper.install.edits import append_line, set_value
from gatekeeper.install.files import folder
from gatekeeper.install.places import ENVIRONMENT, USER, folder_for_asterisk, for_asterisk
from gatekeeper.install.steps.configuration import secret_of
from gatekeeper.site import AsteriskSite, SiteKind
from gatekeeper.translation import phrase
from gatekeeper.vocabulary import ChannelVariable

_SAMPLE: Final = "asterisk/samples/manager.conf"
_VARIABLES: Final = (ChannelVariable.DECISION, ChannelVariable.CAMPAIGN)
_GENERAL: Final = re.compile(r"^\[general\]\(\+\)\nchannelvars = .*\n", re.MULTILINE)
_EVERYWHERE: Final = ("0.0.0.0", "::", "")  # noqa: S104 - what is looked for
_WITHIN: Final = ("127.0.0.1", "::1", "localhost")


def manager(draft: Draft, site: AsteriskSite) -> None:
    """Draft the user, in a file of its own, and the line that includes it."""
    own = site.etc / "gatekeeper" / "manager.conf"
    draft.folder(own.parent, folder_for_asterisk(site))
    secret = secret_of(draft)
    sample = (folder() / _SAMPLE).read_text(encoding="utf-8").replace("change-me", _written(secret))
    draft.secrets.add(_written(secret))
    whole = site.etc / "manager.conf"
    if site.manager.channel_variables and not set(_VARIABLES) <= set(site.manager.channel_variables):
        names = ",".join(dict.fromkeys((*site.manager.channel_variables, *_VARIABLES)))
        draft.write(whole, set_value(draft.text(whole) or "", "general", "channelvars", names))
    if site.manager.channel_variables and not _is_from(site, own):
        sample = _GENERAL.sub("", sample)
    known = next((one for one in site.manager.users if one.name == USER), None)
    if not secret or secret != secret.strip():
        if secret:
            draft.decide(
                phrase(
                    "{path}: the secret has blanks at its ends, which Asterisk takes off: choose another, and run this "
                    "again; until then the manager has no user for the watchdog",
                    path=ENVIRONMENT,
                )
            )
    elif known is None or str(own) in known.place:
        draft.write(own, _kept(draft, own, sample), for_asterisk(site))
        file = site.etc / (
            "manager_custom.conf" if site.kind in (SiteKind.FREEPBX, SiteKind.ISSABEL) else "manager.conf"
        )
        draft.write(file, append_line(draft.text(file) or "", '#include "gatekeeper/manager.conf"'), for_asterisk(site))
    else:
        draft.decide(
            phrase(
                "the manager has a user {user} already ({place}): put its secret into "
                "/etc/gatekeeper/environment, and give it the rights of asterisk/samples/manager.conf",
                user=USER,
                place=known.place,
            )
        )
    _listening(draft, site, whole)
    draft.reload("manager reload")
    _dialers(draft, site)


def _kept(draft: Draft, own: Path, sample: str) -> str:
    """What is there, with today's secret: a person may have changed the rest."""
    there = draft.text(own)
    if there is None:
        return sample
    line = f"secret = {_written(secret_of(draft))}"
    return re.sub(r"^secret\s*=.*$", lambda _: line, there, flags=re.MULTILINE)


def _written(secret: str) -> str:
    r"""A secret as a configuration of Asterisk has it: a semicolon is `\;`, for it would begin a comment."""
    return secret.replace(";", "\\;")


def _is_from(site: AsteriskSite, own: Path) -> bool:
    """Whether the line about the variables is that of our own file."""
    lines = [line for one in site.manager.conf.sections for line in one.own if line.key == "channelvars"]
    return bool(lines) and all(line.file == own for line in lines)


def _listening(draft: Draft, site: AsteriskSite, whole: Path) -> None:
    there = site.manager
    if not there.enabled:
        text = set_value(draft.text(whole) or "", "general", "enabled", "yes")
        if there.address not in _WITHIN:
            text = set_value(text, "general", "bindaddr", "127.0.0.1")
        draft.write(whole, text, for_asterisk(site))
        draft.found(phrase("the manager was switched off; it listens on 127.0.0.1 now"))
    elif there.address in _EVERYWHERE:
        draft.decide(
            phrase(
                "the manager listens on every address ({whole}: bindaddr): who reaches it goes round the AMI "
                "proxy. Give it 127.0.0.1, or let a firewall keep dialers out",
                whole=whole,
            )
        )


def _dialers(draft: Draft, site: AsteriskSite) -> None:
    for one in site.manager.dialers:
        draft.found(phrase("manager user {name} may place calls ({place})", name=one.name, place=one.place))
        draft.decide(
            phrase(
                "let the program that logs in as {name} connect to the AMI proxy, 127.0.0.1 port 5039, in place "
                "of port {port}: it then is told at once that a call is blocked",
                name=one.name,
                port=site.manager.port,
            )
        )
