"""General requirements: training that any worker needs for their role, which a grant for one person
does not pay for (domain 3.4), and topics that need a written, person-specific case.

The rules are data. `assess_line` reads one budget line: the topic that the applicant chose, and the
words that they wrote. An officer decides; before that, the finding warns and points elsewhere.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    REFUSE = "refuse"
    CONDITIONAL = "conditional"


@dataclass(frozen=True)
class Rule:
    """code, what it is called, why it is not (or only conditionally) paid for, and where to go."""

    code: str
    label: str
    kind: Kind
    message: str
    signpost: str
    words: str = ""

    @property
    def is_refused(self) -> bool:
        return self.kind == Kind.REFUSE

    @property
    def reason(self) -> str:
        """Message and signpost together: what an officer's refusal says unless they change it."""
        return f"{self.message} {self.signpost}"


_LDSS = "You can claim it through the Learning and Development Support Scheme (LDSS)."
_LEGAL = (
    "This training is a legal duty for every registered provider (Health and Care Act 2022, "
    "section 181), so it is not learning for one person."
)
_ROLE = "Every worker in this role needs it, so it is not learning for one person."
_MANDATORY = "This is mandatory training for every worker, so it is not learning for one person."
_EMPLOYER = (
    "It is part of the employer’s own duties. For personal assistants, ask the user-led "
    "organisation training fund."
)
_ICB = (
    "If it is a delegated health task, ask the integrated care board first: a personal health "
    "budget may already pay for it. Competence must be signed off by a clinician."
)


def _refuse(code: str, label: str, message: str, signpost: str, words: str = "") -> Rule:
    return Rule(code, label, Kind.REFUSE, message, signpost, words)


def _conditional(code: str, label: str, message: str, signpost: str, words: str = "") -> Rule:
    return Rule(code, label, Kind.CONDITIONAL, message, signpost, words)


RULES = (
    # Tier 2 stands before tier 1, because the bare words say no tier.
    _refuse(
        "OMMT_T2",
        "Oliver McGowan training, tier 2",
        _LEGAL,
        _LDSS,
        r"\b(oliver|ommt|mcgowan)\b.*\b(tier|level) ?(2|two)\b",
    ),
    _refuse(
        "OMMT_T1",
        "Oliver McGowan training, tier 1",
        _LEGAL,
        _LDSS,
        r"\boliver.?s (mandatory )?training\b|\bmc ?gowan\b|\bommt\b",
    ),
    _refuse(
        "LD_AUTISM_EQUIVALENT",
        "Equivalent of the Oliver McGowan training",
        _LEGAL,
        _LDSS,
        r"\bmandatory (learning disability|autism)\b|\bequivalent (to|of) (the )?oliver\b",
    ),
    # This too, because the longer name holds the shorter.
    _refuse(
        "L2_ASC_CERT",
        "Level 2 Adult Social Care Certificate",
        _ROLE,
        _LDSS,
        r"\blevel (2|two) adult social care certificate\b",
    ),
    _refuse("CARE_CERT", "Care Certificate", _ROLE, _LDSS, r"\bcare certificate\b"),
    _refuse(
        "INDUCTION",
        "Induction",
        _ROLE,
        _LDSS,
        r"^induction\b|\b(standard|general|staff|new starter) induction\b",
    ),
    _refuse(
        "MOVING_HANDLING",
        "Moving and handling",
        _MANDATORY,
        _EMPLOYER,
        r"\b(moving|manual|moving/)( and| &)? ?(handling|assisting)\b",
    ),
    _refuse("FIRE", "Fire safety", _MANDATORY, _EMPLOYER, r"\bfire (safety|awareness|warden)\b"),
    _refuse(
        "INFECTION_CONTROL",
        "Infection prevention and control",
        _MANDATORY,
        _EMPLOYER,
        r"\binfection (prevention|control)\b",
    ),
    _refuse("FOOD_HYGIENE", "Food hygiene", _MANDATORY, _EMPLOYER, r"\bfood (hygiene|safety)\b"),
    _refuse("H_AND_S", "Health and safety", _MANDATORY, _EMPLOYER, r"\bhealth (and|&) safety\b"),
    _refuse("COSHH", "Substances hazardous to health", _MANDATORY, _EMPLOYER, r"\bcoshh\b"),
    _refuse("DSE", "Display screen equipment", _MANDATORY, _EMPLOYER, r"\bdisplay screen\b"),
    _refuse(
        "EFAW",
        "Emergency first aid at work",
        _MANDATORY,
        _EMPLOYER,
        r"\bemergency first aid\b|\befaw\b",
    ),
    _conditional(
        "MENTAL_HEALTH_FIRST_AID",
        "Mental health first aid",
        "This can be paid for if it is linked to this person.",
        "Say in the reason which need of the person it answers.",
        r"\bmental health first aid\b|\bmhfa\b",
    ),
    _refuse(
        "BLS_FIRST_AID",
        "First aid or basic life support",
        _MANDATORY,
        _EMPLOYER,
        r"\bfirst aid\b|\bbasic life support\b",
    ),
    _refuse(
        "SAFEGUARDING_L1_L2",
        "Safeguarding, levels 1 and 2",
        _MANDATORY,
        _EMPLOYER,
        r"\bsafeguarding\b.*\b(level|training|course|awareness)\b",
    ),
    _refuse(
        "MCA_DOLS_BASIC",
        "Mental Capacity Act basics",
        _MANDATORY,
        _EMPLOYER,
        r"\bmental capacity act\b|\bdols\b",
    ),
    _refuse("EQUALITY", "Equality and diversity", _MANDATORY, _EMPLOYER, r"\bequality (and|&) div"),
    _refuse(
        "DATA_PROTECTION",
        "Data protection",
        _MANDATORY,
        _EMPLOYER,
        r"\bdata protection\b|\bgdpr\b|\binformation governance\b",
    ),
    _refuse(
        "CONFLICT_RES_BASIC",
        "Basic conflict resolution",
        _MANDATORY,
        _EMPLOYER,
        r"\bconflict resolution\b",
    ),
    _refuse(
        "MEDICATION_ADMIN_BASIC",
        "Giving medication, basics",
        _ROLE,
        _EMPLOYER,
        r"\bmedication administration\b|\badministration of medic|\bmedicines management\b",
    ),
    _refuse("RECORD_KEEPING", "Record keeping", _ROLE, _EMPLOYER, r"\brecord keeping\b"),
    _refuse("DUTY_OF_CANDOUR", "Duty of candour", _ROLE, _EMPLOYER, r"\bduty of candour\b"),
    _refuse("WHISTLEBLOWING", "Whistleblowing", _ROLE, _EMPLOYER, r"\bwhistle ?blowing\b"),
    _refuse(
        "DIPLOMA_L2_L3_L4_L5",
        "Diploma, levels 2 to 5",
        "This is a general qualification that a worker takes to their next job.",
        "Use the apprenticeship levy or the Learning and Development Support Scheme (LDSS).",
        r"\bdiploma\b|\bnvq\b",
    ),
    _refuse(
        "APPRENTICESHIP",
        "Apprenticeship",
        "This is a general qualification that a worker takes to their next job.",
        "Use the apprenticeship levy.",
        r"\bapprentice",
    ),
    _refuse(
        "REVALIDATION_CPD",
        "Revalidation or general professional development",
        "It is the employer’s or the professional’s own duty.",
        "Ask the employer.",
        r"\brevalidation\b",
    ),
    _refuse(
        "SUPERVISION_STATUTORY",
        "Statutory supervision",
        "Supervision that the law asks for is the employer’s own duty.",
        "Reflective practice about this person can be paid for: describe it as that.",
        r"\bstatutory supervision\b",
    ),
    _refuse(
        "AUTISM_AWARENESS_GENERIC",
        "General autism awareness",
        "General awareness with nothing about this person is not learning for one person.",
        _LDSS,
        r"\b(general|generic|basic) autism awareness\b",
    ),
    _refuse(
        "PHYSICAL_INTERVENTION",
        "Physical intervention",
        "It is paid for only as a small part of a plan to reduce restriction, from a provider "
        "certified against the Restraint Reduction Network training standards.",
        "If the panel should make an exception, write the case for it in question 11.",
        r"\bphysical intervention\b|\brestraint training\b|\bbreakaway\b",
    ),
    _conditional(
        "EPILEPSY_BUCCAL",
        "Epilepsy and buccal midazolam",
        "This can be paid for if it is for this person.",
        _ICB,
        r"\bbuccal\b|\bmidazolam\b",
    ),
    _conditional(
        "PEG_ENTERAL",
        "Enteral feeding (PEG)",
        "This can be paid for if it is for this person.",
        _ICB,
        r"\bpeg feed|\benteral\b",
    ),
    _conditional(
        "DIABETES",
        "Diabetes care",
        "This can be paid for if it is for this person.",
        _ICB,
        r"\bdiabetes\b|\binsulin\b",
    ),
    _conditional(
        "DYSPHAGIA",
        "Swallowing (dysphagia)",
        "This can be paid for if it is for this person.",
        _ICB,
        r"\bdysphagia\b",
    ),
    _conditional(
        "MEDICATION_STOMP",
        "Reviewing psychotropic medication (STOMP)",
        "This can be paid for: it is about taking less medication, not about giving it.",
        "Say in the reason which need of the person it answers.",
        r"\bstomp\b",
    ),
)
BY_CODE = {rule.code: rule for rule in RULES}
_WORDS = [(rule, re.compile(rule.words, re.IGNORECASE)) for rule in RULES if rule.words]

# Topics of learning for one person (domain 3.5): code, label.
TOPICS = (
    ("PBS_AWARENESS", "Positive behaviour support, awareness"),
    ("PBS_FOUNDATION", "Positive behaviour support, foundation"),
    ("PBS_PRACTITIONER", "Positive behaviour support, practitioner"),
    ("PBS_LEAD", "Positive behaviour support, coach or lead practitioner"),
    ("PBS_TRAINER", "Positive behaviour support, trainer skills"),
    ("FA", "Functional assessment and recording"),
    ("PBSPLAN", "Writing and using this person’s support plan"),
    ("AUT_T2", "Autism learning about this person, tier 2"),
    ("AUT_T3", "Autism learning about this person, tier 3"),
    ("SENSORY", "Sensory processing and environment"),
    ("COMM", "Communication"),
    ("INTINT", "Intensive interaction"),
    ("ACTSUP", "Active support"),
    ("CAPENV", "Capable environments"),
    ("TRAUMA", "Trauma-informed support and attachment"),
    ("LOWAROUSAL", "Low-arousal approaches"),
    ("RRP", "Reducing restrictive practice and human rights"),
    ("STOMP", "Psychotropic medication awareness (STOMP)"),
    ("MHLD", "Mental health, anxiety and self-injury"),
    ("EPIL", "Epilepsy of this person"),
    ("PHYSH", "Physical health, pain and constipation"),
    ("ADHD", "ADHD"),
    ("FORENSIC", "Risk of offending and positive risk-taking"),
    ("REL", "Relationships, sexuality and friendship"),
    ("PCP", "Person-centred planning, service design, working policy"),
    ("EMPLOY", "Being a good employer of personal assistants"),
    ("FAMILY", "Family carers’ programmes"),
    ("LEAD", "Practice leadership and coaching skills"),
    ("TTT", "Train the trainer"),
    ("WELL", "Staff wellbeing, resilience and debrief"),
    ("OTHER", "Something else"),
)


def topic_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The topics of a budget line, in the groups that the form shows."""
    refused = [(rule.code, rule.label) for rule in RULES if rule.is_refused]
    conditional = [(rule.code, rule.label) for rule in RULES if not rule.is_refused]
    return [
        ("Learning for this person", list(TOPICS)),
        ("Needs a written case", conditional),
        ("General requirements: cannot be funded", refused),
    ]


TOPIC_LABELS = dict(TOPICS) | {rule.code: rule.label for rule in RULES}


def assess_line(topic: str, description: str) -> Rule | None:
    """The rule that a line falls under, or None: by its topic, else by the words of its description.

    Source: domain 3.4. A refusing rule is a warning until an officer has judged the line.
    """
    if topic in BY_CODE:
        return BY_CODE[topic]
    for rule, words in _WORDS:
        if words.search(description):
            return rule
    return None
