"""The words of the hotline's audit: what is done. Ids alone stand beside them, no text and no name."""

LINE_SET, LINE_CLOSED = "line-set", "line-closed"
LINE_OFFERED, LINE_SHARED, LINE_UNSHARED = "line-offered", "line-shared", "line-unshared"
SHIFT_SET, SHIFT_REMOVED, SHIFTS_SWAPPED = "shift-set", "shift-removed", "shifts-swapped"
SHIFT_HANDED, SHIFT_ACCEPTED = "shift-handed-over", "hand-over-accepted"
EXCHANGE_KEYED = "exchange-keyed"
INQUIRY_ASSIGNED = "inquiry-assigned"
INQUIRY_ERASED, INQUIRIES_EXPIRED = "inquiry-erased", "inquiries-expired"
UNANSWERED_EXPIRED = "unanswered-expired"
CONSULTATIONS_EXPIRED, HAND_OVERS_EXPIRED = "consultations-expired", "hand-overs-expired"
LETTERS_EXPIRED = "letters-expired"
ANSWER_DRAFTED, ANSWER_CHANGED, ANSWER_APPROVED = "answer-drafted", "answer-changed", "answer-approved"
ANSWER_PUBLISHED, ANSWER_HIDDEN, ANSWER_REMOVED = "answer-published", "answer-hidden", "answer-removed"
CONSULTATION_RECORDED = "consultation-recorded"
CONSULTATION_CORRECTED, CONSULTATION_WITHDRAWN = "consultation-corrected", "consultation-withdrawn"
THEME_ADDED, THEME_CHANGED = "theme-added", "theme-changed"
THEME_REMOVED, THEME_OFFERED = "theme-removed", "theme-offered"
"""What is done."""

DEEDS = {
    LINE_SET: "Описана горячая линия",
    LINE_CLOSED: "Закрыта горячая линия",
    LINE_OFFERED: "Горячая линия предложена поселению",
    LINE_SHARED: "Поселение согласилось на общую горячую линию",
    LINE_UNSHARED: "Общая горячая линия прекращена",
    SHIFT_SET: "Назначено дежурство",
    SHIFT_REMOVED: "Отменено дежурство",
    SHIFTS_SWAPPED: "Обмен дежурствами",
    SHIFT_HANDED: "Передано дежурство",
    SHIFT_ACCEPTED: "Принято дежурство",
    EXCHANGE_KEYED: "Создан ключ телефонной станции",
    INQUIRY_ASSIGNED: "Обращение поручено коллеге",
    INQUIRY_ERASED: "Удалены данные обращения по просьбе заявителя",
    INQUIRIES_EXPIRED: "Удалены данные обращений по сроку хранения",
    UNANSWERED_EXPIRED: "Удалены данные обращений без ответа по сроку хранения",
    CONSULTATIONS_EXPIRED: "Удалены данные консультаций по сроку хранения",
    HAND_OVERS_EXPIRED: "Удалены заметки о дежурствах по сроку хранения",
    LETTERS_EXPIRED: "Удалены отложенные письма по сроку хранения",
    ANSWER_DRAFTED: "Написан готовый ответ",
    ANSWER_CHANGED: "Изменён готовый ответ",
    ANSWER_APPROVED: "Утверждён готовый ответ",
    ANSWER_PUBLISHED: "Опубликован готовый ответ",
    ANSWER_HIDDEN: "Готовый ответ снят с публикации",
    ANSWER_REMOVED: "Убран готовый ответ",
    CONSULTATION_RECORDED: "Записана консультация",
    CONSULTATION_CORRECTED: "Исправлена консультация",
    CONSULTATION_WITHDRAWN: "Отозвана консультация",
    THEME_ADDED: "Добавлена тема обращений",
    THEME_CHANGED: "Изменена тема обращений",
    THEME_REMOVED: "Тему обращений больше не предлагают",
    THEME_OFFERED: "Тему обращений снова предлагают",
}
"""Each deed in words."""
