"""The viewsets of the money's road."""

from . import application_api, award_api, round_api

VIEWSETS: list = [*application_api.VIEWSETS, *award_api.VIEWSETS, *round_api.VIEWSETS]
