"""The headers by which letters belong together, and by which programs know what to answer."""

from email.message import EmailMessage
from email.policy import EmailPolicy

from services.chassis.mail.letters import Letter

THREADED = ("In-Reply-To", "References")
STOPPING = ("List-Unsubscribe", "List-Unsubscribe-Post")
"""By which a mail program stops such letters at one click (RFC 8058)."""

HEADERS = ("Message-ID", "Auto-Submitted", *THREADED, "Reply-To", *STOPPING)
"""Which headers a letter may have of its own. `Auto-Submitted: no`: somebody wrote it (RFC 3834, 5)."""

UNFOLDED = (*THREADED, STOPPING[0])


class Identifiers(str):
    """A header of Message-IDs or addresses, each on a line of its own: `email` would encode those longer than
    a line, and no mail program reads them then."""

    __slots__ = ("name",)
    name: str

    def __new__(cls, name: str, value: str) -> "Identifiers":
        """Raises ValueError for anything but visible ASCII between spaces."""
        if not (value.isascii() and value.isprintable()):
            raise ValueError("not a header of Message-IDs")
        made = super().__new__(cls, value)
        made.name = name
        return made

    def fold(self, *, policy: EmailPolicy) -> str:
        """The header as it travels."""
        end: str = policy.linesep
        return f"{self.name}: {f'{end} '.join(self.split())}{end}"


def put(mail: EmailMessage, letter: Letter) -> None:
    """Add a letter's own headers; without any it is known by its id, and as a program's."""
    own = {"Message-ID": f"<{letter.id}@dialogue>", "Auto-Submitted": "auto-generated"} | dict(letter.headers)
    for name in HEADERS:
        if name in own:
            mail[name] = Identifiers(name, own[name]) if name in UNFOLDED else own[name]
