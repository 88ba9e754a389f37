"""What views share about a request."""

from django.http import HttpRequest, QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when nothing was filled in; None where the page is only looked at."""
    return request.POST if request.method == "POST" else None
