"""The eligibility check: six questions without an account, and where to go instead (domain 2.2–2.4)."""

from dataclasses import dataclass

from django import forms


@dataclass(frozen=True)
class CheckQuestion:
    """A question, its answers (value, label), the answers that pass, and where to go otherwise."""

    name: str
    label: str
    hint: str
    choices: tuple[tuple[str, str], ...]
    passing: tuple[str, ...]
    missing: str
    instead: dict[str, tuple[str, str]]


YES_NO = (("yes", "Yes"), ("no", "No"))

QUESTIONS = (
    CheckQuestion(
        "organisation",
        "Do you work for a social care or health organisation in England?",
        "Of any kind and size: a charity, a company, a council, an NHS body, a user-led organisation.",
        YES_NO,
        ("yes",),
        "Select whether you work for a social care or health organisation in England",
        {
            "no": (
                "The fund is for social care and health organisations in England.",
                "If you employ personal assistants yourself, ask your local user-led organisation "
                "about its training fund, or whoever pays your personal health budget or direct "
                "payment. A provider who supports the person may also apply with you.",
            )
        },
    ),
    CheckQuestion(
        "person",
        "Is it for one person who has a learning disability, is autistic or has ADHD?",
        "Other mental health needs may come on top. Young people under 18 who prepare for adulthood "
        "can be considered.",
        (("yes", "Yes, for one person"), ("team", "No, for a whole team or service"), ("no", "No")),
        ("yes",),
        "Select whether it is for one person",
        {
            "team": (
                "One grant is for the people around one person.",
                "For training that a whole team needs, claim from the Learning and Development "
                "Support Scheme (LDSS). If several people you support need it, make one "
                "application for each of them.",
            ),
            "no": (
                "The fund is for people with a learning disability, autistic people and people "
                "with ADHD.",
                "Ask the council’s workforce team, or the integrated care board for learning about "
                "other health needs.",
            ),
        },
    ),
    CheckQuestion(
        "risk",
        "Is the person at risk of going into hospital, or about to leave it?",
        "For example: red or amber on the dynamic support register, or a discharge is planned.",
        (
            ("risk", "At risk of admission"),
            ("discharge", "In hospital, discharge planned"),
            ("no", "Neither"),
        ),
        ("risk", "discharge"),
        "Select whether the person is at risk of admission or about to be discharged",
        {
            "no": (
                "The learning must help somebody to stay out of hospital or to leave it.",
                "Talk to the integrated care board about the dynamic support register first. For "
                "learning that prevents difficulties earlier, ask the council’s commissioner.",
            )
        },
    ),
    CheckQuestion(
        "learning",
        "Is the learning about this person, for the people around them?",
        "Not training that any worker needs for their role, such as the Oliver McGowan training, "
        "the Care Certificate, first aid or moving and handling.",
        (("yes", "Yes, it is about this person"), ("no", "No, any worker would need it")),
        ("yes",),
        "Select whether the learning is about this person",
        {
            "no": (
                "Training that any worker needs for their role cannot be funded.",
                "Claim it from the Learning and Development Support Scheme (LDSS). For personal "
                "assistants, ask the user-led organisation training fund.",
            )
        },
    ),
    CheckQuestion(
        "amount",
        "How much will you ask for?",
        "For one person, in one application.",
        (
            ("within", "Between £1,000 and £8,000"),
            ("less", "Less than £1,000"),
            ("more", "More than £8,000"),
        ),
        ("within",),
        "Select how much you will ask for",
        {
            "less": (
                "The least you can ask for is £1,000.",
                "For a smaller sum, ask the Learning and Development Support Scheme (LDSS) or the "
                "person’s own budget.",
            ),
            "more": (
                "The most you can ask for is £8,000.",
                "Ask for the part that is about this person most, and ask the integrated care "
                "board or the council for the rest.",
            ),
        },
    ),
    CheckQuestion(
        "unpaid",
        "Is anybody paying for this learning already?",
        "The person’s health budget or direct payment, LDSS, the user-led organisation fund, the "
        "integrated care board. Training that has taken place already counts too.",
        (("no", "No"), ("yes", "Yes, all of it")),
        ("no",),
        "Select whether anybody pays for this learning already",
        {
            "yes": (
                "Nothing is paid for twice, and nothing that has taken place already.",
                "Use the funding you have. If it leaves a part unpaid, you can apply for that part.",
            )
        },
    ),
)


class EligibilityForm(forms.Form):
    """Six questions on one page."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for question in QUESTIONS:
            self.fields[question.name] = forms.ChoiceField(
                label=question.label,
                help_text=question.hint,
                choices=question.choices,
                widget=forms.RadioSelect,
                error_messages={
                    "required": question.missing,
                    "invalid_choice": question.missing,
                },
            )

    @property
    def is_eligible(self) -> bool:
        return not reasons(self.cleaned_data)


@dataclass(frozen=True)
class Reason:
    """Why not, and where to go instead."""

    why: str
    instead: str


def reasons(answers: dict[str, str]) -> list[Reason]:
    """The reasons against, from kept answers; none means yes."""
    found = []
    for question in QUESTIONS:
        answer = answers.get(question.name, "")
        if answer not in question.passing and answer in question.instead:
            found.append(Reason(*question.instead[answer]))
    return found
