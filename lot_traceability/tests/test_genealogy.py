import random
from itertools import pairwise

from odoo.tests import BaseCase, tagged

from ..trace.genealogy import (
    BROKEN,
    DOWNSTREAM,
    MATERIAL,
    POSSIBLE,
    UPSTREAM,
    Link,
    close_links,
    reach,
)


def link(source, target, left, arrived=None, **values):
    return Link(source, target, left, left if arrived is None else arrived, **values)


def brute_force(root, links, direction):
    """Every lot on any path whose times fit, found by trying all paths."""
    found = {root}
    stack = [
        [ln] for ln in links if (ln.source, ln.target)[direction == UPSTREAM] == root
    ]
    while stack:
        path = stack.pop()
        last = path[-1]
        found.add(last.target if direction == DOWNSTREAM else last.source)
        for following in links:
            if any(following is used for used in path):
                continue
            pair = (last, following) if direction == DOWNSTREAM else (following, last)
            first, second = pair
            if first.target == second.source and (
                first.arrived <= second.left
                and (first.until is None or second.left <= first.until)
            ):
                stack.append([*path, following])
    return found


@tagged("post_install", "-at_install")
class TestGenealogy(BaseCase):
    def test_diamond_counts_each_lot_once(self):
        links = [link(1, 2, 1), link(1, 3, 1), link(2, 4, 2), link(3, 4, 2)]
        found = reach([1], links)
        self.assertEqual(found.levels, {1: 0, 2: 1, 3: 1, 4: 2})
        self.assertEqual(len(found.links), 4)

    def test_cycle_ends(self):
        found = reach([1], [link(1, 2, 1), link(2, 1, 2), link(1, 3, 3)])
        self.assertEqual(found.levels, {1: 0, 2: 1, 3: 1})

    def test_chain_of_119(self):
        links = [link(a, b, a) for a, b in pairwise(range(120))]
        self.assertEqual(reach([0], links).levels[119], 119)
        self.assertEqual(reach([119], links, UPSTREAM).levels[0], 119)

    def test_what_left_before_is_not_reached(self):
        # 2 went into 3 at one o'clock; 1 came into 2 an hour later
        links = [link(2, 3, 1), link(1, 2, 2), link(2, 4, 2)]
        self.assertEqual(set(reach([1], links).levels), {1, 2, 4})
        self.assertEqual(set(reach([3], links, UPSTREAM).levels), {3, 2})

    def test_later_way_does_not_hide_earlier_one(self):
        # 3 is first found by the late direct link, then by the early detour
        links = [link(1, 3, 9), link(1, 2, 1), link(2, 3, 2), link(3, 4, 5)]
        self.assertEqual(set(reach([1], links).levels), {1, 2, 3, 4})

    def test_roots_count_with_their_whole_history(self):
        links = [link(1, 2, 5), link(2, 3, 1)]
        self.assertEqual(set(reach([2], links).levels), {2, 3})
        self.assertEqual(set(reach([1, 2], links).levels), {1, 2, 3})

    def test_certainty_is_that_of_the_surest_way(self):
        links = [
            link(1, 2, 1, certainty=POSSIBLE),
            link(2, 3, 2),
            link(1, 4, 1),
            link(4, 3, 2),
            link(3, 5, 3, certainty=BROKEN),
        ]
        found = reach([1], links)
        self.assertEqual(
            {lot: found.get_certainty(lot) for lot in found.levels},
            {1: "material", 2: "possible", 3: "material", 4: "material", 5: "broken"},
        )
        self.assertEqual(found.via[3], 4)

    def test_part_that_was_removed_is_no_longer_inside(self):
        links = [
            link(1, 2, 1, quantity_out=1, quantity_in=1),
            link(2, 1, 5, quantity_out=1, quantity_in=1, takes_out=True),
            link(2, 3, 3),
            link(2, 4, 7),
        ]
        close_links(links)
        self.assertEqual(links[0].until, 5)
        self.assertEqual(set(reach([1], links).levels), {1, 2, 3})
        self.assertNotIn(1, reach([4], links, UPSTREAM).levels)
        self.assertIn(1, reach([3], links, UPSTREAM).levels)

    def test_part_removed_and_built_in_again(self):
        links = [
            link(1, 2, 1, quantity_out=1),
            link(2, 1, 3, quantity_in=1, takes_out=True),
            link(1, 2, 5, quantity_out=1),
            link(2, 3, 4),
            link(2, 4, 6),
        ]
        close_links(links)
        found = reach([1], links)
        self.assertEqual([ln.until for ln in links[:3]], [3, None, None])
        self.assertFalse(found.covers(2, 4))
        self.assertTrue(found.covers(2, 6))
        self.assertTrue(found.covers(2))

    def test_lots_that_go_into_each_other_stay_inside(self):
        links = [link(1, 2, 1, quantity_out=1), link(2, 1, 3, quantity_in=1)]
        close_links(links)
        self.assertEqual([ln.until for ln in links], [None, None])

    def test_partial_removal_leaves_the_rest_inside(self):
        links = [
            link(1, 2, 1, quantity_out=10),
            link(2, 1, 3, quantity_in=4, takes_out=True),
        ]
        close_links(links)
        self.assertIsNone(links[0].until)

    def test_random_graphs_against_all_paths(self):
        generator = random.Random(19)
        for _round in range(300):
            lots = range(generator.randint(2, 7))
            links = []
            for _index in range(generator.randint(1, 9)):
                left = generator.randint(0, 9)
                arrived = left + generator.randint(0, 2)
                links.append(
                    link(
                        generator.choice(lots),
                        generator.choice(lots),
                        left,
                        arrived,
                        until=generator.choice([None, None, arrived + 2]),
                    )
                )
            for direction in (DOWNSTREAM, UPSTREAM):
                root = generator.choice(lots)
                self.assertEqual(
                    set(reach([root], links, direction).levels),
                    brute_force(root, links, direction),
                    (root, direction, links),
                )

    def test_order_in_which_links_were_read_says_nothing(self):
        generator = random.Random(20)
        for _round in range(200):
            lots = range(9)
            events = {
                (*generator.sample(lots, 2), generator.randint(0, 2))
                for _index in range(18)
            }
            links = [
                link(*event, certainty=generator.choice([MATERIAL, POSSIBLE]))
                for event in sorted(events)
            ]
            for direction in (DOWNSTREAM, UPSTREAM):
                found = reach([0], links, direction)
                again = reach([0], generator.sample(links, len(links)), direction)
                for name in ("levels", "via", "doubts", "windows", "left_out"):
                    self.assertEqual(getattr(again, name), getattr(found, name), name)
