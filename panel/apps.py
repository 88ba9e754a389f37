from django.apps import AppConfig

# Pages of one case that chair and lead reach from the list of cases.
OVERSIGHT = (
    "panel-plan",
    "panel-fairness",
    "panel-ranking",
    "panel-assign",
    "panel-moderation",
    "panel-resolve-flag",
    "panel-conclude",
    "panel-members",
    "panel-member",
    "panel-member-add",
)


class PanelConfig(AppConfig):
    name = "panel"

    def ready(self) -> None:
        from accounts import audit, chores, permissions, wording, worklist
        from accounts.context import register_navigation
        from accounts.enums import TeamRole
        from grants.independence import register_part
        from grants.recommendation_page import register_remark

        from . import reminders, rules, tasks, verbs  # noqa: F401
        from .reports.moderation import remark_before_release

        permissions.register(rules.RULES)
        register_part(rules.took_part)
        audit.register_party(rules.own_cases)
        register_remark(remark_before_release)
        worklist.register_todos(tasks.for_panellists)
        worklist.register_todos(tasks.for_chairs)
        worklist.register_todos(tasks.notes_to_write)
        worklist.register_todos(tasks.meetings)
        chores.register_chore(reminders.remind)
        wording.register_states(
            {
                "assigned": "orange",
                "clear": "blue",
                "conflicted": "grey",
                "stood_down": "grey",
                "scoring": "turquoise",
                "scored": "blue",
                "voided": "grey",
                "assigning": "orange",
                "scoring_open": "blue",
                "moderating": "turquoise",
                "concluded": "green",
                "over": "grey",
                "called": "blue",
                "under_way": "turquoise",
                "ended": "orange",
                "minuted": "green",
            }
        )
        wording.register_events(
            {
                "panel.assigned": "Panel members assigned",
                "panel.stood_down": "A panel member stood down",
                "panel.flag_resolved": "A flag was resolved",
                "panel.concluded": "Panel concluded",
                "interest.declared": "Interests declared",
                "interest.declared_late": "An interest was declared after the case was opened",
                "interest.entered": "Register of interests: entry made",
                "interest.ended": "Register of interests: entry ended",
                "interest.struck_out": "Register of interests: entry struck out",
                "assessment.submitted": "Scores submitted",
                "assessment.score_changed": "A score was changed in moderation",
                "assessment.case_file_confirmed": "Newest case file confirmed",
                "meeting.called": "Panel meeting called",
                "meeting.agenda_changed": "Panel meeting: agenda changed",
                "meeting.attendance_noted": "Panel meeting: who was there",
                "meeting.apologies_sent": "Panel meeting: apologies sent",
                "meeting.opened": "Panel meeting started",
                "meeting.noted": "Panel meeting: a note for the minutes",
                "meeting.ended": "Panel meeting ended",
                "meeting.minutes_approved": "Panel meeting: minutes approved",
                "panel.pack_taken": "Cases and blank sheets taken on paper",
                "panellist.paid": "Participation payment marked as paid",
                "panellist.seated": "Panel member’s seat set",
                "panellist.profile_saved": "Panel member’s employer and expertise saved",
                "panellist.service_set": "Panel member’s briefing and capacity in a round set",
                "interest.register_confirmed": "Register of interests: confirmed as complete",
            }
        )

        def is_on_panel(user: object) -> bool:
            return user.is_team(TeamRole.PANEL_MEMBER, TeamRole.PANEL_CHAIR)

        def oversees(user: object) -> bool:
            return user.is_team(TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD)

        register_navigation(20, "Queue", "panel-queue", is_on_panel, group="Panel")
        register_navigation(21, "Cases", "panel-cases", oversees, also=OVERSIGHT, group="Panel")

        def pays(user: object) -> bool:
            return user.is_team(TeamRole.FINANCE)

        register_navigation(24, "Participation payments", "panel-payments", pays, group="Panel")

        def meets(user: object) -> bool:
            return is_on_panel(user) or oversees(user)

        register_navigation(
            21,
            "Meetings",
            "panel-meetings",
            meets,
            also=("panel-meeting", "panel-meeting-call", "panel-screen", "panel-minutes"),
            group="Panel",
        )
        register_navigation(22, "Interests", "panel-interests", is_on_panel, group="Panel")
        register_navigation(23, "Scoring guide", "panel-guide", is_on_panel, group="Panel")
