"""A page whose draft was kept without hearing of it is not taken for somebody else."""

import pytest
from django.test import Client
from django.urls import reverse

from grants.enums import ApplicationState
from tests.factories.accounts import lead_of
from tests.factories.grants import application_at, started

pytestmark = pytest.mark.django_db

# What arrives, in order: page and number of the draft, the version it was written on, its text; then
# the answer's status and the text that stands.
LOST = [("a-1", 0, "one", 200, "one"), ("a-2", 0, "one two", 200, "one two")]
OVERTAKEN = [("a-2", 0, "one two", 200, "one two"), ("a-1", 0, "one", 200, "one two")]
OTHERS = [("a-1", 0, "one", 200, "one"), ("b-2", 0, "two", 409, "one")]
SAVED_BETWEEN = [
    ("a-1", 0, "one", 200, "one"),
    ("b-1", 1, "other", 200, "other"),
    ("a-2", 1, "one two", 409, "other"),
]
NO_NAME = [("1", 0, "one", 200, "one"), ("1", 0, "two", 409, "one")]
NONSENSE = [("a-1", 0, "one", 200, "one"), (f"a-{'9' * 5000}", 0, "two", 409, "one")]


@pytest.mark.parametrize("arrives", [LOST, OVERTAKEN, OTHERS, SAVED_BETWEEN, NO_NAME, NONSENSE])
def test_an_answer(arrives):
    made = started()
    client = Client()
    client.force_login(lead_of(made.organisation))
    url = reverse("application-question", args=[made.reference, 1])
    for draft, version, text, status, stands in arrives:
        data = {"answer": text, "version": version}
        answered = client.post(url, data, headers={"X-Autosave": draft})
        held = made.answers.get()
        assert (answered.status_code, held.text) == (status, stands)
        if status == 200:
            assert answered.json()["version"] == held.version


def test_a_reply():
    made = application_at(ApplicationState.RETURNED)
    client = Client()
    client.force_login(lead_of(made.organisation))
    url = reverse("application-reply", args=[made.reference, 1])
    empty = made.clarifications.get().draft_version
    for draft, text, status, stands in (
        ("a-1", "one", 200, "one"),
        ("a-2", "one two", 200, "one two"),
        ("b-1", "three", 409, "one two"),
    ):
        data = {"reply": text, "version": empty}
        answered = client.post(url, data, headers={"X-Autosave": draft})
        assert (answered.status_code, made.clarifications.get().reply) == (status, stands)
