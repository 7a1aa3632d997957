"""What a show remembers between runs: the lock (in git) and the ledger (a cache)."""

from publisher.store.ledger import Ledger, Record, fingerprint
from publisher.store.lock import Lock, LockedEpisode, read_lock, write_lock
from publisher.store.remembered import remembered

__all__ = [
    "Ledger",
    "Lock",
    "LockedEpisode",
    "Record",
    "fingerprint",
    "read_lock",
    "remembered",
    "write_lock",
]
