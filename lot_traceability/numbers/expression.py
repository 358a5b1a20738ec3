"""Lists of serial and lot numbers written short: ``1, 2, 10-15, SN/001+9, ~+5``.

One expression is a list of groups. Groups are separated by commas, semicolons, new
lines or blanks; blanks around ``+`` and `` - `` belong to the group.

==================  ============================================================
``45``, ``SN-7A``   that number; hyphens inside of a number are left alone
``10-15``           from the first to the last; both ends have the same text around
                    their last digits: ``SN/01-SN/03``, ``098-102``
``10+3``            10 and three more
``1+``              as many as are missing to the quantity asked
``~``               the next number after the last one that is known
``~+5``, ``~+``     the next and five more; the next and as many as are missing
==================  ============================================================

What counts is the last run of digits; its leading zeros are kept. Two runs of digits
around one hyphen are a range (``2026-2030``), except where the second one is padded to
another width (``2026-001``), which is a number; or where as many are asked for as there
are numbers, and not as the ranges give (``25-47``, where one is asked for). ``~`` skips
numbers that exist and those that are written elsewhere in the expression.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

TOKEN_LIMIT = 100
# the last run of ASCII digits; other digits cannot be counted up
LAST_DIGITS = re.compile(r"[0-9]+(?=[^0-9]*\Z)")
# what a spreadsheet shows, and exports, of a number that is too long for its column
SCIENTIFIC = re.compile(
    r"[0-9]+[.,][0-9]+[eE][+-]?[0-9]{1,3}|[0-9]+[eE]\+[0-9]{1,3}", re.ASCII
)
BREAKS = re.compile(r"[,;\n\r\t\v\f]+")


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


def is_scientific(text: str) -> bool:
    """Say whether a text is a number in scientific notation: its digits are lost.

    >>> is_scientific("3.56938E+14"), is_scientific("1E+5"), is_scientific("A1E5")
    (True, True, False)
    """
    return bool(SCIENTIFIC.fullmatch(text.strip()))


def is_expression(text):
    """Say whether a text can only be meant as an expression, not as one number."""
    return bool(BREAKS.search(text.strip()) or "~" in text or "+" in text)


def expand(
    expression, quantity=None, last=None, existing=(), limit=1000, generate=None
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
    :return: list of numbers, in the order written
    :raise NumberExpressionError: with everything that is wrong
    """
    return _Expansion(expression, quantity, last, existing, limit, generate).run()


@dataclass
class _Group:
    """``count`` numbers from ``first`` on; None is open, for either of them."""

    token: str
    first: str | None
    count: int | None
    # written with a hyphen, which a number can have as well
    is_range: bool = False


class _Expansion:
    def __init__(self, expression, quantity, last, existing, limit, generate):
        self.problems = []
        self.last, self.existing, self.limit = last, existing, limit
        self.generate = generate or self._count_on
        self.quantity = self._read_quantity(quantity)
        self.groups = self._read_groups(expression)

    def run(self):
        self._stop_if_wrong()
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
        groups = [self._read_group(token) for token in tokens]
        groups = [group for group in groups if group]
        return self._keep_hyphens(groups) if self._fit_as_numbers(groups) else groups

    def _keep_hyphens(self, groups):
        ranges = {group.token for group in groups if group.is_range}
        # what is wrong with them as ranges does not matter
        self.problems = [
            problem for problem in self.problems if problem.token not in ranges
        ]
        return [
            _Group(group.token, group.token, 1) if group.is_range else group
            for group in groups
        ]

    def _fit_as_numbers(self, groups):
        """Whether what looks like ranges are numbers with hyphens: the ranges do not
        give as many as are wanted, the numbers do."""
        counts = [group.count for group in groups]
        if self.quantity is None or None in counts or self.quantity == sum(counts):
            return False
        numbers = [1 if group.is_range else group.count for group in groups]
        return self.quantity == sum(numbers)

    def _read_group(self, token):
        if len(token) > TOKEN_LIMIT or not token.isprintable():
            return self._wrong("invalid_format", token[:TOKEN_LIMIT])
        if is_scientific(token):
            return self._wrong("scientific", token)
        if "+" in token:
            return self._read_plus(token)
        if token == "~":
            return _Group(token, None, 1)
        if "~" in token or not any(character.isalnum() for character in token):
            return self._wrong("invalid_format", token)
        ends = _range_ends(token)
        return self._read_range(token, *ends) if ends else _Group(token, token, 1)

    def _read_plus(self, token):
        first, _plus, more = token.rpartition("+")
        if first != "~" and (
            "~" in first or "+" in first or not split_number(first)[1]
        ):
            return self._wrong("invalid_group", token)
        if more and not (more.isascii() and more.isdigit()):
            return self._wrong("bad_plus_count", token)
        count = int(more) + 1 if more else None
        if count and count > self.limit:
            return self._wrong("range_too_long", token, limit=self.limit)
        return _Group(token, None if first == "~" else first, count)

    def _read_range(self, token, first, last):
        count = int(split_number(last)[1]) - int(split_number(first)[1]) + 1
        if count < 1:
            self._wrong("range_descending", token)
        elif count > self.limit:
            self._wrong("range_too_long", token, limit=self.limit)
        return _Group(token, first, count, is_range=True)

    # -- counting -------------------------------------------------------
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
        elif self.quantity is not None and given != self.quantity:
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

    def _check(self, numbers):
        for number, times in Counter(numbers).items():
            if times > 1:
                self._wrong("duplicate_in_input", number, times=times)
        for number in dict.fromkeys(numbers):
            if number in self.existing:
                self._wrong("already_exists", number)


def _tokens(part):
    """Words, with those put together again that a plus or a lone hyphen joins."""
    tokens, joins = [], False
    for word in part.split():
        glued = joins or word.startswith("+") or word == "-"
        joins = word == "-" or word.endswith("+")
        if glued and tokens:
            tokens[-1] += word
        else:
            tokens.append(word)
    return tokens


def _range_ends(token):
    """The two ends of a range, or None if the token is one number."""
    for position, character in enumerate(token):
        first, last = token[:position], token[position + 1 :]
        if character == "-" and _same_form(split_number(first), split_number(last)):
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
