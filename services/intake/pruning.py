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
    Rule("participant_session", sql.ended_sessions, timedelta(days=1), sql.waiting_sessions),
    Rule("participant_move", sql.moves, timedelta(days=1), sql.waiting_moves),
    Rule("confirmation_code", sql.expired_codes, timedelta(days=1), sql.waiting_codes),
    Rule("participant", sql.unconfirmed, timedelta(days=30), sql.waiting_unconfirmed),
    Rule("federal_import", imports.sql.forgotten, KEPT, imports.sql.waiting),
    Rule("co_author", sql.unanswered, ANSWERED_WITHIN, sql.waiting_unanswered),
    Rule("co_author_directory", sql.taken_back, timedelta(days=1), sql.waiting_taken_back),
    Rule("help_suggestion", sql.suggestions_of_ended, HELP_KEPT, sql.waiting_suggestions),
    Rule("help_request", sql.texts_of_ended, HELP_KEPT, sql.waiting_help_texts),
    Rule("draft", sql.forgotten_drafts, DRAFT_KEPT, sql.waiting_drafts),
    Rule("letter_pace", pacing.sql.past_paces, timedelta(hours=1), pacing.sql.waiting_paces),
    Rule("used_pass", pacing.sql.past_passes, timedelta(days=1), pacing.sql.waiting_passes),
    *meetings.PRUNED,
)
