from . import award_api

VIEWSETS: list = [*award_api.VIEWSETS]
