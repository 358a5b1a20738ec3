from odoo import api, models
from odoo.exceptions import UserError

from ..numbers.expression import (
    NumberExpressionError,
    expand,
    is_expression,
)
from ..numbers.form import normalize


class LotNumber(models.AbstractModel):
    """The one gate for numbers: form, import, receipt, manufacturing, RPC and the
    dialogs ask here what a text means, whether a number is good, and for new ones.

    What another addon may want to decide, each with an example at the method:

    ===================  ==========================================================
    is a number valid    :meth:`_get_name_problems`
    what comes after it  ``_get_next_numbers``, for products without a sequence
    are two the same     ``_get_key`` of ``lot.number.scope``
    how is one made      ``_generate``
    ===================  ==========================================================
    """

    _name = "lot.number"
    _inherit = ["lot.number.generator", "lot.number.text"]
    _description = "Lot and serial numbers"

    # -- what a text means ----------------------------------------------
    @api.model
    def _expand(self, text, quantity=None, product=None, taken=(), draw=False):
        """Write out an expression for a product.

        :param taken: numbers given out already, which ``~`` skips and nobody repeats
        :param draw: use up the numbers that ``~`` stands for; else they are shown
        :return: list of numbers
        :raise UserError: with everything that is wrong, a line for each
        """
        product = product or self.env["product.product"]

        def generate(count, written):
            return self._generate(product, count, {*taken, *written}, draw)

        try:
            return expand(
                text,
                quantity=quantity,
                existing=taken,
                limit=self._get_limit(),
                generate=generate,
            )
        except NumberExpressionError as error:
            raise UserError("\n".join(self._get_error_texts(error))) from error

    def _get_limit(self):
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param("lot_traceability.number_limit", 10000))

    @api.model
    def _read_first_number(self, product, text, count, draw=False):
        """What the field "first number" means: nothing or the next number stand for the
        next ones, an expression for itself, anything else for a start, which is None.

        A range is only taken as such where it gives as many numbers as are wanted:
        ``2026-0001`` is a good first number, too.
        """
        text = (text or "").strip()
        if self._is_next(product, text):
            return self._generate(product, count, draw=draw)
        if is_expression(text):
            numbers = self._expand(text, count, product, draw=draw)
            self._check_free(product, numbers)
            return numbers
        try:
            numbers = expand(text, limit=self._get_limit())
        except NumberExpressionError:
            return None
        return numbers if len(numbers) == count > 1 else None

    @api.model
    def _is_next(self, product, text):
        """Whether a first number, perhaps blank, stands for the next ones."""
        text = (text or "").strip()
        if not product or not text:
            return bool(product)
        return [text] == self._generate(product, 1, draw=False)

    def _check_free(self, product, numbers):
        taken = self._find_taken(product, numbers)
        if taken:
            text = self._get_problem_texts()["already_exists"]
            keys = set(taken.mapped("number_key"))
            wrong = [number for number in numbers if normalize(number) in keys]
            raise UserError("\n".join(text % {"token": number} for number in wrong))

    @api.model
    def _expand_lines(self, product, text, draw=False):
        """Write out pasted lines of ``numbers``, ``numbers;quantity`` and the like."""
        lines, given = [], set()
        for line in (text or "").splitlines():
            head, separator, tail = _split_line(line)
            numbers = self._expand_head(product, head, given, draw)
            given.update(numbers)
            lines += [f"{number}{separator}{tail}" for number in numbers]
        return "\n".join(lines)

    def _expand_head(self, product, head, given, draw):
        # a name with blanks is one name: the line says where it ends
        is_name = not is_expression(head) and len(head.split()) != 1
        if not head.strip() or is_name:
            return [head]
        taken = given if "~" in head else ()
        return self._expand(head, product=product, taken=taken, draw=draw)

    # -- is it good -----------------------------------------------------
    @api.model
    def _get_problems(self, product, numbers, company=None):
        """Say of each number why it cannot become a lot of the product.

        :param numbers: list of numbers, looked up all at once
        :param company: of the lots; that of the product if not said
        :return: dict of the numbers that are wrong, with a list of texts each
        """
        problems = {
            number: self._get_name_problems(
                number, product, company or product.company_id or self.env.company
            )
            for number in dict.fromkeys(numbers)
        }
        key = self.env["lot.number.scope"]._get_key
        taken = self._find_taken(product, numbers, company).grouped("number_key")
        seen = {}
        for number, texts in problems.items():
            if key(number) in taken:
                texts.append(self._get_taken_text(number, product, taken[key(number)]))
            elif seen.setdefault(key(number), number) != number:
                texts.append(
                    self.env._(
                        "“%(number)s” is the same number as “%(other)s”.",
                        number=number,
                        other=seen[key(number)],
                    )
                )
        return {number: texts for number, texts in problems.items() if texts}

    def _get_lot_problems(self, lots):
        """What is wrong with the numbers of lots that were just written."""
        problems = [
            text
            for lot in lots
            for text in self._get_name_problems(
                lot.name, lot.product_id, lot.company_id or self.env.company
            )
        ]
        twins = self.env["lot.number.scope"]._find_twins(lots)
        return problems + [
            self._get_taken_text(lot.name, lot.product_id, others)
            for lot, others in twins.items()
            if others
        ]

    @api.model
    def _get_name_problems(self, name, product, company):
        """Say what is wrong with a number of a product, whoever it comes from.

        Another addon adds a rule so::

            def _get_name_problems(self, name, product, company):
                problems = super()._get_name_problems(name, product, company)
                if product.categ_id.name == "Pharma" and not name.startswith("PH-"):
                    problems.append(self.env._("%s has to start with PH-.", name))
                return problems

        :return: list of texts that say what to do; empty if the number is good
        """
        if normalize(name) in company._get_forbidden_lot_names():
            return [
                self.env._(
                    "“%(name)s” is a placeholder, not a lot or serial number of "
                    "%(product)s. Write the number that is on the goods, or generate "
                    "one.",
                    name=name,
                    product=product.display_name,
                )
            ]
        texts = self._get_rule_checker(product, company)(name)
        return [f"{product.display_name}: {text}" for text in texts]

    def _get_rule_checker(self, product, company):
        """A function that says what the product's numbering has against a number."""
        rules = self.env["lot.numbering"]._get_for_rules(product, company).sudo()
        values = self._get_product_values(product) if rules else {}
        return lambda number: rules._get_rule_problems(number, values)

    @api.model
    def _find_taken(self, product, numbers, company=None):
        """The lots, with sudo, that have one of the numbers already."""
        company = product.company_id if company is None else company
        scope = self.env["lot.number.scope"]
        return scope._find_taken(product, company, numbers)


def _split_line(line):
    for position, character in enumerate(line):
        if character in "\t;":
            return line[:position], character, line[position + 1 :]
    return line, "", ""
