from typing import Any

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"

    def ready(self) -> None:
        from accounts import permissions, wording, worklist
        from accounts.chores import register_chore
        from accounts.context import register_navigation
        from accounts.enums import MemberRole
        from accounts.notices import Notice, register_notices
        from accounts.retention import register_retention
        from grants import dated_lists, grant_page

        from . import actions, lists, on_grant_page, rules, verbs, waiting  # noqa: F401
        from .retention import CLASSES

        register_retention(*CLASSES)
        permissions.register(rules.RULES)

        def on_market(user: Any) -> bool:
            writes = user.organisation_ids(MemberRole.LEAD, MemberRole.CONTRIBUTOR)
            return bool(writes) or rules.manages_market(user)

        register_navigation(
            48,
            "Training",
            "shared-sessions",
            on_market,
            also=(
                "training-providers",
                "add-training-provider",
                "compare-training-providers",
                "training-gaps",
                "training-provider",
                "training-provider-verb",
                "give-back-seats",
                "training-lists",
                "training-list-entry",
            ),
        )
        register_notices(
            [
                Notice(
                    "shared_session_cancelled",
                    "A shared session is cancelled",
                    lambda user: bool(
                        user.organisation_ids(MemberRole.LEAD, MemberRole.CONTRIBUTOR)
                    ),
                    True,
                )
            ]
        )
        dated_lists.register_lists(lists.listed)
        grant_page.register_section(20, on_grant_page.section)
        grant_page.register_links(20, on_grant_page.links)
        grant_page.register_acts(20, on_grant_page.acts)
        grant_page.register_due(on_grant_page.due)
        worklist.register_todos(waiting.sessions_without_attendance)
        worklist.register_todos(waiting.learners_to_remind)
        worklist.register_todos(waiting.reviews_due)
        worklist.register_todos(waiting.approvals_to_review)
        register_chore(actions.forget_previews)
        wording.register_states(
            {
                "planned": "blue",
                "held": "green",
                "previewed": "orange",
                "imported": "green",
                "listed": "grey",
            }
        )
        wording.register_events(
            {
                "activity.planned": "Activity planned",
                "activity.changed": "Activity changed",
                "activity.learners_asked": "Learners asked how confident they are",
                "activity.rated": "A learner answered",
                "activity.voided": "Activity taken out of the record",
                "activity.signed_off": "Signed off by a clinician",
                "activity.sign_off_voided": "Sign-off taken out of the record",
                "activity.passed_on": "Training passed on",
                "activity.passed_on_voided": "Training passed on taken out of the record",
                "activity.others_counted": "Staff of others counted",
                "provider.listed": "Listed in the directory",
                "provider.changed": "Facts changed",
                "provider.approved": "Approved",
                "provider.withdrawn": "Taken off the list",
                "shared_session.opened": "Shared session opened",
                "shared_session.cancelled": "Shared session cancelled",
                "seats.taken": "Seats taken in a shared session",
                "seats.given_back": "Seats given back",
                "list.dates_noted": "Entry of a list noted",
                "session.planned": "Session planned",
                "session.delivered": "Session held",
                "session.attendance_corrected": "Attendance corrected",
                "session.changed": "Session changed",
                "session.cancelled": "Session cancelled",
                "session.voided": "Session taken out of the record",
                "session.sign_in_opened": "Signing in opened",
                "session.sign_in_closed": "Signing in ended",
                "session.signed_in": "Signed in on the day",
                "register.read": "Register read, nothing put in yet",
                "register.imported": "Register put in",
                "register.undone": "Register undone",
            }
        )
