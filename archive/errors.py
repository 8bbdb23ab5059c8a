"""The errors of the archive; each message has what happened, to what, and what to do, and never a password."""

from __future__ import annotations


class ArchiveError(Exception):
    """Anything the archive raises itself; its text is one line for a person, but where a log is quoted."""


class WrongSetting(ArchiveError):
    """A setting is invalid; the message names it and what would do. Raised before anything is asked."""


class WrongAddress(WrongSetting):
    """The database's address (MONGODB_URI) is invalid; raised before anything is asked."""


class DatabaseUnavailable(ArchiveError):
    """The database cannot be reached, or was gone too long; what was not acknowledged may be tried again."""


class ServerNotStarted(DatabaseUnavailable):
    """The embedded server did not start or did not become writable in time; the last lines of its log are quoted."""


class NoEmbeddedServer(ArchiveError):
    """There is no embedded server for this platform: an address of a MongoDB has to be set."""


class DataDirUnusable(ArchiveError):
    """The embedded server's directory cannot be made, written or locked, or another machine's server works in it."""


class StillInUse(ArchiveError):
    """The embedded server was to be stopped while other processes use it; the message names them."""


class NoArchive(ArchiveError):
    """There is no archive in that database or directory; only a crawl or a restoration makes one."""


class NotReplicaSet(ArchiveError):
    """The server is neither member of a replica set nor router of a cluster: no transactions, no change streams."""


class AccessDenied(ArchiveError):
    """The database refused the user or the password, or the user may not do what was asked."""


class DiskFull(ArchiveError):
    """The database has no room left on its disk; nothing was half written."""


class DocumentDamaged(ArchiveError):
    """A document that was asked for by its name is not what the schema promises; the message has the reason."""


class DocumentRefused(ArchiveError):
    """A document was not stored: the schema, its size or one of its values forbids it."""


class OperationRefused(ArchiveError):
    """The database refused an operation for a reason that has no error of its own here."""


class SchemaMismatch(ArchiveError):
    """The archive's schema and the program's do not fit together; nothing was read or written."""


class ArchiveTooOld(SchemaMismatch):
    """The archive was written by an older program: `cmoney migrate` brings it up to date."""


class ArchiveUnfinished(SchemaMismatch):
    """A restoration or a removal of the archive was begun and not ended: it has to be called again."""


class ArchiveTooNew(SchemaMismatch):
    """The archive was written by a newer program: upgrade this one."""
