from django.apps import AppConfig


class FocusPeopleConfig(AppConfig):
    name = "focus_people"
