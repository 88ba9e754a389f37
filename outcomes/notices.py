"""The e-mails about outcomes whose readers may choose how they hear of them."""

from typing import Any

from accounts.enums import MemberRole
from accounts.notices import Notice


def _is_lead(user: Any) -> bool:
    return bool(list(user.organisation_ids(MemberRole.LEAD)))


NOTICES = (Notice("report_due", "An outcome report can be sent, or is late", _is_lead),)
