"""Which part of what was used is in each of the goods that were made of it.

What stays the same product, such as a rest, keeps its part by quantity; other products
share what is left: by weight where that is known of all of them, else by quantity where
they have a unit in common, else by the numbers that there are. As the value of a
conversion is shared out.
"""

from collections import defaultdict
from typing import NamedTuple


class Measure(NamedTuple):
    """Of one unit of a product: kilograms (0: not known), and how much it is in the
    unit that it has in common with others."""

    weight: float = 0.0
    common: int = 0
    factor: float = 1.0


class Parts:
    """The parts of what each line used.

    :param links: what it was used for, each pair of lines once
    :param used: ``{line: quantity}``
    :param totals: ``{(line_in, product_out): quantity}`` that the operation used of a
        product in all
    :param measures: ``{product: Measure}``
    :param removed: what was taken out again later: ``{(goods, product): {what came out:
        quantity}}``; it had been in these goods, and not in others
    """

    def __init__(self, links, used, totals, measures, removed=None):
        self.used, self.totals, self.measures = used, totals, measures
        self.parts, self.open = {}, set()
        by_line = defaultdict(list)
        for link in links:
            by_line[link.line_out].append(link)
        for line, found in by_line.items():
            self._share_out(line, found)
        # how much of all that was used there is room for, by the same pairs
        self.sizes = self.parts.copy()
        # the least and the most of what a line used that can be in there, where it is
        # known
        self.limits = {}
        if removed:
            self._keep_removed(by_line, removed)

    def get(self, link):
        """The part, and whether it is known how much went into it: of several products
        it is not."""
        return self.parts[link.line_out, link.line_in], link.line_out not in self.open

    def _keep_removed(self, by_line, removed):
        """What came out of some goods was in them: the others of its operation share
        what is left, and of these goods what did not come out."""
        made = defaultdict(set)
        for links in by_line.values():
            for link in links:
                made[link.target, link.product_out].add(link.line_in)
        same = defaultdict(float)
        for line, links in by_line.items():
            for link in links:
                same[link.source, link.line_in] += self.used.get(line, 0.0)
        for line, links in by_line.items():
            used = self.used.get(line, 0.0)
            out = {
                link.line_in: removed.get((link.target, link.product_out), {})
                for link in links
            }
            is_clear = all(
                len(made[link.target, link.product_out]) == 1
                for link in links
                if out[link.line_in]
            )
            if len(links) > 1 and used and is_clear and any(out.values()):
                self._keep_removed_of(line, links, out, same)

    def _keep_removed_of(self, line, links, out, same):
        used, own, free = self.used[line], {}, {}
        for link in links:
            part, total = (
                self.parts[line, link.line_in],
                same[link.source, link.line_in],
            )
            whole = self.totals.get((link.line_in, link.product_out), 0.0)
            came = out[link.line_in]
            own[link.line_in] = min(came.get(link.source, 0.0) * used / total, used)
            free[link.line_in] = max(part * max(whole, total) - sum(came.values()), 0.0)
        known, open_ = sum(own.values()), sum(free.values())
        if known > used or not open_ and known < used:
            # the books contradict themselves
            return
        for key, kept in own.items():
            rest = (used - known) * free[key] / open_ if open_ else 0.0
            self.parts[line, key] = (kept + rest) / used
            most = kept + min(used - known, free[key])
            self.limits[line, key] = kept / used, most / used

    def _share_out(self, line, links):
        kept = {
            link.line_in: self._get_kept(link)
            for link in links
            if link.product_in == link.product_out
        }
        most = sum(kept.values())
        others = [link for link in links if link.line_in not in kept]
        if len({link.product_in for link in others}) > 1:
            self.open.add(line)
        takers = others or links
        amounts = self._measure(takers)
        whole, left = sum(amounts.values()), max(1 - most, 0.0)
        for link in links:
            part = kept.get(link.line_in, 0.0) / max(most, 1.0)
            if link.line_in in amounts and whole:
                part += left * amounts[link.line_in] / whole
            self.parts[line, link.line_in] = part

    def _get_kept(self, link):
        used = max(
            self.totals.get((link.line_in, link.product_out), 0.0),
            self.used.get(link.line_out, 0.0),
        )
        return link.quantity_in / used if used else 0.0

    def _measure(self, links):
        """How much each is, all in one unit."""
        if len(links) == 1:
            return {links[0].line_in: 1.0}
        measures = {
            link.line_in: self.measures.get(link.product_in, Measure())
            for link in links
        }
        if all(measure.weight for measure in measures.values()):
            factors = {line: measure.weight for line, measure in measures.items()}
        elif len({measure.common for measure in measures.values()}) == 1:
            factors = {line: measure.factor for line, measure in measures.items()}
        else:
            factors = dict.fromkeys(measures, 1.0)
        return {
            link.line_in: link.quantity_in * factors[link.line_in] for link in links
        }
