from odoo import api, fields, models
from odoo.fields import Domain

from ..numbers.form import normalize

WILDCARDS = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_", " ": "%"})


class LotPlace(models.AbstractModel):
    _inherit = "lot.place"

    @api.model
    @api.readonly
    def search_number(self, text, limit=40, offset=0):
        """Find lots and serials by what is written on the goods, and where they are.

        The text is a number or a part of it, in any letter case and with any blanks; a
        reference or vendor's number of a lot; or the whole barcode of a product.
        Exact numbers come first. All companies of the user are searched, whichever are
        switched on; record rules apply.

        :param text: what to look for; nothing is found for a blank one
        :param limit: how many lots to return at most
        :param offset: how many lots to leave out
        :return: dict that survives JSON: ``count`` (of all lots found) and ``rows``:
            for each lot ``id``, ``name``, ``ref``, ``supplier_number``, ``product_id``,
            ``product``, ``tracking``, ``uom``, ``company_id``, ``company`` and
            ``places``, newest arrival first, as described at :meth:`_get_places`.
            Dates are UTC as ``YYYY-MM-DD HH:MM:SS``, quantities in ``uom``; what is
            absent is ``False``.
        :raise AccessError: if the user may not read lots
        """
        finder = self.with_context(allowed_company_ids=self.env.user.company_ids.ids)
        count, lots = finder._search_lots(normalize(text), limit, offset)
        places = finder._get_places(lots)
        return {
            "count": count,
            "rows": [finder._prepare_lot(lot, places[lot.id]) for lot in lots],
        }

    def _search_lots(self, text, limit, offset):
        """How many lots there are, and those of the page."""
        lots = self.env["stock.lot"].with_context(active_test=False)
        if not text:
            return 0, lots
        domain = self._get_search_domain(text)
        exact = lots.search(Domain("number_key", "=", text), order="id desc")
        page = exact[offset : offset + limit]
        if len(page) < limit:
            page += lots.search(
                domain & Domain("id", "not in", exact.ids),
                limit=limit - len(page),
                offset=max(offset - len(exact), 0),
                order="name, id",
            )
        return lots.search_count(domain), page

    def _get_search_domain(self, text):
        part = f"%{text.translate(WILDCARDS)}%"
        names = ["name", "number_key", "ref"]
        if "supplier_number" in self.env["stock.lot"]._fields:
            names.append("supplier_number")
        return Domain.OR(
            [Domain("product_id.barcode", "=ilike", text.translate(WILDCARDS))]
            + [Domain(name, "=ilike", part) for name in names]
        )

    def _prepare_lot(self, lot, places):
        return {
            "id": lot.id,
            "name": lot.name,
            "ref": lot.ref,
            "supplier_number": "supplier_number" in lot._fields and lot.supplier_number,
            "product_id": lot.product_id.id,
            "product": lot.product_id.display_name,
            "tracking": lot.product_id.tracking,
            "uom": lot.product_id.uom_id.name,
            "company_id": lot.company_id.id,
            "company": lot.company_id.name,
            "places": [
                {**place, "since": fields.Datetime.to_string(place["since"])}
                for place in places
            ],
        }
