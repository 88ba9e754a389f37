from django.apps import AppConfig


class FocusPeopleConfig(AppConfig):
    name = "focus_people"

    def ready(self) -> None:
        from accounts import permissions
        from accounts.context import register_navigation
        from accounts.enums import TeamRole
        from accounts.fields.doubts import register_doubts
        from accounts.retention import register_keeper, register_retention
        from accounts.wording import register_events, register_states
        from accounts.worklist import register_todos

        from . import doubts, rules, todos, verbs  # noqa: F401
        from .enums import ErasureState, PersonState
        from .retention import CLASSES, keeps_the_trail

        permissions.register(rules.RULES)
        register_doubts(doubts.find, doubts.keep)
        register_retention(*CLASSES)
        register_keeper(keeps_the_trail)
        register_todos(todos.for_staff)
        register_todos(todos.for_leads)
        register_todos(todos.for_members)
        register_states(
            {
                PersonState.CURRENT: "green",
                PersonState.MOVED: "grey",
                PersonState.DECEASED: "grey",
                ErasureState.ASKED: "blue",
                ErasureState.DONE: "green",
                ErasureState.REFUSED: "grey",
            }
        )
        register_events(
            {
                "person.added": "Record begun",
                "person.edited": "Facts changed",
                "person.read": "Record opened",
                "person.needs_set": "Needs written",
                "person.goals_set": "Goals written",
                "person.moved": "Moved on",
                "person.died": "Has died",
                "consent.recorded": "Consent or best interests recorded",
                "consent.withdrawn": "Consent withdrawn",
                "circle.joined": "Joined the circle",
                "circle.edited": "Circle changed",
                "circle.left": "Left the circle",
                "plan.made": "New version of the support plan",
                "plan.saved": "Support plan changed",
                "plan.locked": "Support plan locked",
                "plan.confirmed": "Support plan confirmed",
                "person.exported": "Everything held was taken out, for a request",
                "person.goals_scored": "Goals scored",
                "person.checked_in": "Monthly check-in",
                "person.alert_answered": "Alert answered",
                "scenario.made": "Another week begun, to compare",
                "scenario.saved": "Another week changed, to compare",
                "scenario.removed": "Another week taken out",
                "unit_cost.set": "Unit cost set",
                "person.held": "Legal hold placed",
                "person.hold_released": "Legal hold ended",
                "erasure.asked": "Erasure asked for",
                "erasure.done": "Record erased",
                "erasure.turned_down": "Record not erased",
                "words.looked_at": "Words that stay looked at",
            }
        )
        register_navigation(
            46,
            "Unit costs",
            "unit-costs",
            lambda user: user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD),
            group="People",
        )
        register_navigation(
            30,
            "People",
            "people",
            lambda user: (
                bool(user.organisation_roles)
                or user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)
            ),
        )
