"""What can be permitted in this room."""

from enum import StrEnum


class SharingPermission(StrEnum):
    SHARE = "sharing.share"
    SEE_DELIVERIES = "sharing.deliveries"
    INBOX = "sharing.inbox"
