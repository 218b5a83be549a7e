"""Context of one invocation, shared by all its commands."""

import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from gatekeeper.errors import ConfigError
from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.config import Settings


class Invocation:
    """One run of the command line.

    Args:
        config: the file that `--config` names, or None.
        environ: the variables.
    """

    def __init__(self, config: Path | None, environ: Mapping[str, str]) -> None:
        self.config = config
        self.environ = environ

    @cached_property
    def settings(self) -> "Settings":
        """The settings, read when a command first wants them. Secrets may be missing: see `settings_with`.

        Raises:
            ConfigError: what is wrong with them.
        """
        return self.settings_with()

    def settings_with(self, *secrets_of: str) -> "Settings":
        """The settings, for a command that needs the secrets of some sections.

        Raises:
            ConfigError: what is wrong with them; these secrets are missing.
        """
        from gatekeeper.config import DEFAULT_PATH, load  # `version` and `--help` do without

        settings = load(self.config, self.environ, secrets_of=secrets_of)
        if settings.file is None and not settings.variables:
            note(
                phrase(
                    "there is no {path}, so built-in defaults hold (`gatekeeper init` writes a configuration)",
                    path=DEFAULT_PATH,
                )
            )
        return settings


def invocation(context: typer.Context) -> Invocation:
    """The invocation that a command belongs to."""
    found = context.find_object(Invocation)
    if found is None:
        raise RuntimeError("the command was not started through the application")
    return found


def note(text: str) -> None:
    """Tell the person something beside the result."""
    sys.stdout.flush()
    sys.stderr.write(phrase("note: {text}", text=text) + "\n")


def must_have_campaign(name: str, settings: "Settings") -> None:
    """Refuse a campaign that is not configured; "" is none.

    Raises:
        ConfigError: there is no such campaign.
    """
    if name and name not in settings.campaign_map:
        names = ", ".join(settings.campaign_map)
        raise ConfigError(
            phrase(
                "there is no campaign {name!r}: [campaigns] has {names} ({origin})",
                name=name,
                names=names,
                origin=settings.origin,
            )
        )
