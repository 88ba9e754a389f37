"""`{% once %}`: the token that makes a form's second sending harmless (see accounts.once)."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..once import FIELD, new_token

register = template.Library()


@register.simple_tag(takes_context=True)
def once(context: dict) -> SafeString:
    """The hidden field. A form that came back with errors keeps the token it had."""
    request = context.get("request")
    token = (request.POST.get(FIELD) if request else "") or new_token()
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, token)
