"""The catalogue of topics as data: family, level, kind, and what a kind asks for (domain 3.1, 3.4, 3.5).

Codes and labels are those of the budget (`grants.general_requirements`), so that a line and what was
learned with it speak of the same thing. A general requirement is never funded and never logged: its
signpost says where to go instead. A conditional topic needs a written case about this person.
"""

from dataclasses import dataclass, replace

from grants.dated_lists import TOPIC, called
from grants.general_requirements import RULES, TOPICS

from .enums import FrameworkArea, Level, Tier, TopicFamily, TopicKind

# Refused in a budget unless the panel makes an exception; then only with a certified trainer.
PHYSICAL = "PHYSICAL_INTERVENTION"
# Health tasks that a clinician delegates: nobody has finished before they are signed off (domain 3.4, 1.18).
DELEGATED = frozenset({"EPILEPSY_BUCCAL", "PEG_ENTERAL", "DIABETES", "DYSPHAGIA"})

_FAMILIES = {
    TopicFamily.PBS: "PBS_AWARENESS PBS_FOUNDATION PBS_PRACTITIONER PBS_LEAD PBS_TRAINER FA PBSPLAN",
    TopicFamily.AUTISM: "AUT_T2 AUT_T3 ADHD",
    TopicFamily.COMMUNICATION: "SENSORY COMM INTINT",
    TopicFamily.SUPPORT: "ACTSUP CAPENV TRAUMA MHLD MENTAL_HEALTH_FIRST_AID FORENSIC REL PCP",
    TopicFamily.HEALTH: "PHYSH EPIL EPILEPSY_BUCCAL PEG_ENTERAL DIABETES DYSPHAGIA STOMP "
    "MEDICATION_STOMP",
    TopicFamily.RESTRICTION: f"LOWAROUSAL RRP {PHYSICAL}",
    TopicFamily.CIRCLE: "EMPLOY FAMILY LEAD TTT WELL",
}
_FAMILY_OF = {code: family for family, codes in _FAMILIES.items() for code in codes.split()}
_LEVELS = {
    "PBS_AWARENESS": Level.AWARENESS,
    "PBS_FOUNDATION": Level.FOUNDATION,
    "PBS_PRACTITIONER": Level.PRACTITIONER,
    "PBS_LEAD": Level.LEAD_COACH,
    "PBS_TRAINER": Level.TRAINER,
    "TTT": Level.TRAINER,
}


# The names that people use for a level (domain 3.1: West Midlands levels, PBS levels).
LEVEL_NAMES: dict[Level, tuple[str, ...]] = {
    Level.AWARENESS: ("West Midlands level 0",),
    Level.FOUNDATION: ("West Midlands level 1", "direct support on a daily basis"),
    Level.PRACTITIONER: ("West Midlands level 2", "intermediate"),
    Level.LEAD_COACH: ("West Midlands level 3", "PBS coach"),
    Level.CONSULTANT: ("advanced",),
    Level.TRAINER: ("PBS level C and trainer skills",),
}
_ALL_AREAS = tuple(FrameworkArea)
_AREAS: dict[str, tuple[FrameworkArea, ...]] = {
    "PBS_AWARENESS": (FrameworkArea.ENVIRONMENTS,),
    "PBS_FOUNDATION": (FrameworkArea.ENVIRONMENTS, FrameworkArea.PLAN),
    "PBS_PRACTITIONER": _ALL_AREAS,
    "PBS_LEAD": _ALL_AREAS,
    "PBS_TRAINER": _ALL_AREAS,
    "FA": (FrameworkArea.ASSESSMENT,),
    "PBSPLAN": (FrameworkArea.PLAN,),
    "ACTSUP": (FrameworkArea.ENVIRONMENTS,),
    "CAPENV": (FrameworkArea.ENVIRONMENTS,),
}
_TIERS = {"AUT_T2": Tier.TWO.value, "AUT_T3": Tier.THREE.value}


@dataclass(frozen=True)
class TopicFacts:
    """What the catalogue knows of a topic: `says` is its condition, or its signpost."""

    code: str
    label: str
    family: TopicFamily
    kind: TopicKind
    level: Level | None = None
    says: str = ""
    areas: tuple[FrameworkArea, ...] = ()
    tier: str = ""

    @property
    def is_general(self) -> bool:
        """A general requirement: never funded, never logged."""
        return self.kind == TopicKind.GENERAL


def _catalogue() -> dict[str, TopicFacts]:
    found = {
        code: TopicFacts(
            code,
            label,
            _FAMILY_OF.get(code, TopicFamily.OTHER),
            TopicKind.NORMAL,
            _LEVELS.get(code),
            areas=_AREAS.get(code, ()),
            tier=_TIERS.get(code, ""),
        )
        for code, label in TOPICS
    }
    for rule in RULES:
        is_general = rule.is_refused and rule.code != PHYSICAL
        found[rule.code] = TopicFacts(
            rule.code,
            rule.label,
            TopicFamily.GENERAL if is_general else _FAMILY_OF.get(rule.code, TopicFamily.OTHER),
            TopicKind.GENERAL if is_general else TopicKind.CONDITIONAL,
            None,
            rule.reason,
        )
    return found


CATALOGUE = _catalogue()


def facts_of(code: str) -> TopicFacts:
    """The facts of a topic by its code, called what its list calls it now. `KeyError` for an unknown one."""
    facts = CATALOGUE[code]
    label = called(TOPIC, code, facts.label)
    return facts if label == facts.label else replace(facts, label=label)


def topic_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every topic that is learning for one person, in families, for a select or a filter."""
    return [
        (
            str(family.label),
            [(f.code, f.label) for f in map(facts_of, CATALOGUE) if f.family == family],
        )
        for family in TopicFamily
        if family != TopicFamily.GENERAL
    ]
