"""Who may do what on the money's road, a file per noun; `RULES` joins their tables."""

from accounts.permissions import Rule

from . import appeals, applications, decisions, grants

RULES: dict[str, Rule] = {
    **applications.RULES,
    **decisions.RULES,
    **appeals.RULES,
    **grants.RULES,
}
