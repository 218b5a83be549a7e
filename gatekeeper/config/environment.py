"""Settings from variables: `GATEKEEPER_FASTAGI__PORT=4600` is `port = 4600` in `[fastagi]`."""

import json
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from gatekeeper.config.sections.asterisk import OLD_KEYS, AsteriskSection
from gatekeeper.vocabulary import EnvironmentVariable

PREFIX = "GATEKEEPER_"
DELIMITER = "__"
CONFIG_VARIABLE = EnvironmentVariable.CONFIG
"""Names the configuration file."""

_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


class EnvironmentSource(PydanticBaseSettingsSource):
    """Reads the variables of one environment.

    Differs from pydantic-settings' own: the environment is passed in, a misspelt variable is kept (and so reported),
    and `variables` says which key came from which variable.

    Args:
        settings_cls: the settings.
        environ: the environment.
        known: what the file says: names of lists and campaigns are matched to those that stand there.
    """

    def __init__(self, settings_cls: type[BaseSettings], environ: Mapping[str, str], known: Mapping[str, Any]) -> None:
        super().__init__(settings_cls)
        self._environ = environ
        self._known = known
        self.variables: dict[tuple[str, ...], str] = {}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The value of one section (the interface that pydantic-settings asks for)."""
        del field
        return self().get(field_name), field_name, True

    def __call__(self) -> dict[str, Any]:
        """The settings that the variables give, nested by section."""
        found: dict[str, Any] = {}
        for variable, text in sorted(self._environ.items()):
            if not variable.startswith(PREFIX) or variable == CONFIG_VARIABLE:
                continue
            key = self._key(variable)
            if not key:
                continue
            self.variables[key] = variable
            table = found
            for part in key[:-1]:
                table = table.setdefault(part, {})
                if not isinstance(table, dict):
                    break
            else:
                table[key[-1]] = _value(self._annotation(key), text)
        return found

    def _key(self, variable: str) -> tuple[str, ...]:
        """The key that a variable sets; () for variables of others that happen to begin as ours do."""
        parts = variable.removeprefix(PREFIX).split(DELIMITER)
        sections = self.settings_cls.model_fields
        if len(parts) == 1:
            # GATEKEEPER_FASTAGI_PORT, with one underscore: meant for us, and reported as the unknown key it is.
            section = parts[0].lower().partition("_")[0]
            return (parts[0].lower(),) if section in sections else ()
        section, *names, setting = parts
        key = [section.lower()]
        table: Any = self._known.get(key[0])
        for name in names:
            key.append(_name(table, name))
            table = table.get(key[-1]) if isinstance(table, dict) else None
        return (*key, setting.lower())

    def _annotation(self, key: tuple[str, ...]) -> Any:
        moved = OLD_KEYS.get(key[0], {}).get(key[-1])
        if moved:
            return AsteriskSection.model_fields[moved].annotation
        model: Any = self.settings_cls
        for part in key:
            if get_origin(model) is dict:
                model = get_args(model)[1]
            elif isinstance(model, type) and issubclass(model, BaseModel) and part in model.model_fields:
                model = model.model_fields[part].annotation
            else:
                return str
        return model


def _name(table: Any, name: str) -> str:
    """The name of a list or campaign, whose case and dashes a variable's name can't show, as the file has it."""
    for candidate in table if isinstance(table, dict) else ():
        if candidate.upper().replace("-", "_") == name.upper().replace("-", "_"):
            return str(candidate)
    return name.lower()


def _value(annotation: Any, text: str) -> Any:
    """The value a text stands for; a text that is none stays, and is refused with the rest of what is wrong."""
    if annotation is bool:
        return _WORDS.get(text.strip().lower(), text)
    if annotation is int:
        return int(text) if text.strip().lstrip("-").isdecimal() and text.isascii() else text
    if get_origin(annotation) is tuple:
        return _listed(text)
    return text


def _listed(text: str) -> Any:
    """`a,b` or `["a", "b"]`; the second where an entry holds a comma."""
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return [part.strip() for part in text.split(",") if part.strip()]
