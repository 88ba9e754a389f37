from typing import Any

from allauth.account.models import EmailAddress
from django.core.management.base import BaseCommand, CommandError

from accounts.enums import TeamRole
from accounts.models import User
from accounts.state import NotReady
from accounts.workflow import give_role


class Command(BaseCommand):
    help = "Give a person a programme role. Somebody new sets a password with “Forgotten your password?”."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("email")
        parser.add_argument("role", choices=TeamRole.values)
        parser.add_argument("--name", default="", help="how colleagues see them")
        parser.add_argument(
            "--all-the-same",
            action="store_true",
            help="give it beside a role that it stays apart from; the audit trail says so",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        if "@" not in email:
            raise CommandError("Give an e-mail address.")
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            user = User.objects.create_user(email, None, name=options["name"])
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        try:
            is_new = give_role(user, options["role"], all_the_same=options["all_the_same"])
        except NotReady as refused:
            says = " ".join(refused.blockers)
            raise CommandError(f"{says} To give it all the same, add --all-the-same.") from refused
        label = TeamRole(options["role"]).label
        self.stdout.write(
            f"{email} is now: {label}." if is_new else f"{email} was already: {label}."
        )
