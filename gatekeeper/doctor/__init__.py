"""Examination of an installation: what keeps the gate from holding, each with a remedy. Nothing is changed."""

from gatekeeper.doctor.checks import CHECKS, examine
from gatekeeper.doctor.examined import Examined, examined
from gatekeeper.doctor.finding import CheckFinding, CheckStatus

__all__ = ["CHECKS", "CheckFinding", "CheckStatus", "Examined", "examine", "examined"]
