"""`{% opened %}`: what a page's forms say as it is drawn, so that nobody's save is lost silently (see
accounts.opened)."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from ..opened import Opened

register = template.Library()


@register.simple_tag(takes_context=True)
def opened(context: dict) -> SafeString:
    """A hidden field for `form` and for each of `forms`, where they compare."""
    held = [context.get("form"), *(context.get("forms") or ())]
    found = {id(form): form for form in held if isinstance(form, Opened)}
    return format_html_join(
        "",
        '<input type="hidden" name="{}" value="{}">',
        ((form.opened_name, form.opened_value) for form in found.values()),
    )
