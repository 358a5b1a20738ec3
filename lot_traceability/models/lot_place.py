from odoo import api, models
from odoo.exceptions import UserError

from ..places import check, search, shown
from ..tools import public
from ..tools.arguments import check_count, check_text


class LotPlace(models.AbstractModel):
    """Where each lot is now. The work is done in ``places/``.

    Another addon lets a movement of its own kind through by extending :meth:`_is_at`.
    """

    _name = "lot.place"
    _description = "Where a lot is now"

    @api.model
    @api.readonly
    @public.model(text=check_text, limit=check_count, offset=check_count)
    def search_number(self, text, limit=40, offset=0):
        """Find lots and serials by what is written on the goods, and where they are.

        The text is a number or a part of it, in any letter case and with any blanks; a
        reference or vendor's number of a lot; or the whole barcode of a product.
        Exact numbers come first. All companies of the user are searched, whichever are
        switched on; record rules apply.

        :param text: what to look for; nothing is found for a blank one
        :param limit: how many lots to return at most, up to 1,000
        :param offset: how many lots to leave out
        :return: dict that survives JSON: ``count`` (of all lots found) and ``rows``:
            for each lot ``id``, ``name``, ``ref``, ``supplier_number``, ``product_id``,
            ``product``, ``tracking``, ``uom``, ``company_id``, ``company`` and
            ``places``, newest arrival first, as described at :meth:`_get_places`.
            Dates are UTC as ``YYYY-MM-DD HH:MM:SS``, quantities in ``uom``; what is
            absent is ``False``.
        :raise AccessError: if the user may not read lots
        :raise UserError: if an argument is something else
        """
        if limit > search.MOST_ROWS:
            raise UserError(
                self.env._(
                    "limit has to be %(most)s or less, not %(limit)s.",
                    most=search.MOST_ROWS,
                    limit=limit,
                )
            )
        place = self.with_context(allowed_company_ids=self.env.user.company_ids.ids)
        count, lots = search.search_lots(place.env, text, limit, offset)
        places = place._get_places(lots)
        return {
            "count": count,
            "rows": [search.prepare_lot(lot, places[lot.id]) for lot in lots],
        }

    @api.model
    def _get_places(self, lots):
        """Say where the lots are, as far as the user may know it.

        :return: ``{lot id: [place]}``, the place of the newest arrival first; a place
            is a dict with ``lot_id``, ``state`` (a key of ``get_state_labels``),
            ``state_label``, ``location_id``, ``location``, ``since`` (datetime, UTC),
            ``document``, ``document_model``, ``document_id``, ``partner_id``,
            ``partner``, ``quantity`` (in the unit of the product), ``is_sample`` (kept
            as a retained sample), ``company_id``, ``company``, and ``installed_in``:
            list of ``{"id", "name", "product"}``, the newest 20 that it went into.
            What is absent is ``False``. Of a place in a company that the user may not
            read there is the state ``outside`` and nothing else; of all places the
            state ``hidden`` for a user who may not read lots at all.
        """
        return shown.get_places(self.env, lots)

    @api.model
    def _is_at(self, step, place):
        """Whether a step can take a unit from a place.

        Stock is taken from exactly one location: from its parent core would leave a
        negative quantity there, and the unit twice in the shelf below.

        :param step: :class:`~..places.check.Step`: line, source and target location
        :param place: a row of ``places.query.search_rows``, or the location of an
            earlier step
        """
        return check.is_at(step, place)
