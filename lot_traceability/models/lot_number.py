from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.number_expression import (
    NumberExpressionError,
    expand,
    is_expression,
    split_number,
)
from ..tools.number_form import normalize


class LotNumber(models.AbstractModel):
    """Numbers as people write them: the one place that reads number expressions.

    Another addon changes what comes after a number by extending
    :meth:`_get_last_number`.
    """

    _name = "lot.number"
    _description = "Lot and serial numbers"

    @api.model
    def _expand(self, text, quantity=None, product=None, taken=()):
        """Write out an expression for a product.

        :param taken: numbers given out already, which ``~`` skips and nobody repeats
        :return: list of numbers
        :raise UserError: with everything that is wrong, a line for each
        """
        product = product or self.env["product.product"]
        values = {"quantity": quantity, "existing": taken, "limit": self._get_limit()}
        if "~" in text:
            values["last"] = self._get_last_number(product)
            values["existing"] = {*taken, *self._get_alike(product, values["last"])}
        try:
            return expand(text, **values)
        except NumberExpressionError as error:
            raise UserError("\n".join(self._get_error_texts(error))) from error

    def _get_limit(self):
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param("lot_traceability.number_limit", 10000))

    def _get_alike(self, product, number):
        """Names of the product's lots that ``number`` could run into."""
        prefix = split_number(number)[0] if number else ""
        return self._get_names(product, Domain("name", "=like", f"{prefix}%"))

    @api.model
    def _get_last_number(self, product):
        """The number after which the next one of the product comes, or None."""
        sequence = product.lot_sequence_id
        if sequence:
            used = sequence.number_next_actual - sequence.number_increment
            return sequence.get_next_char(used)
        last = self.env["stock.lot"].search(
            [("product_id", "=", product.id)], order="id desc", limit=1
        )
        return last.name or None

    def _get_taken(self, product, numbers):
        return self._get_names(product, Domain("name", "in", numbers))

    def _get_names(self, product, domain):
        groups = self.env["stock.lot"]._read_group(
            domain & Domain("product_id", "=", product.id), ["name"]
        )
        return {name for (name,) in groups}

    # -- validity -------------------------------------------------------
    @api.model
    def _get_name_problems(self, name, product, company):
        """Say what is wrong with a number of a product, whoever it comes from.

        The one gate for every number: form, import, receipt, manufacturing and RPC all
        end up in ``stock.lot``, which asks here. Another addon adds a rule so::

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
        return []

    # -- the dialogs ----------------------------------------------------
    @api.model
    def _read_first_number(self, product, text, count):
        """What the field "first number" means: an expression, or None for a start.

        A range is only taken as such where it gives as many numbers as are wanted:
        ``2026-0001`` is a good first number, too.
        """
        text = (text or "").strip()
        if is_expression(text):
            numbers = self._expand(text, count, product)
            return self._expand(
                ", ".join(numbers), taken=self._get_taken(product, numbers)
            )
        try:
            numbers = expand(text, limit=self._get_limit())
        except NumberExpressionError:
            return None
        return numbers if len(numbers) == count > 1 else None

    @api.model
    def _expand_lines(self, product, text):
        """Write out pasted lines of ``numbers``, ``numbers;quantity`` and the like."""
        lines, given = [], set()
        for line in (text or "").splitlines():
            head, separator, tail = _split_line(line)
            numbers = self._expand_head(product, head, given)
            given.update(numbers)
            lines += [f"{number}{separator}{tail}" for number in numbers]
        return "\n".join(lines)

    def _expand_head(self, product, head, given):
        # a name with blanks is one name: the line says where it ends
        is_name = not is_expression(head) and len(head.split()) != 1
        if not head.strip() or is_name:
            return [head]
        return self._expand(head, product=product, taken=given if "~" in head else ())

    # -- messages -------------------------------------------------------
    def _get_error_texts(self, error):
        texts = self._get_problem_texts()
        return [
            texts[problem.code] % {"token": problem.token, **problem.values}
            for problem in error.errors
        ]

    def _get_problem_texts(self):
        return {
            "empty": self.env._("Write at least one number."),
            "none_found": self.env._("There is no number in “%(token)s”."),
            "duplicate_in_input": self.env._(
                "%(token)s is there %(times)s times; keep one."
            ),
            "count_mismatch": self.env._(
                "%(asked)s numbers are needed, these are %(given)s."
            ),
            "range_too_long": self.env._(
                "%(token)s gives more than %(limit)s numbers."
            ),
            "range_descending": self.env._(
                "%(token)s runs backwards; write the smaller end first."
            ),
            "invalid_group": self.env._(
                "%(token)s cannot be counted up; write it as 10+3, SN/01-SN/03 or ~+5."
            ),
            "bad_plus_count": self.env._(
                "In %(token)s, write a whole number after the plus."
            ),
            "already_exists": self.env._(
                "%(token)s exists already; write another number."
            ),
            "bad_quantity": self.env._(
                "%(token)s needs a quantity, a whole number above 0."
            ),
            "too_many": self.env._("More than %(limit)s numbers at once; write fewer."),
            "invalid_format": self.env._("%(token)s is not a number that can be used."),
        }


def _split_line(line):
    for position, character in enumerate(line):
        if character in "\t;":
            return line[:position], character, line[position + 1 :]
    return line, "", ""
