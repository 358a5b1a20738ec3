import random
from types import SimpleNamespace

from odoo.tests import BaseCase, tagged

from ..trace.spread import Content, Movement, settle_late, spread


def link(line_out, line_in, source, target, quantity_in, **values):
    return SimpleNamespace(
        line_out=line_out,
        line_in=line_in,
        source=source,
        target=target,
        quantity_in=quantity_in,
        product_out=values.get("product_out", 0),
        product_in=values.get("product_in", 1),
        takes_out=values.get("takes_out", False),
        arrived=values.get("arrived", 0),
    )


@tagged("post_install", "-at_install")
class TestSuspectSpread(BaseCase):
    def spread(self, roots, moves, links=(), totals=None):
        """``moves``: (node, quantity, source, destination, partner), one a day; lines
        are numbered from 1."""
        movements = [
            Movement(day, day, node, quantity, source, dest, *partner)
            for day, (node, quantity, source, dest, *partner) in enumerate(moves, 1)
        ]
        return spread(roots, movements, links, totals)

    def assertContent(self, content, share, lower, upper):
        self.assertAlmostEqual(content.share, share)
        self.assertAlmostEqual(content.lower, lower)
        self.assertAlmostEqual(content.upper, upper)

    def test_the_lot_itself(self):
        found = self.spread(
            ["R"],
            [
                ("R", 10, "supplier", "internal"),
                ("R", 4, "internal", "customer", "K1"),
                ("R", 1, "internal", "inventory"),
            ],
        )
        self.assertContent(found.held["K1", "R"], 4, 4, 4)
        totals = found.get_totals()
        self.assertEqual(found.suspect, 10)
        self.assertEqual(
            (totals["at_customers"], totals["on_hand"], totals["lost"]), (4, 5, 1)
        )
        self.assertEqual(totals["unaccounted"], 0)

    def test_sold_before_it_was_booked_in(self):
        """Both halves of what was made can be anywhere, also in what left first."""
        movements = [
            Movement(1, 1, "R", 4, "supplier", "internal"),
            Movement(2, 2, "F", 2, "internal", "customer", "K1"),
            Movement(3, 3, "R", 4, "internal", "production"),
            Movement(3, 4, "F", 4, "production", "internal"),
        ]
        settle_late(movements)
        found = spread(["R"], movements, [link(3, 4, "R", "F", 4)])
        self.assertContent(found.held["K1", "F"], 2, 2, 2)
        self.assertEqual(found.get_totals()["on_hand"], 2)

    def test_used_before_its_receipt_was_booked(self):
        """Sold first, then the flour was booked in, and the order last."""
        movements = [
            Movement(1, 1, "F", 2, "internal", "customer", "K1"),
            Movement(2, 2, "R", 10, "supplier", "internal"),
            Movement(3, 3, "R", 5, "internal", "production"),
            Movement(3, 4, "F", 5, "production", "internal"),
        ]
        links = [link(3, 4, "R", "F", 5)]
        settle_late(movements, links)
        found = spread(["R"], movements, links)
        self.assertContent(found.held["K1", "F"], 2, 2, 2)
        self.assertEqual(found.pools["R"].share, 5)
        self.assertEqual(found.get_totals()["on_hand"], 8)
        self.assertEqual(found.get_totals()["unaccounted"], 0)

    def test_books_that_contradict_themselves(self):
        """Goods that were used for what they are made of: no bound is below zero, nor
        is the least more than the most."""
        movements = [
            Movement(1, 1, "A", 2, "internal", "production"),
            Movement(1, 2, "B", 2, "production", "internal"),
            Movement(2, 3, "B", 2, "internal", "production"),
            Movement(2, 4, "A", 4, "production", "internal"),
            Movement(3, 5, "A", 1, "internal", "customer", "K1"),
        ]
        links = [link(1, 2, "A", "B", 2), link(3, 4, "B", "A", 4)]
        for root in ("A", "B"):
            settle_late(movements, links)
            found = spread([root], movements, links)
            for content in (*found.held.values(), *found.pools.values()):
                self.assertLessEqual(0, content.lower)
                self.assertLessEqual(content.lower, content.share + 1e-9)
                self.assertLessEqual(content.share, content.upper + 1e-9)
            self.assertAlmostEqual(found.get_totals()["unaccounted"], 0)

    def test_what_is_ruled_out_carries_nothing(self):
        movements = [
            Movement(1, 1, "R", 4, "supplier", "internal"),
            Movement(2, 2, "R", 2, "internal", "customer", "K1"),
        ]
        found = spread(["R"], movements, [], covers=lambda node, moment: moment < 2)
        self.assertContent(found.held["K1", "R"], 0, 0, 0)
        self.assertEqual(found.get_totals()["on_hand"], 4)

    def test_reworked_into_itself(self):
        """4 of 10 are used to make 4 more of the same lot."""
        found = self.spread(
            ["F"],
            [
                ("F", 10, "production", "internal"),
                ("F", 4, "internal", "production"),
                ("F", 4, "production", "internal"),
            ],
            [link(2, 3, "F", "F", 4)],
        )
        totals = found.get_totals()
        self.assertEqual(found.suspect, 14)
        self.assertEqual((totals["on_hand"], totals["reworked"]), (10, 4))
        self.assertEqual(totals["unaccounted"], 0)

    def test_what_came_back_is_not_held(self):
        found = self.spread(
            ["R"],
            [
                ("R", 4, "supplier", "internal"),
                ("R", 4, "internal", "customer", "K1"),
                ("R", 4, "customer", "internal", "K1"),
            ],
        )
        self.assertContent(found.held["K1", "R"], 0, 0, 0)
        self.assertEqual(found.suspect, 4)
        self.assertEqual(found.get_totals()["on_hand"], 4)

    def test_mixed_in_one_lot(self):
        """60 suspect and 40 others in one lot; K1 gets 50: 30 by share, at least 10,
        at most 50."""
        found = self.spread(
            ["R"],
            [
                ("R", 60, "supplier", "internal"),
                ("R", 60, "internal", "production"),
                ("F", 60, "production", "internal"),
                ("F", 40, "production", "internal"),
                ("F", 50, "internal", "customer", "K1"),
            ],
            [link(2, 3, "R", "F", 60)],
        )
        self.assertContent(found.held["K1", "F"], 30, 10, 50)

    def test_half_of_the_flour_is_suspect(self):
        """5 kg of 10 in 100 breads: one bread has at most its 0.1 kg of flour."""
        found = self.spread(
            ["R"],
            [
                ("R", 5, "supplier", "internal"),
                ("R", 5, "internal", "production"),
                ("F", 100, "production", "internal"),
                ("F", 1, "internal", "customer", "K1"),
                ("F", 99, "internal", "customer", "K2"),
            ],
            [link(2, 3, "R", "F", 100, product_out=7)],
            {(3, 7): 10},
        )
        self.assertContent(found.held["K1", "F"], 0.05, 0, 0.1)
        self.assertContent(found.held["K2", "F"], 4.95, 4.9, 5)

    def test_one_of_three_serials(self):
        """One order makes three serials out of three: which one is not known."""
        moves = [
            ("C1", 1, "supplier", "internal"),
            ("C1", 1, "internal", "production"),
            *[(f"F{n}", 1, "production", "internal") for n in range(3)],
            *[(f"F{n}", 1, "internal", "customer", f"K{n}") for n in range(3)],
        ]
        links = [link(2, 3 + n, "C1", f"F{n}", 1, product_out=7) for n in range(3)]
        totals = {(3 + n, 7): 3 for n in range(3)}
        found = self.spread(["C1"], moves, links, totals)
        for n in range(3):
            self.assertContent(found.held[f"K{n}", f"F{n}"], 1 / 3, 0, 1)
        held = {
            partner: Content() for partner in ("two of them", "the third", "all three")
        }
        for n in range(3):
            content = found.held[f"K{n}", f"F{n}"]
            held["two of them" if n < 2 else "the third"].add(content)
            held["all three"].add(content)
        both = {key: held[key] for key in list(held)[:2]}
        found.bound(both)
        self.assertContent(both["two of them"], 2 / 3, 0, 1)
        self.assertContent(both["the third"], 1 / 3, 0, 1)
        [content] = found.bound({"K": held["all three"]}).values()
        self.assertContent(content, 1, 1, 1)

    def test_what_came_out_of_one_serial_was_in_no_other(self):
        """Three of three, one taken apart again: its part goes into another one. Where
        that is, is all of it; the other parts were in the other two."""
        half = 0.5, 0, 1
        cases = {
            "C1": (4, {"K1": (0, 0, 0), "K3": (0, 0, 0), "K9": (1, 1, 1)}),
            "C2": (5, {"K1": half, "K3": half, "K9": (0, 0, 0)}),
        }
        moves = [
            *[(f"C{n}", 1, "supplier", "internal") for n in (1, 2, 3)],
            *[(f"C{n}", 1, "internal", "production") for n in (1, 2, 3)],
            *[(f"F{n}", 1, "production", "internal") for n in (1, 2, 3)],
            ("F1", 1, "internal", "customer", "K1"),
            ("F2", 1, "internal", "production"),
            ("C1", 1, "production", "internal"),
            ("C1", 1, "internal", "production"),
            ("F9", 1, "production", "internal"),
            ("F9", 1, "internal", "customer", "K9"),
            ("F3", 1, "internal", "customer", "K3"),
        ]
        totals = {**{(6 + n, 7): 3 for n in (1, 2, 3)}, (14, 7): 1}
        for suspect, (line, expected) in cases.items():
            links = [
                *[
                    link(line, 6 + n, suspect, f"F{n}", 1, product_out=7)
                    for n in (1, 2, 3)
                ],
                link(11, 12, "F2", "C1", 1, product_in=7, takes_out=True),
                link(13, 14, "C1", "F9", 1, product_out=7),
            ]
            with self.subTest(suspect=suspect):
                held = self.spread([suspect], moves, links, totals).held
                found = {
                    partner: (content.share, content.lower, content.upper)
                    for (partner, _node), content in held.items()
                }
                self.assertEqual(found, expected)

    def test_an_unbuilt_product_gives_the_lot_back(self):
        """What came out beside it takes nothing along."""
        found = self.spread(
            ["R"],
            [
                ("R", 10, "supplier", "internal"),
                ("R", 10, "internal", "production"),
                ("F", 1, "production", "internal"),
                ("F", 1, "internal", "production"),
                ("R", 10, "production", "internal"),
                ("X", 5, "production", "internal"),
            ],
            [
                link(2, 3, "R", "F", 1),
                link(4, 5, "F", "R", 10, takes_out=True),
                link(4, 6, "F", "X", 5, takes_out=True),
            ],
        )
        self.assertEqual(found.suspect, 10)
        self.assertContent(found.pools["R"], 10, 10, 10)
        self.assertContent(found.pools["X"], 0, 0, 0)
        self.assertContent(found.pools["F"], 0, 0, 0)

    def test_a_part_put_into_a_machine_and_taken_out(self):
        """A repair adds a part to a machine, another one removes it."""
        moves = [
            ("P", 1, "supplier", "internal"),
            ("M", 1, "supplier", "internal"),
            ("P", 1, "internal", "production"),
        ]
        put_in = link(3, 100, "P", "M", 1, arrived=3)
        found = self.spread(["P"], moves, [put_in])
        self.assertContent(found.pools["M"], 1, 1, 1)
        self.assertEqual(found.get_totals()["unaccounted"], 0)

        moves.append(("P", 1, "production", "internal"))
        taken_out = link(101, 4, "M", "P", 1, arrived=4, takes_out=True)
        found = self.spread(["P"], moves, [put_in, taken_out])
        self.assertContent(found.pools["M"], 0, 0, 0)
        self.assertContent(found.pools["P"], 1, 1, 1)
        self.assertEqual(found.suspect, 1)

    def test_what_was_used_for_nothing_known_is_unaccounted(self):
        found = self.spread(
            ["R"],
            [("R", 10, "supplier", "internal"), ("R", 3, "internal", "production")],
        )
        self.assertEqual(found.get_totals()["unaccounted"], 3)

    def test_stock_below_zero_takes_nothing_along(self):
        found = self.spread(
            ["R"],
            [
                ("R", 2, "internal", "customer", "K1"),
                ("R", 5, "supplier", "internal"),
            ],
        )
        self.assertContent(found.held["K1", "R"], 0, 0, 0)
        self.assertEqual(found.suspect, 5)


@tagged("post_install", "-at_install")
class TestSuspectSpreadAtRandom(BaseCase):
    """Whatever happens: the shares add up, and each lies between its bounds."""

    def test_random_chains(self):
        for seed in range(200):
            with self.subTest(seed=seed):
                self.check(random.Random(seed))

    def check(self, rng):
        moves, links, stock, sent = [], [], {}, []

        def add(node, quantity, source, dest, partner=False):
            moves.append(
                Movement(len(moves), len(moves), node, quantity, source, dest, partner)
            )
            change = (dest == "internal") - (source == "internal")
            stock[node] = stock.get(node, 0) + change * quantity
            return len(moves) - 1

        add("R", 10.0, "supplier", "internal")
        for _step in range(rng.randint(1, 40)):
            left = [node for node, quantity in stock.items() if quantity > 0.01]
            if not left:
                break
            node = rng.choice(left)
            part = stock[node] * rng.choice((0.25, 0.5, 1))
            action = rng.choice(("make", "make", "ship", "scrap", "mix", "back"))
            if action == "make":
                line_out = add(node, part, "internal", "production")
                targets = rng.sample("ABCDEF", rng.randint(1, 3))
                for target in targets:
                    quantity = float(rng.randint(1, 5))
                    line_in = add(target, quantity, "production", "internal")
                    if target != node:
                        links.append(link(line_out, line_in, node, target, quantity))
            elif action == "ship":
                sent.append((node, part, rng.choice("KL")))
                add(node, part, "internal", "customer", sent[-1][-1])
            elif action == "scrap":
                add(node, part, "internal", "inventory")
            elif action == "mix" and node != "R":
                add(node, part, "supplier", "internal")
            elif action == "back" and sent:
                node, part, partner = sent.pop(rng.randrange(len(sent)))
                add(node, part, "customer", "internal", partner)
        found = spread(["R"], moves, links)
        self.assertAlmostEqual(sum(found.get_totals().values()), found.suspect)
        self.assertEqual(found.suspect, 10)
        for content in (*found.held.values(), *found.pools.values()):
            self.assertLessEqual(content.lower, content.share + 1e-6)
            self.assertLessEqual(content.share, content.upper + 1e-6)
            self.assertGreaterEqual(content.share, -1e-6)
