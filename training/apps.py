from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"

    def ready(self) -> None:
        from accounts import permissions, wording, worklist
        from grants import grant_page

        from . import on_grant_page, rules, verbs, waiting  # noqa: F401

        permissions.register(rules.RULES)
        grant_page.register_section(20, on_grant_page.section)
        grant_page.register_links(20, on_grant_page.links)
        grant_page.register_acts(20, on_grant_page.acts)
        grant_page.register_due(on_grant_page.due)
        worklist.register_todos(waiting.sessions_without_attendance)
        worklist.register_todos(waiting.learners_to_remind)
        wording.register_states(
            {"planned": "blue", "held": "green", "previewed": "orange", "imported": "green"}
        )
        wording.register_events(
            {
                "activity.planned": "Activity planned",
                "activity.changed": "Activity changed",
                "activity.learners_asked": "Learners asked how confident they are",
                "activity.rated": "A learner answered",
                "activity.voided": "Activity taken out of the record",
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
