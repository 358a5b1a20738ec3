from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .. import guards


class LotConversionStock(models.AbstractModel):
    """How a conversion creates lots and moves goods."""

    _name = "lot.conversion.stock"
    _description = "Stock moves of lot conversions"

    # -- lots -------------------------------------------------------------
    def _assign_lots(self):
        """Create the new lots; a line of several serials becomes one line each."""
        numbers, given = {}, set()
        for line in self.target_line_ids:
            numbers[line] = line._read_numbers(given)
            given.update(numbers[line])
        self._check_numbers(numbers)
        for line, names in numbers.items():
            vals_list = [line._prepare_lot_vals(name) for name in names]
            # the dates and origins of new lots are those of the old ones
            lots = guards.by_button(self.env["stock.lot"]).create(vals_list)
            line._take_lots(lots.with_env(self.env))
        self._age_existing_lots(set(numbers))

    def _check_numbers(self, numbers):
        problems = []
        for product in self.target_line_ids.product_id:
            names = [
                name
                for line, line_names in numbers.items()
                for name in line_names
                if line.product_id == product
            ]
            found = self.env["lot.number"]._get_problems(
                product, names, self.company_id
            )
            problems += [text for texts in found.values() for text in texts]
            twice = sorted({name for name in names if names.count(name) > 1})
            problems += [
                self.env._(
                    "“%(number)s” is given to %(product)s twice. Each line needs its "
                    "own number.",
                    number=name,
                    product=product.display_name,
                )
                for name in twice
            ]
        if problems:
            raise UserError("\n".join(problems))

    def _age_existing_lots(self, lines):
        """A lot that takes in older goods is as old as they are."""
        for line in lines:
            if line.lot_id and self.kind == "merge":
                lots = line.lot_id | line._get_origins().lot_id
                dates = line._get_earliest_dates(lots)
                changed = {
                    name: date
                    for name, date in dates.items()
                    if line.lot_id[name] != date
                }
                if changed:
                    line._age_lot(changed)

    # -- moves ------------------------------------------------------------
    def _move_stock(self):
        """Out of the old lots, into the new ones."""
        ages = {line: line._get_oldest_date() for line in self.target_line_ids}
        outs = self._create_moves(self.source_line_ids)
        outs._action_done()
        ins = self._create_moves(self.target_line_ids)
        self._keep_value(outs, ins)
        ins._action_done()
        self._check_moved(outs | ins)
        self._link_lines()
        for line, date in ages.items():
            line._keep_date(date)

    def _create_moves(self, lines):
        """One move for each product."""
        moves = self.env["stock.move"].with_company(self.company_id)
        created = guards.by_button(moves).create(
            [
                self._prepare_move(product, product_lines)
                for product, product_lines in lines.grouped("product_id").items()
            ]
        )
        return created.with_env(moves.env)

    def _prepare_move(self, product, lines):
        product = product.with_company(self.company_id)
        transit = product.property_stock_production
        place = self._get_common_location(lines.location_id)
        is_source = lines[0].side == "source"
        return {
            "lot_conversion_id": self.id,
            "origin": self.name,
            "company_id": self.company_id.id,
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": sum(lines.mapped("product_quantity")),
            "location_id": (place if is_source else transit).id,
            "location_dest_id": (transit if is_source else place).id,
            "picked": True,
            "move_line_ids": [
                Command.create(line._prepare_move_line(transit)) for line in lines
            ],
        }

    def _get_common_location(self, places):
        """The place that holds all of them."""
        paths = [place.parent_path.strip("/").split("/") for place in places]
        common = [ids[0] for ids in zip(*paths, strict=False) if len(set(ids)) == 1]
        return places if len(places) == 1 else places.browse(int(common[-1]))

    def _check_moved(self, moves):
        stuck = moves.filtered(lambda move: move.state != "done")
        if stuck:
            raise UserError(
                self.env._(
                    "%(name)s: %(products)s could not be moved. Look at the stock of "
                    "it and try again.",
                    name=self.name,
                    products=", ".join(stuck.product_id.mapped("display_name")),
                )
            )

    def _link_lines(self):
        """Relate what came out to what it is made of, as manufacturing does."""
        made = self._get_move_lines("target")
        used = self._get_move_lines("source")
        for line, move_line in made.items():
            origins = self.env["stock.move.line"].union(
                *(used[origin] for origin in line._get_origins())
            )
            # the field for "what this one consumed", in spite of its column names
            move_line.consume_line_ids = [Command.set(origins.ids)]

    def _get_move_lines(self, side):
        """``{line: move line}``; a move keeps the lines that it was created with."""
        move_lines = self.move_ids.move_line_ids.grouped("lot_conversion_line_id")
        return {line: move_lines[line] for line in self[f"{side}_line_ids"]}

    # -- value ------------------------------------------------------------
    def _keep_value(self, outs, ins):
        """What comes out is worth what went in, each by its share of the quantity.

        Written down before the moves are done, so that their entries are right.
        """
        if "product.value" not in self.env or "value" not in outs._fields:
            return
        value = sum(outs.sudo().mapped("value"))
        total = sum(ins.mapped("product_uom_qty"))
        self.env["product.value"].sudo().create(
            [
                {
                    "move_id": move.id,
                    "value": value * move.product_uom_qty / total,
                    "company_id": self.company_id.id,
                    "date": fields.Datetime.now(),
                    "user_id": self.env.user.id,
                    "description": self.env._("Value of what went into %s", self.name),
                }
                for move in ins
            ]
        )
