"""States and choices of organisations and people. Imports nothing of ours."""

from django.db.models import TextChoices


class OrganisationState(TextChoices):
    REGISTERED = "registered", "Waiting for verification"
    VERIFIED = "verified", "Verified"
    REFUSED = "refused", "Not verified"


# Whom each state waits for.
STATE_OWNER = {
    OrganisationState.REGISTERED: "officer",
    OrganisationState.VERIFIED: "nobody",
    OrganisationState.REFUSED: "applicant",
}


class MemberRole(TextChoices):
    LEAD = "lead", "Lead"
    CONTRIBUTOR = "contributor", "Contributor"
    HELPER = "helper", "Helper from another organisation"


MEMBER_ROLE_SAYS = {
    MemberRole.LEAD: "Writes, signs and sends applications, accepts offers, invites colleagues",
    MemberRole.CONTRIBUTOR: "Writes applications, logs training and drafts reports",
    MemberRole.HELPER: "Helps to write drafts only; sees no money after the award",
}


class TeamRole(TextChoices):
    PANEL_MEMBER = "panel_member", "Panel member"
    PANEL_CHAIR = "panel_chair", "Panel chair"
    OFFICER = "officer", "Officer"
    PROGRAMME_LEAD = "programme_lead", "Programme lead"
    FINANCE = "finance", "Finance"
    FUNDER = "funder", "Funder"
    AUDITOR = "auditor", "Auditor"
    SURVEY_HOST = "survey_host", "Survey host"


TEAM_ROLE_SAYS = {
    TeamRole.PANEL_MEMBER: "Declares interests, then scores the cases assigned to them",
    TeamRole.PANEL_CHAIR: "Assigns and moderates, then concludes the panel’s recommendation",
    TeamRole.OFFICER: "Checks eligibility, asks for clarification, prepares payments, accepts reports",
    TeamRole.PROGRAMME_LEAD: "Sets up rounds, decides and releases, reports impact",
    TeamRole.FINANCE: "Approves payments that somebody else prepared",
    TeamRole.FUNDER: "Reads the published figures",
    TeamRole.AUDITOR: "Reads the audit trail",
    TeamRole.SURVEY_HOST: "Runs the experience survey, from outside the programme and the organisations",
}

_PANEL = {TeamRole.PANEL_MEMBER, TeamRole.PANEL_CHAIR}
_STAFF = {TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD, TeamRole.FINANCE}
# Roles that one person does not hold together: the panel is independent of those who run the programme,
# whoever reads the audit trail of those who write it, and the survey of everybody (domain 00, 7 and 13).
APART: dict[str, set[TeamRole]] = {
    **{role: _STAFF | {TeamRole.AUDITOR, TeamRole.SURVEY_HOST} for role in _PANEL},
    **{role: _PANEL | {TeamRole.AUDITOR, TeamRole.SURVEY_HOST} for role in _STAFF},
    TeamRole.AUDITOR: _PANEL | _STAFF | {TeamRole.SURVEY_HOST},
    TeamRole.SURVEY_HOST: {role for role in TeamRole if role != TeamRole.SURVEY_HOST},
    TeamRole.FUNDER: {TeamRole.SURVEY_HOST},
}

SECOND_FACTOR_ROLES = frozenset(
    {
        TeamRole.PANEL_MEMBER,
        TeamRole.PANEL_CHAIR,
        TeamRole.OFFICER,
        TeamRole.PROGRAMME_LEAD,
        TeamRole.FINANCE,
        TeamRole.SURVEY_HOST,
    }
)


class Sector(TextChoices):
    """Sectors of an organisation or of a member of a circle of support (domain 04)."""

    FAM = "FAM", "Family, friends, unpaid"
    IND = "IND", "Individual employer"
    ASC_P = "ASC_P", "Adult social care, private"
    ASC_V = "ASC_V", "Adult social care, voluntary"
    ASC_LA = "ASC_LA", "Adult social care, local authority"
    LA_ASC = "LA_ASC", "Local authority assessment and commissioning"
    NHS_COM = "NHS_COM", "NHS community"
    NHS_INP = "NHS_INP", "Inpatient"
    PRIM = "PRIM", "Primary care"
    ICB = "ICB", "Integrated care board"
    HOU = "HOU", "Housing"
    EDU = "EDU", "Education or employment"
    DAY = "DAY", "Day and community opportunities"
    ADV = "ADV", "Advocacy"
    CJS = "CJS", "Police and justice"
    VOL = "VOL", "Volunteers and community"
    TRA = "TRA", "Transport"
    OTH = "OTH", "Other"


# The headline set of domain 04 (clarification 2): the three social care codes count as one,
# and so do the two NHS codes; primary care, day, transport and other are none.
HEADLINE_SECTOR = {
    Sector.FAM: "FAM",
    Sector.IND: "IND",
    Sector.ASC_P: "ASC",
    Sector.ASC_V: "ASC",
    Sector.ASC_LA: "ASC",
    Sector.NHS_COM: "NHS",
    Sector.NHS_INP: "NHS",
    Sector.LA_ASC: "LA_ASC",
    Sector.ICB: "ICB",
    Sector.HOU: "HOU",
    Sector.EDU: "EDU",
    Sector.ADV: "ADV",
    Sector.CJS: "CJS",
    Sector.VOL: "VOL",
}


class Region(TextChoices):
    NORTH_EAST = "north_east", "North East"
    NORTH_WEST = "north_west", "North West"
    YORKSHIRE = "yorkshire", "Yorkshire and The Humber"
    EAST_MIDLANDS = "east_midlands", "East Midlands"
    WEST_MIDLANDS = "west_midlands", "West Midlands"
    EAST = "east", "East of England"
    LONDON = "london", "London"
    SOUTH_EAST = "south_east", "South East"
    SOUTH_WEST = "south_west", "South West"


class OrganisationSize(TextChoices):
    MICRO = "micro", "Up to 9 staff"
    SMALL = "small", "10 to 49 staff"
    MEDIUM = "medium", "50 to 249 staff"
    LARGE = "large", "250 staff or more"


class CqcStatus(TextChoices):
    REGISTERED = "registered", "Registered"
    APPLIED = "applied", "Applied, waiting"
    NOT_REQUIRED = "not_required", "Not required for what we do"


class NoticeHow(TextChoices):
    """How somebody wants to hear of something: at once, once a day, or not by e-mail."""

    IMMEDIATE = "immediate", "At once"
    DAILY = "daily", "Once a day"
    OFF = "off", "Not at all"


class DeliveryState(TextChoices):
    """What has become of a message in the outbox."""

    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    DEAD = "dead", "Given up"
