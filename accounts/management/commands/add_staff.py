from typing import Any

from allauth.account.models import EmailAddress
from django.core.management.base import BaseCommand, CommandError

from accounts import audit
from accounts.enums import TeamRole
from accounts.models import TeamMembership, User


class Command(BaseCommand):
    help = "Give a person a programme role. Somebody new sets a password with “Forgotten your password?”."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("email")
        parser.add_argument("role", choices=TeamRole.values)
        parser.add_argument("--name", default="", help="how colleagues see them")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        if "@" not in email:
            raise CommandError("Give an e-mail address.")
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            user = User.objects.create_user(email, None, name=options["name"])
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        _, is_new = TeamMembership.objects.get_or_create(user=user, role=options["role"])
        if is_new:
            audit.record("role.given", user, by=None, role=options["role"])
        label = TeamRole(options["role"]).label
        self.stdout.write(
            f"{email} is now: {label}." if is_new else f"{email} was already: {label}."
        )
