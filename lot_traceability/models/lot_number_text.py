from odoo import models


class LotNumberText(models.AbstractModel):
    """Every message about numbers, in one place; a part of ``lot.number``."""

    _name = "lot.number.text"
    _description = "Messages about lot and serial numbers"

    def _get_error_texts(self, error):
        """A text for each problem of a ``NumberExpressionError``."""
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

    def _get_pattern_problem(self, error):
        """The text of a ``NumberPatternError``."""
        text = self._get_pattern_problem_texts()[error.code] % {"token": error.token}
        if error.suggestion:
            suggestion = self.env._("Did you mean %s?", error.suggestion)
            text = f"{text} {suggestion}"
        return text

    def _get_pattern_problem_texts(self):
        return {
            "empty": self.env._("Write a pattern, such as LOT-{year}-{5 digits}."),
            "unknown": self.env._("%(token)s is no placeholder."),
            "stray_brace": self.env._(
                "“%(token)s” is not readable; placeholders stand in braces: {year}."
            ),
            "two_counters": self.env._("%(token)s has two counters; keep one."),
            "bad_check_digit": self.env._(
                "In %(token)s, write {check digit} once, after what it is reckoned of."
            ),
            "too_open": self.env._(
                "%(token)s leaves too much open: write how many characters there are."
            ),
            "bad_width": self.env._("A counter has 1 to 20 digits, not %(token)s."),
            "restart_needs": self.env._(
                "A counter that restarts would give the same numbers again: add "
                "{%(token)s} to the pattern, or let it restart never."
            ),
            "not_for_generation": self.env._(
                "%(token)s only describes numbers; it cannot make one."
            ),
            "missing_value": self.env._(
                "A %(token)s is missing, which is part of the number."
            ),
        }

    def _get_taken_text(self, number, product, twins):
        """Say that a number exists, and on what, as far as the user may know."""
        known = twins.sudo(False)._filtered_access("read")[:1]
        if not known:
            return self.env._(
                "%(number)s of %(product)s exists already where you have no access. "
                "Generate the next number.",
                number=number,
                product=product.display_name,
            )
        if known.product_id == product:
            return self.env._(
                "%(number)s of %(product)s exists already%(as)s. Choose that lot, or "
                "generate the next number.",
                number=number,
                product=product.display_name,
                **{"as": self._get_spelling_text(number, known)},
            )
        return self.env._(
            "%(number)s of %(product)s is taken by %(other)s: numbers are unique "
            "within %(scope)s. Generate the next number.",
            number=number,
            product=product.display_name,
            other=known.product_id.display_name,
            scope=self._get_scope_text(product),
        )

    def _get_spelling_text(self, number, lot):
        text = "" if lot.name == number else self.env._(" as “%s”", lot.name)
        return text + self.env._(" (archived)") if lot.retired_date else text

    def _get_scope_text(self, product):
        scope = self.env["lot.number.scope"]._get_scope(product.company_id)
        return {
            "product": self.env._("a product"),
            "template": self.env._("all variants of a product"),
            "company": self.env._("a company"),
            "everything": self.env._("all products and companies"),
        }[scope]
