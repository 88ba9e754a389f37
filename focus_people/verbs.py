"""How the verbs of focus people and support plans are offered."""

from accounts.verbs import Verb, register

from . import actions, workflow
from .forms.check_ins import AnswerAlertForm
from .forms.keeping import AskErasureForm, HoldForm
from .models import CheckIn, Erasure, FocusPerson, KeptWords, SupportPlan

PERSON_VERBS = register(
    FocusPerson,
    [
        Verb(
            name="report-move",
            do=workflow.report_move,
            permission="focus_people.report_change",
            label="Report that they moved on",
            explain="Your organisation no longer supports the person. The record is kept as it was, "
            "and nobody can change it afterwards.",
            done="The record says that the person has moved on.",
            is_warning=True,
        ),
        Verb(
            name="report-death",
            do=workflow.report_death,
            permission="focus_people.report_change",
            label="Report that they died",
            explain="We are sorry. Nothing more will be asked: no report falls due, and no reminder is "
            "sent. The record is kept as it was.",
            done="The record says that the person has died. No more reports fall due.",
            is_warning=True,
        ),
        Verb(
            name="withdraw-consent",
            do=actions.withdraw_consent,
            permission="focus_people.withdraw_consent",
            label="Withdraw consent",
            explain="Takes effect at once. The record can no longer be used for a new application, "
            "and no story about the person is published.",
            done="Consent is withdrawn.",
            is_warning=True,
        ),
        Verb(
            name="hold",
            do=workflow.place_hold,
            permission="focus_people.hold_person",
            label="Place a legal hold",
            explain="Nothing of this record is removed while the hold stands: by no erasure, and not when "
            "its time is over. Use it for a claim, a complaint or an inquiry.",
            done="The hold stands.",
            form=HoldForm,
            only_while=lambda person: person.standing_hold() is None,
        ),
        Verb(
            name="release-hold",
            do=workflow.release_hold,
            permission="focus_people.hold_person",
            label="End the legal hold",
            explain="What has been kept for its time may be removed again.",
            done="The hold has ended.",
            only_while=lambda person: person.standing_hold() is not None,
        ),
        Verb(
            name="ask-erasure",
            do=workflow.ask_erasure,
            permission="focus_people.ask_erasure",
            label="Ask to erase this record",
            explain="Another programme lead decides. Then every text, document, letter and reference that "
            "says who this person is goes, and cannot be brought back. Totals stay as they are.",
            done="Another programme lead is asked.",
            form=AskErasureForm,
            is_warning=True,
            leads_to=lambda erasure: erasure.get_absolute_url(),
        ),
    ],
)

ERASURE_VERBS = register(
    Erasure,
    [
        Verb(
            name="erase",
            do=workflow.erase,
            permission="focus_people.erase_person",
            label="Erase the record",
            explain="Every text, document, letter and reference that says who this person is goes now, and "
            "cannot be brought back. Bands, numbers and days that totals count stay.",
            done="The record says nothing about anybody any more.",
            is_warning=True,
        ),
        Verb(
            name="turn-down",
            do=workflow.turn_down_erasure,
            permission="focus_people.erase_person",
            label="Do not erase it",
            explain="The record stays as it is. Somebody may ask again.",
            done="The record stays.",
        ),
    ],
)

PLAN_VERBS = register(
    SupportPlan,
    [
        Verb(
            name="confirm",
            do=workflow.confirm_plan,
            permission="focus_people.confirm_plan",
            label="Confirm the figures",
            explain="You confirm for your organisation that the hours and rates are those of the week.",
            done="The figures are confirmed by the provider.",
        ),
        Verb(
            name="record-agreement",
            do=workflow.confirm_plan,
            permission="focus_people.confirm_plan_for_commissioner",
            label="Record the commissioner’s agreement",
            explain="The commissioner has told the programme that these figures are right. From now on "
            "this version does not change, and it may enter the funder’s headline.",
            done="The commissioner’s agreement is recorded.",
            move="confirm",
        ),
    ],
)

WORDS_VERBS = register(
    KeptWords,
    [
        Verb(
            name="let-stay",
            do=workflow.let_words_stay,
            permission="focus_people.look_at_words",
            label="They may stay",
            explain="You agree with the writer: these words identify nobody.",
            done="The words may stay.",
            move="look",
        ),
        Verb(
            name="send-back",
            do=workflow.send_words_back,
            permission="focus_people.look_at_words",
            label="They have to come out",
            explain="The writer gets an e-mail that says where, and never what. The words are asked about "
            "again when the text is saved.",
            done="The writer is asked to take the words out.",
            move="look",
            is_warning=True,
        ),
    ],
)

CHECK_IN_VERBS = register(
    CheckIn,
    [
        Verb(
            name="answer",
            do=workflow.answer_alert,
            permission="focus_people.answer_alert",
            label="Answer this alert",
            explain="The organisation sees on the person’s page what you offer, and gets an e-mail that "
            "something waits there.",
            done="Your answer is recorded.",
            form=AnswerAlertForm,
        ),
    ],
)
