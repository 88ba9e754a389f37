from django.urls import path

from accounts.verbs import verb_page

from ..models import Application
from ..verbs.applications import crumb
from ..views import (
    applications,
    budget_table,
    budgets,
    documents,
    download,
    eligibility,
    feed,
    linking,
    officer,
)

_ONE = "applications/<str:reference>/"

urlpatterns = [
    path("eligibility/", eligibility.check, name="eligibility-check"),
    path("eligibility/<str:reference>/", eligibility.result, name="eligibility-result"),
    path("applications/", applications.applications, name="applications"),
    path("applications/start/", applications.start, name="start-application"),
    path(_ONE, applications.application, name="application"),
    path(
        f"{_ONE}questions/<int:number>/",
        applications.question,
        name="application-question",
    ),
    path(f"{_ONE}form/", applications.change_form, name="application-form"),
    path(f"{_ONE}check/", applications.check_answers, name="application-check"),
    path(f"{_ONE}sent/", applications.sent, name="application-sent"),
    path(f"{_ONE}replies/<int:number>/", applications.reply, name="application-reply"),
    path(f"{_ONE}budget/", budgets.budget, name="application-budget"),
    path(f"{_ONE}budget/add/", budgets.add_line, name="budget-line-add"),
    path(f"{_ONE}budget/table/", budget_table.table_in, name="budget-table"),
    path(f"{_ONE}budget/table.csv", budget_table.table_out, name="budget-table-out"),
    path(f"{_ONE}budget/<int:number>/", budgets.change_line, name="budget-line"),
    path(f"{_ONE}budget/<int:number>/remove/", budgets.remove_line, name="budget-line-remove"),
    path(f"{_ONE}linking-code/", linking.linking_code, name="linking-code"),
    path(f"{_ONE}download/", download.download, name="application-download"),
    path("calendar/", feed.calendar, name="calendar"),
    path("calendar/<str:token>/", feed.feed, name="calendar-feed"),
    path(f"{_ONE}documents/", documents.documents, name="application-documents"),
    path("documents/<str:reference>/", documents.document, name="document"),
    path("documents/<str:reference>/remove/", documents.remove_document, name="document-remove"),
    path("casework/", officer.casework, name="casework"),
    path("casework/assign/", officer.casework_assign, name="casework-assign"),
    path("casework/views/", officer.casework_view, name="casework-view"),
    path("casework/spotlight/", officer.spotlight_export, name="spotlight-export"),
    path("casework/export/", officer.casework_export, name="casework-export"),
    path(f"{_ONE}findings/", officer.findings, name="application-findings"),
    path(f"{_ONE}lines/", officer.lines, name="application-lines"),
    path(f"{_ONE}answers/", officer.answers, name="application-answers"),
    path(f"{_ONE}versions/", officer.versions, name="application-versions"),
    path(
        f"{_ONE}<slug:verb>/",
        verb_page(Application, extra=crumb, template="grants/application_verb.html"),
        name="application-verb",
    ),
]
