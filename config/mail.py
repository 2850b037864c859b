import uuid
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from config.private_files import private_folder, write_private


class EmlBackend(BaseEmailBackend):
    """Mail backend that writes each message as an .eml file in ``settings.MAIL_DIR``, named by time."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        private_folder(settings.VAR_DIR)
        folder = private_folder(settings.MAIL_DIR)
        for message in email_messages:
            name = f"{timezone.localtime():%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:8]}.eml"
            write_private(folder / name, message.message().as_bytes())
        return len(email_messages)
