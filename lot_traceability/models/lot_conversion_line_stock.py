from odoo import models


class LotConversionLineStock(models.AbstractModel):
    """The stock behind the lines of a conversion."""

    _name = "lot.conversion.line.stock"
    _description = "Stock of lot conversion lines"

    def _take_lots(self, lots):
        """The first lot is that of the line; the others get lines beside it."""
        if not lots:
            return
        self.write({"lot_id": lots[0].id})
        if len(lots) == 1:
            return
        unit = {"quantity": 1, "product_uom_id": self.product_id.uom_id.id}
        self.write(unit)
        for lot in lots[1:]:
            self.copy(
                {**unit, "lot_id": lot.id, "conversion_id": self.conversion_id.id}
            )

    # -- stock ------------------------------------------------------------
    def _get_quant_key(self):
        return (
            self.product_id,
            self.lot_id,
            self.location_id,
            self.package_id,
            self.owner_id,
        )

    def _get_quants(self):
        """The quants of the lines, and perhaps some beside them."""
        return self.env["stock.quant"].search(
            [
                ("product_id", "in", self.product_id.ids),
                ("lot_id", "in", [*self.lot_id.ids, False]),
                ("location_id", "in", self.location_id.ids),
            ]
        )

    def _get_own_quants(self):
        return self._get_quants().filtered(
            lambda quant: (
                (
                    quant.product_id,
                    quant.lot_id,
                    quant.location_id,
                    quant.package_id,
                    quant.owner_id,
                )
                == self._get_quant_key()
            )
        )

    def _get_oldest_date(self):
        """Since when the goods that go into a target line have been in stock."""
        dates = [
            quant.in_date
            for origin in self._get_origins()
            for quant in origin._get_own_quants()
            if quant.quantity > 0
        ]
        return min(dates, default=False)

    def _keep_date(self, date):
        """What came first still goes first."""
        if date:
            for quant in self._get_own_quants():
                # nobody may write it by hand; it is what it was before
                quant.sudo().in_date = min(quant.in_date, date)

    def _prepare_move_line(self, transit):
        is_source = self.side == "source"
        return {
            "lot_conversion_line_id": self.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_uom_id.id,
            "quantity": self.quantity,
            "lot_id": self.lot_id.id,
            "owner_id": self.owner_id.id,
            "package_id": self.package_id.id if is_source else False,
            "result_package_id": False if is_source else self.package_id.id,
            "location_id": (self.location_id if is_source else transit).id,
            "location_dest_id": (transit if is_source else self.location_id).id,
            "picked": True,
        }
