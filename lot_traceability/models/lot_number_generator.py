from dataclasses import dataclass

from odoo import api, models
from odoo.exceptions import UserError

from ..numbers.expression import next_number

# how often a block of numbers is looked up that turns out to be taken
MAX_ROUNDS = 30


@dataclass
class NumberSource:
    """Where the numbers of a product come from: a counter, and how its values are
    written. Without ``sequence`` there is nothing to use up."""

    sequence: object
    day: object
    write: object

    def peek(self, count):
        if not self.sequence:
            return list(range(1, count + 1))
        return self.sequence._peek_block(count, self.day)

    def draw(self, count):
        return self.sequence._draw_block(count, self.day)


class LotNumberGenerator(models.AbstractModel):
    """New numbers: by the numbering of the product, or by Odoo's own sequence.

    A part of ``lot.number``.
    """

    _name = "lot.number.generator"
    _description = "New lot and serial numbers"

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
        source = self._get_source(product, draw)
        values, free = self._look_ahead(source, product, count, avoid)
        if not draw or not source.sequence:
            return list(free.values())
        numbers = []
        while len(numbers) < count:
            drawn = source.draw(len(values))
            if drawn != values:
                # somebody else drew meanwhile
                free = self._get_free(source, product, drawn, {*avoid, *numbers})
            numbers += free.values()
            values = [None] * (count - len(numbers))
        return numbers[:count]

    def _look_ahead(self, source, product, count, avoid):
        """Find the next values of the counter among which ``count`` are free.

        :return: the values, and ``{value: number}`` of those that are free
        """
        size = count
        for _round in range(MAX_ROUNDS):
            values = source.peek(size)
            free = self._get_free(source, product, values, avoid)
            if len(free) >= count:
                wanted = dict(list(free.items())[:count])
                last = values.index(list(wanted)[-1]) if wanted else -1
                return values[: last + 1], wanted
            size *= 2
        raise UserError(
            self.env._(
                "All next numbers of %s exist already. Set the next number of its "
                "sequence higher.",
                product.display_name,
            )
        )

    def _get_free(self, source, product, values, avoid):
        numbers = dict(zip(values, source.write(values), strict=True))
        key = self.env["lot.number.scope"]._get_key
        taken = set(self._find_taken(product, numbers.values()).mapped("number_key"))
        taken.update(key(number) for number in avoid)
        return {
            value: number
            for value, number in numbers.items()
            if key(number) not in taken
        }

    # -- where they come from -------------------------------------------
    def _get_source(self, product, draw):
        if not product:
            return NumberSource(None, None, lambda values: list(map(str, values)))
        company = product.company_id or self.env.company
        operation = self._get_operation()
        numberings = self.env["lot.numbering"]
        numbering = numberings._get_for_generation(product, company, operation)
        if numbering:
            return self._get_numbering_source(numbering.sudo(), product, draw)
        if product.lot_sequence_id:
            return self._get_sequence_source(product.lot_sequence_id.sudo())
        return NumberSource(
            None, None, lambda values: self._get_next_numbers(product, values)
        )

    def _get_numbering_source(self, numbering, product, draw):
        values = self._get_pattern_values(product)
        moment = self._get_moment()
        sequences = self.env["ir.sequence"].sudo()
        counter = sequences
        if numbering._parse(numbering.pattern).has_counter:
            counter = sequences._find_lot_counter(numbering, product)
            if not counter and draw:
                counter = sequences._get_lot_counter(numbering, product)
        return NumberSource(
            counter,
            moment.date(),
            lambda values_: numbering._write_numbers(values, moment, values_),
        )

    def _get_sequence_source(self, sequence):
        prefix, suffix = sequence._get_prefix_suffix()
        return NumberSource(
            sequence,
            self._get_moment().date(),
            lambda values: [
                f"{prefix}{value:0{sequence.padding}d}{suffix}" for value in values
            ],
        )

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

    # -- for whom -------------------------------------------------------
    @api.model
    def _for_document(self, document):
        """Numbers for a transfer, an order or the like: its operation type and
        references go into the pattern."""
        document = document[:1]
        partner = document.partner_id if "partner_id" in document else False
        return self.with_context(
            lot_number_operation=document.picking_type_id.id,
            lot_number_document=document.name or False,
            lot_number_vendor_reference=partner and partner.ref,
        )

    def _get_operation(self):
        context = self.env.context
        operations = self.env["stock.picking.type"]
        if context.get("lot_number_operation"):
            return operations.browse(context["lot_number_operation"])
        if context.get("active_picking_id"):
            picking = self.env["stock.picking"].browse(context["active_picking_id"])
            return picking.picking_type_id
        return operations

    def _get_moment(self):
        """Now where the goods are, which is the same for all who work there; else
        where the user is."""
        zone = self._get_operation().sudo().warehouse_id.partner_id.tz
        return self.env["lot.numbering"]._get_moment(zone)

    def _get_pattern_values(self, product):
        """What stands for ``{product code}`` and the other values of a pattern."""
        operation = self._get_operation().sudo()
        context = self.env.context
        return {
            **self._get_product_values(product),
            "warehouse": operation.warehouse_id.code or self._get_warehouse().code,
            "operation": operation.sequence_code,
            "document": context.get("lot_number_document"),
            "vendor reference": context.get("lot_number_vendor_reference"),
            "made or bought": self._get_made_or_bought(product, operation),
        }

    def _get_product_values(self, product):
        company = product.company_id or self.env.company
        return {
            "product code": product.default_code,
            "product name": product.name,
            "category code": product.categ_id._get_lot_code(),
            "company": company.name,
        }

    def _get_warehouse(self):
        return self.env.user._get_default_warehouse_id().sudo()

    def _get_made_or_bought(self, product, operation):
        if operation.code in ("incoming", "mrp_operation"):
            return "M" if operation.code == "mrp_operation" else "B"
        is_made = "bom_ids" in product._fields and product.sudo().bom_ids
        return "M" if is_made else "B"

    @api.model
    def _draw_in_context(self, sequence):
        """The number of the product in the context, if ``sequence`` is its own.

        Manufacturing and repair orders ask the product's sequence for a number; where
        the product has a numbering, that counts.
        """
        product = self.env["product.product"].browse(
            self.env.context.get("lot_number_product", ())
        )
        if not product or product.lot_sequence_id != sequence:
            return None
        return self._generate(product, 1)[0]

    # -- previews -------------------------------------------------------
    @api.model
    def _preview_numbering(self, numbering, product, count):
        """The next numbers that a numbering, perhaps not saved yet, would give."""
        moment = self._get_moment()
        values = dict(_VALUE_EXAMPLES)
        known = self._get_pattern_values(product) if product else {}
        values.update({name: text for name, text in known.items() if text})
        counter = self.env["ir.sequence"]
        if numbering._origin.counter_ids and product:
            counter = counter._find_lot_counter(numbering._origin, product)
        source = NumberSource(
            counter.sudo(),
            moment.date(),
            lambda counters: numbering._write_numbers(values, moment, counters),
        )
        return list(self._look_ahead(source, product, count, ())[1].values())


_VALUE_EXAMPLES = {
    "product code": "CODE",
    "product name": "Product",
    "category code": "CAT",
    "company": "Company",
    "warehouse": "WH",
    "operation": "IN",
    "document": "WH-IN-00001",
    "vendor reference": "V123",
    "made or bought": "B",
}
