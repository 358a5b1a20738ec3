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
    """

    def __init__(self, links, used, totals, measures):
        self.used, self.totals, self.measures = used, totals, measures
        self.parts, self.open = {}, set()
        by_line = defaultdict(list)
        for link in links:
            by_line[link.line_out].append(link)
        for line, found in by_line.items():
            self._share_out(line, found)

    def get(self, link):
        """The part, and whether it is known how much went into it: of several products
        it is not."""
        return self.parts[link.line_out, link.line_in], link.line_out not in self.open

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
