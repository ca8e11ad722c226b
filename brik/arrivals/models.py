"""The tables of this room, each in a file named by its subject."""

from brik.arrivals.received_messages import ArrivalAnswer, Message, MessageNumber

__all__ = ["ArrivalAnswer", "Message", "MessageNumber"]
