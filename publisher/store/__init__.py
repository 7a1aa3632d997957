"""What a show remembers between runs: the lock (in git) and the ledger (a cache)."""

from publisher.store.ledger import Ledger, Record, fingerprint
from publisher.store.lock import Lock, LockedEpisode, identity
from publisher.store.lockfile import read_lock, write_lock
from publisher.store.marks import digest_of, mark, renewed
from publisher.store.remembered import adapter_of, remembered
from publisher.store.running import running, running_part

__all__ = [
    "Ledger",
    "Lock",
    "LockedEpisode",
    "Record",
    "adapter_of",
    "digest_of",
    "fingerprint",
    "identity",
    "mark",
    "read_lock",
    "remembered",
    "renewed",
    "running",
    "running_part",
    "write_lock",
]
