"""How the states of the money's road look, and what timelines say for its events."""

COLOURS = {
    # Applications
    "draft": "grey",
    "submitted": "blue",
    "in_check": "orange",
    "returned": "orange",
    "with_panel": "blue",
    "recommended": "turquoise",
    "decided": "turquoise",
    "approved": "green",
    "declined": "plum",
    "ineligible": "plum",
    "withdrawn": "grey",
    # Budget lines and findings
    "open": "grey",
    "accepted": "green",
    "refused": "plum",
    "pass": "green",
    "fail": "plum",
    "unsure": "orange",
}

EVENTS = {
    "programme.created": "Programme set up",
    "round.created": "Round set up",
    "round.published": "Round published",
    "application.started": "Draft started",
    "application.submitted": "Sent",
    "application.check_started": "Eligibility check started",
    "application.assigned": "Given to another officer",
    "application.finding": "Criteria checked",
    "application.line_judged": "Budget lines decided",
    "application.line_changed": "Budget line changed",
    "application.line_removed": "Budget line taken out",
    "application.returned": "Question asked, clock stopped",
    "application.resubmitted": "Question answered, clock started",
    "application.found_ineligible": "Found not eligible",
    "application.passed_to_panel": "Passed to the panel",
    "application.document_added": "Document added",
    "application.document_removed": "Document taken out",
    "application.document_infected": "Document found unsafe, its content destroyed",
    "application.late_allowed": "More time allowed",
    "application.state_corrected": "A wrong state put right",
    "application.message": "Message",
    "application.copied": "Copied from an earlier application",
    "application.withdrawn": "Withdrawn by the applicant",
}
