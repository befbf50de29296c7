"""Messages to other systems over HTTP: whom the operator lists, how a message is signed, how it is sent."""

from engine.webhooks.post import SECONDS, Undelivered, send
from engine.webhooks.receivers import Receiver, Receivers, read

__all__ = ["SECONDS", "Receiver", "Receivers", "Undelivered", "read", "send"]
