"""What asyncpg raises when the database is to blame, and not what was asked of it."""

import asyncpg

AWAY = (
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)
"""It cannot be reached, or does not serve; whether a commit on its way was made is unknown."""

UNDONE = (asyncpg.TransactionRollbackError, asyncpg.LockNotAvailableError)
"""It undid the transaction in favour of another one: the same again may do."""

UNREACHABLE = (OSError, TimeoutError, *AWAY)
PASSING = (*UNREACHABLE, *UNDONE)
