"""The consent talk as the house holds it: what is decided in it is carried through outside in the same transaction."""

from consent.talk.address import talk_pages
from followup.desk import actions

talk = talk_pages(url_name="desk:talk", finish=actions.finish_talk)
