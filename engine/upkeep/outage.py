"""Failures that are nobody's fault and pass: the database is away or locked, the disk full or read-only."""

import errno
import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from engine.errors import StoreFull, StoreUnavailable, msg

RETRY_SECONDS = 10
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_PASSING = {errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE}
# Of SQLite's primary result codes: no space left, or a write that the file system refused.
_SQLITE_FULL = {sqlite3.SQLITE_FULL}
_SQLITE_WRITE_REFUSED = {
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
}


def of(error: BaseException) -> StoreUnavailable | None:
    """What to tell of this failure; None when it is a failure of the program."""
    if isinstance(error, DBAPIError | PoolTimeout):
        return _of_database(error)
    if isinstance(error, OSError):
        if error.errno in _NO_SPACE:
            return _full()
        if error.errno in _PASSING:
            return _away()
    return None


def _of_database(error: DBAPIError | PoolTimeout) -> StoreUnavailable | None:
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.Error) and _is_full(cause):
        return _full()
    if isinstance(cause, psycopg.errors.DiskFull):
        return _full()
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout) or error.connection_invalidated:
        return _away()
    return _away() if isinstance(cause, psycopg.errors.ReadOnlySqlTransaction) else None


def _is_full(cause: sqlite3.Error) -> bool:
    code = getattr(cause, "sqlite_errorcode", 0)
    return code & 0xFF in _SQLITE_FULL or code in _SQLITE_WRITE_REFUSED


def _full() -> StoreFull:
    return StoreFull(
        msg("Nothing was kept: the server has no room left. Your text is still here; try again later."),
        retry_after=6 * RETRY_SECONDS,
    )


def _away() -> StoreUnavailable:
    return StoreUnavailable(
        msg(
            "Nothing was kept: the server cannot be reached for a moment. Your text is still here; try again."
        ),
        retry_after=RETRY_SECONDS,
    )
