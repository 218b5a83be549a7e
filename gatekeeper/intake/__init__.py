"""Intake: a delivered file becomes a list's new version, by one door for the command line, the inbox and others."""

from gatekeeper.intake.door import ImportRequest, import_into
from gatekeeper.intake.rules import ListRules, ensure_list

__all__ = ["ImportRequest", "ListRules", "ensure_list", "import_into"]
