from unittest import TestCase

from ..fefo.replay import Movement, replay


class TestReplay(TestCase):
    def test_backwards(self):
        """A came first and was left, B was taken; then A was moved to another shelf."""
        done = [
            Movement(1, 7, 1, 0, 10, 5.0),
            Movement(2, 7, 2, 0, 10, 5.0),
            Movement(3, 7, 2, 10, 0, 3.0),
            Movement(4, 7, 1, 10, 11, 5.0),
        ]
        now = [(7, 1, 11, 5.0), (7, 2, 10, 2.0)]
        before = {
            movement.id: {key: value for key, value in there.items() if value}
            for movement, there in replay(reversed(done), now)
        }
        self.assertEqual(before[4], {(1, 10): 5.0, (2, 10): 2.0})
        self.assertEqual(before[3], {(1, 10): 5.0, (2, 10): 5.0})
        self.assertEqual(before[2], {(1, 10): 5.0})
        self.assertEqual(before[1], {})
