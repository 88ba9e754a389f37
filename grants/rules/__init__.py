"""Who may do what on the money's road, a file per noun; `RULES` joins their tables."""

from . import applications, decisions, grants

RULES = {**applications.RULES, **decisions.RULES, **grants.RULES}
