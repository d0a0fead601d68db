"""A letter as it was read, and how it is told from all others."""

from dataclasses import dataclass, field

from services.chassis.contents import size_in_words
from services.chassis.text import whole_number
from services.hotline.mailbox.domain.attachments import LARGEST, MOST, File, Kept, Refusal
from services.hotline.mailbox.domain.senders import Author

REASONS = {
    Kept.TOO_LARGE: f"больше {LARGEST // 1_000_000} МБ или вместе с другими больше, чем мы храним",
    Kept.TOO_MANY: f"вложений больше {MOST}",
    Kept.UNKNOWN: "мы храним только картинки, PDF, документы и простой текст",
    Kept.MACROS: "в документе есть макросы",
}
OUTLOOK = (
    "Вложение winmail.dat записал Outlook в своём формате: файлы из него достанет только Outlook. "
    "Если они нужны, попросите прислать их обычными вложениями."
)
TEXT_CUT = "Письмо длинное: здесь его начало, целиком оно – под текстом или в исходном письме."
UNREADABLE = "Письмо записано с ошибками, поэтому показано так, как удалось прочитать."
TOO_LARGE = (
    "Письмо слишком большое ({size} МБ): прочитано только его начало, вложения остались в исходном письме."
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says. `text` is what its sender wrote now, `whole` with what they quoted; `digest` is the
    same for copies alone; `notes` say what is missing of it."""

    sender: str
    sender_name: str
    subject: str
    author: Author
    text: str
    whole: str
    digest: str
    message_id: str = ""
    references: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def key_of(municipality: str, digest: str, nth: int) -> str:
    """Where a letter's file lies: a copy's lies in the same place."""
    return f"mail/{municipality}/{digest}/{nth}"


def refused_note(refusal: Refusal) -> str:
    """Which file was not kept, and why, for whoever works on the case."""
    named = f"Вложение «{refusal.name}» ({size_in_words(refusal.size)})"
    return f"{named} не сохранено: {REASONS[refusal.why]}. Оно осталось в исходном письме."


def too_large_note(size: int) -> str:
    """Of a letter of which only the beginning was read."""
    return TOO_LARGE.format(size=whole_number(round(size / 1_000_000)))
