"""How the verbs of an application are offered, from sending to the panel's door."""

from typing import Any

from django.urls import reverse

from accounts.verbs import Verb

from .. import actions, workflow
from ..enums import Owner
from ..forms.applications import AskForm, AssignForm, DeclareForm, IneligibleForm, WithdrawForm

VERBS = (
    Verb(
        name="submit",
        do=workflow.submit,
        permission="grants.submit_application",
        label="Sign and send",
        explain="You sign for your organisation. After sending, the answers are locked: the panel "
        "judges what you send now.",
        form=DeclareForm,
        is_primary=True,
        leads_to=lambda application: reverse("application-sent", args=[application.reference]),
    ),
    Verb(
        name="resubmit",
        do=workflow.resubmit,
        permission="grants.submit_application",
        label="Send reply and restart the count",
        explain="The officer gets your reply, and the count of days runs again from today.",
        done="Your reply is sent. The count of days runs again.",
        is_primary=True,
    ),
    Verb(
        name="start-check",
        do=workflow.start_check,
        permission="grants.check_application",
        label="Start the eligibility check",
        explain="You take the case. The applicant sees that the check has begun.",
        done="The case is yours. Check the criteria and the budget lines.",
        is_primary=True,
    ),
    Verb(
        name="pass-to-panel",
        do=workflow.pass_to_panel,
        permission="grants.check_application",
        label="Pass to the panel",
        explain="The case file is frozen with your verdicts. The panel’s chair can assign it.",
        done="The case is with the panel.",
        is_primary=True,
    ),
    Verb(
        name="ask",
        do=workflow.ask,
        permission="grants.check_application",
        label="Ask the applicant a question",
        explain="The clock stops today, and runs again on the day of the reply.",
        done="The question is on its way. The clock has stopped.",
        form=AskForm,
    ),
    Verb(
        name="assign",
        do=actions.assign_officer,
        permission="grants.check_application",
        label="Give to another officer",
        done="The case has changed hands.",
        form=AssignForm,
        only_while=lambda application: application.owner != Owner.NOBODY,
    ),
    Verb(
        name="find-ineligible",
        do=workflow.find_ineligible,
        permission="grants.check_application",
        label="Find not eligible",
        explain="The application ends here. The applicant gets your reason.",
        done="The applicant has been told.",
        form=IneligibleForm,
        is_warning=True,
    ),
    Verb(
        name="withdraw",
        do=workflow.withdraw,
        permission="grants.withdraw_application",
        label="Withdraw the application",
        explain="It ends here and cannot be taken up again. You can start a new one.",
        done="The application is withdrawn.",
        form=WithdrawForm,
        is_warning=True,
    ),
)


def crumb(user: Any, application: Any) -> dict[str, Any]:
    """The way back from a verb's page."""
    return {"crumb": (str(application.person.alias), application.get_absolute_url())}
