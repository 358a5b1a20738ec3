"""Lists of serial and lot numbers written short: ``1, 2, 10-15, SN/001+9, ~+5``.

One expression is a list of groups. Groups are separated by commas, semicolons, new
lines or blanks; blanks around ``+`` and `` - `` belong to the group.

==================  ============================================================
``45``, ``SN-7A``   that number; hyphens inside of a number are left alone
``10-15``           from the first to the last; both ends have the same text around
                    their last digits: ``SN/01-SN/03``, ``098-102``; behind a
                    text, two or three dots do as well: ``SN-01..SN-03``
``10+3``            10 and three more
``1+``              as many as are missing to the quantity asked
``~``               the next number after the last one that is known
``~+5``, ``~+``     the next and five more; the next and as many as are missing
``~-10``            from the next one up to 10; ``~-SN0103`` likewise
==================  ============================================================

What counts is the last run of digits; its leading zeros are kept. A range runs upwards:
``2026-0042`` and ``9-5`` are numbers, and so is what is padded to another width
(``2026-001``). ``~`` skips numbers that exist and those that are written elsewhere in
the expression.

``25-47`` can be a range, and ``10+3`` a list, or each of them one number. Where so many
numbers are asked for, what fits the count is meant, and the number before the list;
where neither fits nothing is guessed. Who asks may say which of the two ``READINGS`` it
is.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from .form import fold
from .spreadsheet import is_scientific

TOKEN_LIMIT = 100
# what a text with hyphens and plus signs is: numbers as they stand, or lists
NUMBERS, EXPRESSION = READINGS = ("numbers", "expression")
# the last run of ASCII digits; other digits cannot be counted up
LAST_DIGITS = re.compile(r"[0-9]+(?=[^0-9]*\Z)")
# between the ends of a range
RANGE_MARK = re.compile(r"-|\.{2,3}")
# what people write between the ends of a range, or two numbers
RANGE_WORDS = {"to", "bis", "until", "through", "thru", "hasta", "and", "und"}
BREAKS = re.compile("[,;\n\r\t\v\f\uff0c\uff1b\u3001\u060c\u061b]+")


@dataclass(frozen=True)
class NumberProblem:
    """One thing that is wrong: a code, the token it is about, and figures for it."""

    code: str
    token: str = ""
    values: dict = field(default_factory=dict, compare=False)

    def __str__(self):
        return f"{self.code}: {self.token}" if self.token else self.code


class NumberExpressionError(ValueError):
    """All that is wrong with an expression; ``code`` and ``token`` are the first's."""

    def __init__(self, problems):
        self.errors = tuple(problems)
        self.code = self.errors[0].code
        self.token = self.errors[0].token
        super().__init__("; ".join(str(problem) for problem in self.errors))


def split_number(number):
    """Split into the text before the last run of digits, the digits, and the rest."""
    found = LAST_DIGITS.search(number)
    if not found:
        return number, "", ""
    return number[: found.start()], found.group(), number[found.end() :]


def next_number(number, step=1):
    """Count up the last run of digits and keep its width; without digits, add them.

    >>> next_number("A-099"), next_number("SN7X"), next_number("LOT")
    ('A-100', 'SN8X', 'LOT1')
    """
    prefix, digits, suffix = split_number(number)
    if not digits:
        return f"{number}{step}"
    return f"{prefix}{int(digits) + step:0{len(digits)}}{suffix}"


def is_expression(text):
    """Say whether a text can only be meant as an expression, not as one number."""
    return bool(BREAKS.search(text.strip()) or set("~+") & set(fold(text)))


def expand(
    expression,
    quantity=None,
    last=None,
    existing=(),
    limit=1000,
    generate=None,
    peek=None,
    reading=None,
):
    """Write out an expression.

    :param expression: the text
    :param quantity: how many numbers are wanted; without it any count is right
    :param last: the last known number, from which ``~`` goes on
    :param existing: numbers that are taken, anything that supports ``in``
    :param limit: how many numbers there may be at the most
    :param generate: gives what ``~`` stands for, where that is not counted on from
        ``last``: called once with how many are wanted, and with the numbers that are
        written elsewhere
    :param peek: the same, but nothing is used up
    :param reading: one of ``READINGS``, where somebody has chosen it: the count then
        follows the text, and ``quantity`` only fills up ``1+``
    :return: list of numbers, in the order written
    :raise NumberExpressionError: with everything that is wrong
    """
    return _Expansion(
        expression, quantity, last, existing, limit, generate, peek, reading
    ).run()


def count(expression, reading, limit=1000):
    """How many numbers a text gives in one of the ``READINGS``; None if it cannot be
    read so, or if that depends on what comes next.

    >>> count("25-47", NUMBERS), count("25-47", EXPRESSION), count("9-5", EXPRESSION)
    (1, 23, 1)
    """
    expansion = _Expansion(expression, None, None, (), limit, None, None, reading)
    groups = expansion.choose()
    counts = [group.count for group in groups]
    if expansion.problems or not groups or None in counts or sum(counts) > limit:
        return None
    return sum(counts)


@dataclass
class _Group:
    """``count`` numbers from ``first`` on; None is open, for either of them."""

    token: str
    # as it stands, with its blanks
    raw: str
    first: str | None
    count: int | None
    # number, range, plus, fill (to the quantity), next, until
    kind: str = "number"
    # the last one, of those up to which the next ones go
    until: str = ""
    # what is wrong with it as a list
    problem: NumberProblem | None = None

    def as_number(self):
        return _Group(self.token, self.raw, self.raw, 1)


class _Expansion:
    def __init__(
        self, expression, quantity, last, existing, limit, generate, peek, reading
    ):
        self.problems = []
        self.last, self.existing, self.limit = last, existing, limit
        self.generate = generate or self._count_on
        self.peek = peek or generate or self._look_ahead
        self.reading = reading
        self.quantity = self._read_quantity(quantity)
        self.groups = self._read_groups(expression)

    def run(self):
        self.groups = self.choose()
        self._stop_if_wrong()
        self._count_until()
        self._fill_up()
        self._stop_if_wrong()
        numbers = self._write_out()
        self._check(numbers)
        self._stop_if_wrong()
        return numbers

    def _wrong(self, code, token="", **values):
        self.problems.append(NumberProblem(code, token, values))

    def _stop_if_wrong(self):
        if self.problems:
            raise NumberExpressionError(self.problems)

    # -- reading --------------------------------------------------------
    def _read_quantity(self, quantity):
        if quantity is None:
            return None
        try:
            value = float(quantity)
        except (TypeError, ValueError):
            value = 0
        if not (value >= 1 and value.is_integer()):
            self._wrong("bad_quantity", str(quantity)[:TOKEN_LIMIT])
            return None
        return int(value)

    def _read_groups(self, expression):
        text = expression or ""
        if len(text) > self.limit * TOKEN_LIMIT:
            self._wrong("too_many", limit=self.limit)
            return []
        if not text.strip():
            self._wrong("empty")
            return []
        if is_scientific(text):
            # its decimal comma parts no numbers
            self._wrong("scientific", text.strip())
            return []
        tokens = [token for part in BREAKS.split(text) for token in _tokens(part)]
        if not tokens:
            self._wrong("none_found", text.strip()[:TOKEN_LIMIT])
        if len(tokens) > self.limit:
            self._wrong("too_many", given=len(tokens), limit=self.limit)
            return []
        groups = [self._read_group(token, raw) for token, raw in tokens]
        return [group for group in groups if group]

    def _read_group(self, token, raw):
        if len(token) > TOKEN_LIMIT or not token.isprintable():
            return self._wrong("invalid_format", token[:TOKEN_LIMIT])
        if is_scientific(token):
            return self._wrong("scientific", token)
        if token == "~":
            return _Group(token, raw, None, 1, "next")
        if token.startswith("~-") and split_number(token)[1] and "+" not in token:
            return _Group(token, raw, None, None, "until", until=token[2:])
        if token.startswith("~+"):
            return self._read_plus(token, raw)
        if token.casefold() in RANGE_WORDS:
            # A001 to A010 is not the three of them
            return self._wrong("invalid_format", token)
        if "~" in token or not any(character.isalnum() for character in token):
            return self._wrong("invalid_format", token)
        if "+" in token:
            return self._read_plus(token, raw)
        ends = _range_ends(token)
        if not ends:
            return _Group(token, raw, raw, 1)
        return self._read_range(token, raw, *ends)

    def _read_plus(self, token, raw):
        first, _plus, more = token.rpartition("+")
        group = _Group(token, raw, None if first == "~" else first, 1, "plus")
        if first != "~" and ("+" in first or not split_number(first)[1]):
            group.problem = NumberProblem("invalid_group", token)
        elif more and not (more.isascii() and more.isdigit()):
            group.problem = NumberProblem("bad_plus_count", token)
        elif more and int(more) + 1 > self.limit:
            group.problem = NumberProblem(
                "range_too_long", token, {"limit": self.limit}
            )
        else:
            group.count = int(more) + 1 if more else None
        if first == "~":
            # can be no number
            group.kind = "next"
        elif not more:
            group.kind = "fill"
        return group

    def _read_range(self, token, raw, first, last):
        group = _Group(token, raw, first, _count_range(first, last), "range")
        if group.count < 1:
            # runs backwards: a number, such as 2026-0042
            return group.as_number()
        if group.count > self.limit:
            group.problem = NumberProblem(
                "range_too_long", token, {"limit": self.limit}
            )
        return group

    # -- the reading ----------------------------------------------------
    def choose(self):
        """The groups as they are meant."""
        groups = self._choose()
        self.problems += [group.problem for group in groups if group.problem]
        return groups

    def _choose(self):
        both = {"range", "plus"}
        if self.reading == NUMBERS:
            return self._take_as_numbers({*both, "fill"})
        if self.reading == EXPRESSION or self.quantity is None:
            return self.groups
        for kinds in ({"range"}, both, set()):
            groups = self._take_as_numbers(kinds)
            counts = [0 if group.problem else group.count for group in groups]
            if None not in counts and sum(counts) == self.quantity:
                return groups
        if any(group.problem or group.count is None for group in self.groups):
            return self.groups
        self._wrong(
            "count_mismatch",
            asked=self.quantity,
            given=sum(group.count for group in self.groups),
            groups=[
                (group.token, group.first, group.count)
                for group in self.groups
                if group.kind in both
            ],
            backwards=[
                group.token
                for group in self.groups
                if group.kind == "number" and _range_ends(group.token)
            ],
        )
        return self.groups

    def _take_as_numbers(self, kinds):
        return [
            group.as_number() if group.kind in kinds else group for group in self.groups
        ]

    # -- counting -------------------------------------------------------
    def _count_until(self):
        """Find out how many numbers there are up to the last one that is named."""
        before = 0
        for group in self.groups:
            if group.kind == "until":
                group.count = self._count_up_to(group, before)
            if group.first is None:
                before += group.count or 0

    def _count_up_to(self, group, before):
        taken = {g.raw for g in self.groups if g.first is not None and g.count == 1}
        start = self.peek(before + 1, taken)[-1]
        end = split_number(group.until)
        first = split_number(start)
        if end[0] or end[2]:
            is_alike = (end[0], end[2]) == (first[0], first[2])
        else:
            # only the digits of the last one are written
            is_alike = bool(first[1])
        span = int(end[1]) - int(first[1]) + 1 if is_alike else 0
        if span < 1:
            self._wrong("until_unlike", group.token, next=start)
        elif span > self.limit:
            self._wrong("range_too_long", group.token, limit=self.limit)
        else:
            found = self.peek(before + span, taken)[before:]
            return _count_to(found, group.until, (first[0], end[1], first[2]))
        return 1

    def _fill_up(self):
        """Give the open group what is missing to the quantity asked."""
        open_groups = [group for group in self.groups if group.count is None]
        given = sum(group.count or 0 for group in self.groups)
        for group in open_groups[1:]:
            self._wrong("invalid_group", group.token)
        if open_groups and self.quantity is None:
            self._wrong("bad_quantity", open_groups[0].token)
        elif open_groups:
            open_groups[0].count = self.quantity - given
            given = max(self.quantity, given + 1)
        if given > self.limit:
            self._wrong("too_many", given=given, limit=self.limit)
        elif self.quantity not in (None, given) and (open_groups or not self.reading):
            self._wrong("count_mismatch", asked=self.quantity, given=given)

    # -- writing --------------------------------------------------------
    def _write_out(self):
        written = [
            None if group.first is None else _count_up(group.first, group.count)
            for group in self.groups
        ]
        taken = {number for numbers in written if numbers for number in numbers}
        wanted = sum(group.count for group in self.groups if group.first is None)
        generated = iter(self.generate(wanted, taken) if wanted else ())
        result = []
        for group, numbers in zip(self.groups, written, strict=True):
            result += numbers or [next(generated) for _step in range(group.count)]
        return result

    def _count_on(self, count, taken):
        """The next free numbers after the last one."""
        numbers = []
        while len(numbers) < count:
            self.last = "1" if self.last is None else next_number(self.last)
            if self.last not in taken and self.last not in self.existing:
                numbers.append(self.last)
        return numbers

    def _look_ahead(self, count, taken):
        last = self.last
        numbers = self._count_on(count, taken)
        self.last = last
        return numbers

    def _check(self, numbers):
        for number, times in Counter(numbers).items():
            if times > 1:
                self._wrong("duplicate_in_input", number, times=times)
        for number in dict.fromkeys(numbers):
            if number in self.existing:
                self._wrong("already_exists", number)


def _tokens(part):
    """Words, with those put together again that a plus or a lone hyphen joins: without
    blanks, and as they stand."""
    tokens, joins = [], False
    for raw_word in part.split():
        word = fold(raw_word)
        is_mark = RANGE_MARK.fullmatch(word)
        glued = joins or word.startswith("+") or is_mark
        glued = glued or (word.startswith("-") and tokens and tokens[-1][0] == "~")
        joins = is_mark or word.endswith("+")
        if glued and tokens:
            token, raw = tokens[-1]
            tokens[-1] = token + word, f"{raw} {raw_word}"
        else:
            tokens.append((word, raw_word))
    return tokens


def range_count(text):
    """How many numbers a text gives as a range; None if it is none.

    >>> range_count("10-15"), range_count("2026-0042"), range_count("SN-7")
    (6, None, None)
    >>> range_count("SN-01..SN-03"), range_count("A1 \u2026 A3"), range_count("10..15")
    (3, 3, None)
    """
    text = fold(text)
    is_parted = any(RANGE_MARK.fullmatch(word) for word in text.split())
    text = "".join(text.split()) if is_parted else text
    ends = _range_ends(text) if len(text) <= TOKEN_LIMIT else None
    found = _count_range(*ends) if ends else 0
    return found if found > 0 else None


def _count_range(first, last):
    return int(split_number(last)[1]) - int(split_number(first)[1]) + 1


def _count_to(numbers, until, end):
    """How many of the next numbers come up to the last one."""
    if until in numbers:
        # also where the last digits do not count, but check
        return numbers.index(until) + 1
    parts = map(split_number, numbers)
    return sum(
        (part[0], part[2]) == (end[0], end[2]) and int(part[1]) <= int(end[1])
        for part in parts
    )


def _range_ends(token):
    """The two ends of a range, or None if the token is one number."""
    for mark in RANGE_MARK.finditer(token):
        first, last = token[: mark.start()], token[mark.end() :]
        # dots between digits alone part no ends: 10..15 is a number
        is_clear = mark.group() == "-" or split_number(first)[0]
        if is_clear and _same_form(split_number(first), split_number(last)):
            return first, last
    return None


def _same_form(first, last):
    around_first, around_last = (first[0], first[2]), (last[0], last[2])
    if not first[1] or not last[1] or around_first != around_last:
        return False
    # 2026-001 is a number, 098-102 and 8-12 are ranges
    return not (last[1].startswith("0") and len(last[1]) != len(first[1]))


def _count_up(first, count):
    prefix, digits, suffix = split_number(first)
    if count == 1:
        return [first]
    start, width = int(digits), len(digits)
    return [f"{prefix}{start + step:0{width}}{suffix}" for step in range(count)]
