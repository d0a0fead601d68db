"""Which source of letters an installation has."""

import ssl
from pathlib import Path

from services.chassis.mail.imap_url import server_of
from services.chassis.process.selfcheck import SelfCheckFailed
from services.hotline.mailbox.sources import Source
from services.hotline.mailbox.sources.imap import Imap
from services.hotline.mailbox.sources.maildir import Maildir
from services.hotline.settings import HotlineSettings


def source_of(settings: HotlineSettings) -> Source | None:
    """The server of the settings, else their folder, or none: then no letters come. Raises SelfCheckFailed if
    they cannot be read."""
    try:
        if settings.mailbox_url:
            file = settings.mailbox_password_file
            password = file.read_text("utf-8").rstrip("\r\n") if file else ""
            if not password:
                raise SelfCheckFailed("APP_MAILBOX_URL needs a password in APP_MAILBOX_PASSWORD_FILE")
            return Imap(server_of(settings.mailbox_url), password, _trusting(settings.mailbox_ca_file))
        return Maildir(settings.mailbox_dir) if settings.mailbox_dir else None
    except OSError as error:
        raise SelfCheckFailed(f"the mailbox cannot be read: {type(error).__name__}") from error


def _trusting(file: Path | None) -> ssl.SSLContext:
    """Trusts the system's authorities, and those of the file: an institution's server may have a certificate
    of its own authority."""
    context = ssl.create_default_context()
    if certificates := file.read_text("utf-8").strip() if file else "":
        try:
            context.load_verify_locations(cadata=certificates)
        except (ssl.SSLError, ValueError) as error:
            raise SelfCheckFailed("APP_MAILBOX_CA_FILE has no certificate in PEM that can be read") from error
    return context
