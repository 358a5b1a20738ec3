"""Which lots a suspect lot can be in: a walk over links that carry time.

A node is a lot (its id). A :class:`Link` says that material of one lot went into
another one: it left the source at ``left``, it arrived in the target at ``arrived``
and it stayed there until ``until``. Two links follow each other only if the
material of the first one was in the shared lot when the second one took from it::

    first.arrived <= second.left <= first.until

That one rule answers both directions, so "B is downstream of A" and "A is upstream
of B" are always the same statement. Times are anything that can be compared
(datetimes, numbers); two events at the same time count as connected, because in a
recall a lot too many is better than a lot too few.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from copy import copy
from dataclasses import dataclass, field
from operator import attrgetter

DOWNSTREAM = "downstream"
UPSTREAM = "upstream"

MATERIAL = "material"
POSSIBLE = "possible"
BROKEN = "broken"
# from the surest to the least sure
CERTAINTIES = (MATERIAL, POSSIBLE, BROKEN)

# quantities below this are rounding noise, never goods
EPSILON = 1e-6


def get_surest(certainties):
    """The surest of some certainties."""
    if len(certainties) == 1:
        return certainties[0]
    return min(certainties, key=CERTAINTIES.index)


@dataclass(slots=True)
class Link:
    """Material of the lot ``source`` went into the lot ``target``."""

    source: int
    target: int
    left: object
    arrived: object
    kind: str = ""
    quantity_out: float = 0.0
    quantity_in: float = 0.0
    # whether the asking user may see it
    readable: bool = True
    certainty: str = MATERIAL
    # the material is taken out of the source again (unbuild, removal)
    takes_out: bool = False
    # None: the material is still there
    until: object = None


@dataclass(slots=True)
class Window:
    """When suspect material was in a lot; ``None`` is open on that side."""

    start: object = None
    end: object = None

    def covers(self, moment):
        """Say whether the moment (``None``: now) lies in the window."""
        if moment is None:
            return self.end is None
        return (self.start is None or self.start <= moment) and (
            self.end is None or moment <= self.end
        )

    def contains(self, other):
        """Say whether the other window adds nothing to this one."""
        starts = self.start is None or (
            other.start is not None and self.start <= other.start
        )
        ends = self.end is None or (other.end is not None and other.end <= self.end)
        return starts and ends


@dataclass(slots=True)
class Reach:
    """The answer of :class:`Finder`; the dicts are keyed by lot id."""

    levels: dict = field(default_factory=dict)
    # certainty of those that are not surely reached
    doubts: dict = field(default_factory=dict)
    # the neighbour, one level nearer to the roots, by which the lot came in
    via: dict = field(default_factory=dict)
    windows: dict = field(default_factory=dict)
    # each followed link once, in the order of discovery
    links: list = field(default_factory=list)
    # reached lots with links that time kept out
    left_out: set = field(default_factory=set)

    def get_certainty(self, lot):
        """How sure it is that a reached lot is part of the story."""
        return self.doubts.get(lot, MATERIAL)

    def covers(self, lot, moment=None):
        """Say whether what happened to the lot at that moment is part of the story."""
        for window in self.windows.get(lot, ()):
            if window.covers(moment):
                return True
        return False


def close_links(links):
    """Set ``until`` on the links whose material was taken out again.

    A part built into a machine and removed from it later is no longer in it. The links
    of a pair end when the opposite ones that take out have brought back at least as
    much as went in; what was taken out only in part stays.

    :param links: list of :class:`Link`, changed in place
    """
    taken_out = defaultdict(list)
    for link in [link for link in links if link.takes_out]:
        taken_out[link.target, link.source].append(link)
    if not taken_out:
        return
    sources = {source for source, _target in taken_out}
    put_in = defaultdict(list)
    for link in [link for link in links if link.source in sources]:
        if not link.takes_out:
            put_in[link.source, link.target].append(link)
    for pair, back in taken_out.items():
        if pair in put_in:
            _close_pair(put_in[pair], back)


def _close_pair(forward, back):
    went_in = [(link.arrived, 0, link.quantity_out, link) for link in forward]
    came_back = [(link.left, 1, -link.quantity_in, link) for link in back]
    inside, inside_links = 0.0, []
    # at the same moment the way in comes first
    for moment, is_back, quantity, link in sorted(
        went_in + came_back, key=lambda event: event[:2]
    ):
        inside += quantity
        if not is_back:
            inside_links.append(link)
        elif inside <= EPSILON:
            for gone in inside_links:
                gone.until = moment
            inside, inside_links = 0.0, []


def reach(roots, links, direction=DOWNSTREAM):
    """Find every lot that the roots reach, each of them once, see :class:`Finder`.

    :param links: iterable of :class:`Link`
    :param direction: ``downstream`` (what they went into) or ``upstream`` (what they
        are made of)
    """
    return Finder(links, direction).reach(roots)


class Finder:
    """Walks over the same links, from any roots: what is known of the links is found
    out once."""

    def __init__(self, links, direction=DOWNSTREAM):
        links = list(links)
        self.is_down = direction == DOWNSTREAM
        doubtful = [link for link in links if link.certainty != MATERIAL]
        present = {link.certainty for link in doubtful} | {MATERIAL}
        whole = _Paths(links, self.is_down, doubtful)
        allowed, self._paths = set(), {}
        for certainty in CERTAINTIES:
            if certainty in present:
                allowed.add(certainty)
                self._paths[certainty] = whole
                if not present <= allowed:
                    self._paths[certainty] = whole.restrict(allowed)

    def reach(self, roots):
        """Find every lot that the roots reach, each of them once.

        :param roots: lot ids, whose whole history counts; or a dict that says of each
            when its material was in question: from that moment on (downstream), or
            until it (upstream)
        :return: a :class:`Reach`. A lot's certainty is that of the surest way to it,
            and its level and ``via`` are those of the shortest among the surest ways.
        """
        surest, walk = Reach(), None
        for certainty, paths in self._paths.items():
            walk = _Walk(roots, paths, self.is_down)
            if certainty == MATERIAL:
                surest.levels, surest.via = walk.levels, walk.via
                continue
            for lot, level in walk.levels.items():
                if lot not in surest.levels:
                    surest.levels[lot] = level
                    surest.via[lot] = walk.via[lot]
                    surest.doubts[lot] = certainty
        # the last one took all links
        surest.windows, surest.links = walk.get_windows(), walk.links
        surest.left_out = walk.get_left_out()
        return surest


class _Paths:
    """Links by the lot from which they are followed, in the order of time.

    ``timed`` are the lots of which time says what of that came in was in what left,
    ``doubtful`` those that not all links leave surely.
    """

    def __init__(self, links, is_down, doubtful):
        self.leaving = defaultdict(list)
        if is_down:
            for link in links:
                self.leaving[link.source].append(link)
        else:
            for link in links:
                self.leaving[link.target].append(link)
        near, moment, far = "source", "left", "target"
        if not is_down:
            near, moment, far = "target", "arrived", "source"
        self.doubtful = set(map(attrgetter(near), doubtful))
        # at the same moment by where they lead to, in whatever order they were read
        order = attrgetter(moment, far)
        for leaving in self.leaving.values():
            if len(leaving) > 1:
                leaving.sort(key=order)
        self.timed = _get_timed(links, self.leaving, is_down)

    def restrict(self, certainties):
        """The paths over those links alone that are of these certainties.

        Where time decides nothing of all links, it decides nothing of some of them.
        """
        paths = copy(self)
        paths.leaving = self.leaving.copy()
        for near in self.doubtful:
            some = [ln for ln in self.leaving[near] if ln.certainty in certainties]
            if some:
                paths.leaving[near] = some
            else:
                del paths.leaving[near]
        return paths


class _Walk:
    """Breadth first over links; each is followed once, as soon as time allows.

    Where all that came into a lot was there before anything left it, and stayed, time
    decides nothing: all that leaves it is followed as soon as it is reached.
    """

    def __init__(self, roots, paths, is_down):
        self.roots, self.paths, self.is_down = roots, paths, is_down
        self.levels, self.via, self.links = {}, {}, []
        self.timed = paths.timed
        if isinstance(roots, dict):
            # what left them at another time is left to whoever reaches them again
            self.timed = self.timed.union(roots)
        # of the roots, and of those of which time says what was in what left
        self.windows, self.waiting = {}, {}
        self._follow()

    def _follow(self):
        levels, via, leaving = self.levels, self.via, self.paths.leaving
        timed, is_down, followed = self.timed, self.is_down, self.links
        frontier, level = self._start(), 0
        while frontier:
            level += 1
            following = []
            for lot, links in frontier:
                followed += links
                for link in links:
                    reached = link.target if is_down else link.source
                    if reached in timed:
                        if reached not in levels:
                            levels[reached], via[reached] = level, lot
                        taken = self._step(reached, link)
                    elif reached in levels:
                        continue
                    else:
                        levels[reached], via[reached] = level, lot
                        taken = leaving.get(reached)
                    if taken:
                        following.append((reached, taken))
            frontier = following

    def _start(self):
        """Take the roots' own links: ``[(root, links)]``."""
        moment_of = attrgetter("left" if self.is_down else "arrived")
        is_dated = isinstance(self.roots, dict)
        moments = self.roots if is_dated else dict.fromkeys(self.roots)
        frontier = []
        for root, asked in moments.items():
            self.levels[root], self.via[root] = 0, False
            window = Window(asked) if self.is_down else Window(None, asked)
            self.windows[root] = [window]
            taken, rest = [], []
            for link in self.paths.leaving.get(root, ()):
                (taken if window.covers(moment_of(link)) else rest).append(link)
            frontier.append((root, taken))
            if rest:
                self.waiting[root] = rest
        return frontier

    def _step(self, reached, link):
        """Links that can be followed on because this one has arrived."""
        if reached not in self.windows:
            self.windows[reached] = []
            self.waiting[reached] = self.paths.leaving.get(reached, ())[:]
        step = _step_downstream if self.is_down else _step_upstream
        return step(link, self.windows[reached], self.waiting.get(reached))

    def get_windows(self):
        """When suspect material was in the lots; where time decides nothing, one window
        holds all: since when, or until when."""
        moments = {}
        if self.is_down:
            for link in self.links:
                reached, moment = link.target, link.arrived
                if reached not in moments or moment < moments[reached]:
                    moments[reached] = moment
        else:
            for link in self.links:
                reached, moment = link.source, link.left
                if reached not in moments or moment > moments[reached]:
                    moments[reached] = moment
        return self.windows | {
            lot: [Window(moment) if self.is_down else Window(None, moment)]
            for lot, moment in moments.items()
            # of a root, all is told anyway
            if lot not in self.windows
        }

    def get_left_out(self):
        """Reached lots with links that time kept out."""
        return {lot for lot, links in self.waiting.items() if links}


def _get_timed(links, leaving, is_down):
    """Where something left before all had come in, or was taken out again.

    :param leaving: the links by the lot from which they are followed, in the order of
        time
    """
    first, last = {}, {}
    if is_down:
        first = {lot: some[0].left for lot, some in leaving.items()}
        for link in links:
            target, arrived = link.target, link.arrived
            if target not in last or last[target] < arrived:
                last[target] = arrived
    else:
        last = {lot: some[-1].arrived for lot, some in leaving.items()}
        for link in links:
            source, left = link.source, link.left
            if source not in first or left < first[source]:
                first[source] = left
    timed = {link.target for link in links if link.until is not None}
    timed.update(
        lot for lot, moment in first.items() if lot in last and moment < last[lot]
    )
    return timed


def _step_downstream(link, windows, waiting):
    """Take the waiting links that left the target while the material was in it."""
    if not _add_window(windows, Window(link.arrived, link.until)) or not waiting:
        return ()
    start = bisect_left(waiting, link.arrived, key=attrgetter("left"))
    stop = len(waiting)
    if link.until is not None:
        stop = bisect_right(waiting, link.until, key=attrgetter("left"))
    taken = waiting[start:stop]
    del waiting[start:stop]
    return taken


def _step_upstream(link, windows, waiting):
    """Take the waiting links whose material was in the source when the link left it."""
    _add_window(windows, Window(None, link.left))
    if not waiting:
        return ()
    stop = bisect_right(waiting, link.left, key=attrgetter("arrived"))
    taken = [ln for ln in waiting[:stop] if ln.until is None or link.left <= ln.until]
    if taken:
        waiting[:stop] = [
            ln for ln in waiting[:stop] if ln.until is not None and ln.until < link.left
        ]
    return taken


def _add_window(windows, window):
    """Add a window unless one that is there covers it; drop those that it covers."""
    if not windows:
        windows.append(window)
        return True
    if any(known.contains(window) for known in windows):
        return False
    windows[:] = [known for known in windows if not window.contains(known)]
    windows.append(window)
    return True
