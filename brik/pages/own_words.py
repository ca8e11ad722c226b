"""Pages with nothing on them but sentences of the house and what their user has typed."""

from django.http import HttpResponse


class OwnWordsResponse(HttpResponse):
    """Such a page. It may be shown to that user at any later time, whatever may be seen then."""
