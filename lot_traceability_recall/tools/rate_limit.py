"""How often somebody may knock, counted in the memory of one process."""

from collections import deque


class RateLimit:
    """So many events per key within so many seconds."""

    def __init__(self, max_keys=10_000):
        self.events = {}
        self.max_keys = max_keys

    def is_over(self, key, limit, seconds, now):
        """Count an event; say whether it is one too many."""
        events = self.events.setdefault(key, deque())
        while events and events[0] <= now - seconds:
            events.popleft()
        if len(events) >= limit:
            return True
        events.append(now)
        if len(self.events) > self.max_keys:
            self._forget(now - seconds)
        return False

    def _forget(self, before):
        """Drop who was quiet; if all are busy, the oldest half."""
        quiet = [
            key
            for key, events in self.events.items()
            if not events or events[-1] <= before
        ]
        for key in quiet or list(self.events)[: self.max_keys // 2]:
            del self.events[key]
