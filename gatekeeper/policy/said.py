"""Words of a call, in English and French: what it is for, how it is dialled, whom it calls."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gatekeeper.policy.call import CalleeKind, DialMode, Purpose
from gatekeeper.words import Sentence

PURPOSES: Final[Mapping[str, Sentence]] = MappingProxyType(
    {
        Purpose.PROSPECTING: Sentence("prospecting", "prospection"),
        Purpose.RUNNING_CONTRACT: Sentence("running-contract", "contrat en cours"),
        Purpose.CALL_BACK: Sentence("callback", "rappel demandé"),
        Purpose.SERVICE: Sentence("service", "appel de service"),
        Purpose.SURVEY: Sentence("survey", "sondage"),
        Purpose.NON_PROFIT: Sentence("non-profit", "organisme sans but lucratif"),
        Purpose.CHARITY: Sentence("charity", "appel aux dons"),
        Purpose.PRESS: Sentence("press", "presse"),
        Purpose.PUBLIC_SERVICE: Sentence("public-service", "service public"),
    }
)
DIAL_MODES: Final[Mapping[str, Sentence]] = MappingProxyType(
    {
        DialMode.MANUAL: Sentence("manual", "à la main"),
        DialMode.PREVIEW: Sentence("preview", "numérotation avec aperçu"),
        DialMode.PROGRESSIVE: Sentence("progressive", "numérotation progressive"),
        DialMode.PREDICTIVE: Sentence("predictive", "numérotation prédictive"),
        DialMode.VOICE_AGENT: Sentence("voice-agent", "agent vocal automatisé"),
        DialMode.ROBOT: Sentence("robot", "appel automatisé"),
    }
)
CALLEES: Final[Mapping[str, Sentence]] = MappingProxyType(
    {
        CalleeKind.BUSINESS: Sentence("business", "professionnel"),
        CalleeKind.CONSUMER: Sentence("consumer", "consommateur"),
    }
)
"""By the codes of configuration, dialplans and journal, which are English words themselves."""
