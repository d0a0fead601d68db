"""Which of intake's rows expire, and after how long."""

from datetime import timedelta

from services.chassis.db import queries
from services.chassis.db.pruning import COMMON, Rule
from services.chassis.mail import letters
from services.directory import staff
from services.intake.co_authors.domain import ANSWERED_WITHIN
from services.intake.federal.domain.imports import KEPT
from services.intake.federal.store import imports
from services.intake.help.domain.requests import KEPT as HELP_KEPT
from services.intake.initiatives.domain import DRAFT_KEPT
from services.intake.participants.store import pacing
from services.intake.staff_meetings.store import meetings

sql = queries.load(__package__, "pruning.sql")

RULES = (
    *COMMON,
    *letters.PRUNED,
    *staff.PRUNED,
    Rule("participant_session", sql.ended_sessions, timedelta(days=1)),
    Rule("participant_move", sql.moves, timedelta(days=1)),
    Rule("confirmation_code", sql.expired_codes, timedelta(days=1)),
    Rule("letter_pace", pacing.sql.past_paces, timedelta(hours=1)),
    Rule("used_pass", pacing.sql.past_passes, timedelta(days=1)),
    Rule("participant", sql.unconfirmed, timedelta(days=30)),
    Rule("federal_import", imports.sql.forgotten, KEPT),
    Rule("co_author", sql.unanswered, ANSWERED_WITHIN),
    Rule("co_author_directory", sql.taken_back, timedelta(days=1)),
    Rule("help_suggestion", sql.suggestions_of_ended, HELP_KEPT),
    Rule("help_request", sql.texts_of_ended, HELP_KEPT),
    Rule("draft", sql.forgotten_drafts, DRAFT_KEPT),
    *meetings.PRUNED,
)
