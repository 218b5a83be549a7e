"""The configuration: one TOML file, every key of which a `GATEKEEPER_SECTION__KEY` variable overrides."""

from gatekeeper.config.loader import DEFAULT_PATH, load
from gatekeeper.config.settings import Settings

__all__ = ["DEFAULT_PATH", "Settings", "load"]
