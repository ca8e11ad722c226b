"""The pages of the consent talk. What it decides takes effect on shares in the same transaction."""

from consent.talk.address import talk_pages
from followup.desk import actions

talk = talk_pages(url_name="desk:talk", finish=actions.finish_talk)
