"""The permissions of this room."""

from enum import StrEnum


class SharingPermission(StrEnum):
    SHARE = "sharing.share"
    SEE_DELIVERIES = "sharing.deliveries"
    INBOX = "sharing.inbox"
