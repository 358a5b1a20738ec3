from odoo import api, models, tools
from odoo.fields import Domain

from ..numbers import generator, reader, rules, scope
from ..numbers.expression import next_number
from ..numbers.form import normalize


class LotNumber(models.AbstractModel):
    """The one gate for numbers: form, import, receipt, manufacturing, RPC and the
    dialogs ask here what a text means, whether a number is good, and for new ones. The
    work is done in ``numbers/``.

    What another addon may want to decide, each with an example at the method:

    ===================  ==========================================================
    is a number valid    :meth:`_get_name_problems`
    what comes after it  :meth:`_get_next_numbers`, for products without a sequence
    are two the same     :meth:`_get_key`
    how is one made      :meth:`_generate`
    ===================  ==========================================================
    """

    _name = "lot.number"
    _description = "Lot and serial numbers"

    # -- what a text means ----------------------------------------------
    @api.model
    def _expand(
        self, text, quantity=None, product=None, taken=(), draw=False, reading=None
    ):
        """Write out an expression for a product.

        :param taken: numbers given out already, which ``~`` skips and nobody repeats
        :param draw: use up the numbers that ``~`` stands for; else they are shown
        :param reading: ``numbers`` or ``expression``, where somebody has chosen what
            hyphens and plus signs mean; else what fits the quantity
        :return: list of numbers
        :raise UserError: with everything that is wrong, a line for each
        """
        return reader.expand(self, text, quantity, product, taken, draw, reading)

    @api.model
    def _read_first_number(self, product, text, count, draw=False, reading=None):
        """What the field "first number" means: nothing or the next number stand for the
        next ones, an expression for itself, anything else for a start, which is None.

        A range is only taken as such where it gives as many numbers as are wanted, or
        where ``reading`` says so. What can be a range of another count is refused:
        nobody knows what is meant. ``2026-0001`` is a good first number.
        """
        return reader.read_first_number(self, product, text, count, draw, reading)

    @api.model
    def _is_next(self, product, text):
        """Whether a first number, perhaps blank, stands for the next ones."""
        text = (text or "").strip()
        if not product or not text:
            return bool(product)
        return [text] == self._generate(product, 1, draw=False)

    @api.model
    def _expand_lines(self, product, text, draw=False, wanted=None, reading=None):
        """Write out pasted lines of ``numbers``, ``numbers;quantity`` and the like.

        :param wanted: how many serials are asked for: ranges that give so many are
            written out; all others, and all of lots, are numbers with hyphens
        :param reading: ``numbers`` or ``expression``, where somebody has chosen it
        """
        return reader.expand_lines(self, product, text, draw, wanted, reading)

    # -- is it good -----------------------------------------------------
    @api.model
    def _get_problems(self, product, numbers, company=None):
        """Say of each number why it cannot become a lot of the product.

        :param numbers: list of numbers, looked up all at once
        :param company: of the lots; that of the product if not said
        :return: dict of the numbers that are wrong, with a list of texts each
        """
        return rules.get_problems(self, product, numbers, company)

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
        return rules.get_name_problems(self, name, product, company)

    @api.model
    def _get_rule_checker(self, product, company):
        """A function that says what the product's numbering has against a number."""
        return rules.get_rule_checker(self, product, company)

    @api.model
    def _check_usable(self, names):
        """Refuse what cannot even be stored as a number, before the database does.

        :raise UserError: with a line for each
        """
        rules.check_usable(self, names)

    # -- the same number --------------------------------------------------
    @api.model
    def _get_key(self, number):
        """The form in which two numbers are compared: the same form, the same number.

        Another addon that wants hyphens not to count either extends it so, and calls
        ``env["lot.number"]._rebuild()`` when it is installed::

            def _get_key(self, number):
                return super()._get_key(number).replace("-", "")
        """
        return normalize(number)

    @api.model
    def _rebuild(self, lot_ids=None):
        """Work out the form of all numbers again, after a change of :meth:`_get_key`;
        in batches.

        :param lot_ids: of these lots only
        """
        scope.rebuild(self, lot_ids)

    @api.model
    @tools.ormcache("company.id")
    def _get_scope(self, company):
        """The scope of a company; for lots of no company, the widest that there is."""
        groups = company.sudo()._read_group(
            [("id", "=", company.id)] if company else [], ["lot_number_scope"]
        )
        return max((name for (name,) in groups), key=scope.SCOPES.index)

    @api.model
    def _find_taken(self, product, numbers, company=None):
        """The lots, with sudo, that have one of the numbers already."""
        company = product.company_id if company is None else company
        return scope.find_taken(self, product, company, numbers)

    @api.model
    def _get_doubles_domain(self):
        """The lots whose number another lot of the scope had first."""
        return Domain("number_scope_key", "=", False)

    # -- new ones ---------------------------------------------------------
    @api.model
    def _generate(self, product, count, avoid=(), draw=True):
        """Make the next free numbers of a product.

        Numbers that exist within the scope are skipped, whether they were generated,
        typed or imported. Drawn numbers go to nobody else, not even to a transaction
        that runs at the same time.

        Another addon takes numbers from elsewhere so::

            def _generate(self, product, count, avoid=(), draw=True):
                if product.categ_id.name == "Leased" and draw:
                    return self.env["leasing.registry"].register(product, count)
                return super()._generate(product, count, avoid, draw)

        :param avoid: numbers that are written elsewhere, and not given again
        :param draw: False to only look what comes next; nothing is used up then
        :return: list of numbers
        :raise UserError: if the product lacks what its pattern asks for
        """
        return generator.generate(self, product, count, avoid, draw)

    @api.model
    def _get_next_numbers(self, product, steps):
        """What comes after the last number of a product that has no sequence.

        Another addon counts differently so::

            def _get_next_numbers(self, product, steps):
                if product.categ_id.name == "Hex":
                    last = int(self._get_last_number(product) or "0", 16)
                    return [f"{last + step:04X}" for step in steps]
                return super()._get_next_numbers(product, steps)

        :param steps: list of integers, 1 for the next number
        :return: list of numbers, one for each step
        """
        last = self._get_last_number(product)
        if not last:
            return [str(step) for step in steps]
        return [next_number(last, step) for step in steps]

    @api.model
    def _get_last_number(self, product):
        """The number that was created last for the product, or None."""
        domain = [("product_id", "=", product.id)]
        last = self.env["stock.lot"].search(domain, order="id desc", limit=1)
        return last.name or None

    @api.model
    def _for_document(self, document):
        """Numbers for a transfer, an order or the like: its operation type and
        references go into the pattern."""
        return generator.for_document(self, document)

    @api.model
    def _draw_for(self, sequence):
        """The number of the product that an order asks ``sequence`` for, if that is the
        product's own.

        Manufacturing and repair orders ask the product's sequence for a number; where
        the product has a numbering, that counts.
        """
        product_id = generator.read_purpose(self.env).product_id
        product = self.env["product.product"].browse(product_id or ())
        if not product or product.lot_sequence_id != sequence:
            return None
        return self._generate(product, 1)[0]

    @api.model
    def _preview_numbering(self, numbering, product, count):
        """The next numbers that a numbering, perhaps not saved yet, would give."""
        return generator.preview_numbering(self, numbering, product, count)
