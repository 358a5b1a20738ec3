from odoo import api, models, tools
from odoo.tools import SQL

from ..trace import handovers, link_kinds, nodes


class LotTraceLink(models.AbstractModel):
    """The links by which material of one lot goes into another one.

    Another addon adds a kind by extending :meth:`_get_link_kinds`; the engine, in
    ``trace/links.py``, needs no change. For instance goods that a column of their own
    on the move lines says to be the same::

        def _get_link_kinds(self, present, direction):
            near, far = get_sides(direction)
            columns = {"line_out": "id", "line_in": "my_source_line_id"}
            mine = LinkKind(
                {},
                SQL(
                    "%s = %s",
                    SQL.identifier(columns[far]),
                    SQL.identifier(near, columns[near]),
                ),
                SQL("TRUE"),
            )
            return {**super()._get_link_kinds(present, direction), "mine": mine}

        def _get_line_columns(self):
            return [*super()._get_line_columns(), "my_source_line_id"]
    """

    _name = "lot.trace.link"
    _description = "Links between lots"

    @api.model
    def _get_link_kinds(
        self, present: dict[str, bool], direction: str
    ) -> dict[str, link_kinds.LinkKind]:
        """The kinds of link, by name.

        :param present: which of :meth:`_get_rare_rows` there are
        :param direction: ``downstream`` or ``upstream``
        """
        kinds = {
            "production": link_kinds.get_production(present["unbuild"], direction),
        }
        if present["unbuild"]:
            kinds["unbuild"] = link_kinds.get_unbuild(direction)
        if present["repair"]:
            kinds["removal"] = link_kinds.get_removal(direction)
        kinds["conversion"] = link_kinds.get_conversion()
        if present["copy"]:
            kinds |= link_kinds.get_intercompany(direction)
        if present.get("passage"):
            kinds |= link_kinds.get_unnumbered_handover(direction)
        return kinds

    @api.model
    def _get_near_columns(
        self, present: dict[str, bool], direction: str
    ) -> dict[str, SQL]:
        """What the kinds of link ask for of the line that the walk comes from
        (``line``) besides its columns: looked up once, not by each kind.

        :return: ``{name: expression}``
        """
        if present["unbuild"]:
            return {"unbuild": link_kinds.get_unbuild_column(direction)}
        return {}

    @api.model
    def _get_rare_rows(self) -> dict[str, SQL]:
        """What many databases have none of, and then need not be searched for.

        :return: ``{name: SQL that finds a row if there is one}``
        """
        return {
            "unbuild": link_kinds.any_row(self.env, "mrp.unbuild"),
            "repair": link_kinds.any_row(self.env, "repair.order"),
            "attribution": link_kinds.any_row(self.env, "lot.attribution"),
            "copy": link_kinds.any_copy(self.env),
            "passage": handovers.any_place(),
        }

    @api.model
    def _get_line_columns(self) -> list[str]:
        """Columns of move lines that the kinds of link may ask for."""
        return [
            *("id", "move_id", "lot_id", "product_id", "company_id"),
            *("location_id", "location_dest_id", "date", "quantity_product_uom"),
            "lot_conversion_line_id",
        ]

    @api.model
    @tools.ormcache()
    def _get_node_base(self) -> int:
        """See ``trace/nodes.py``; a new company clears the cache."""
        self.env.cr.execute("SELECT COALESCE(max(id), 0) FROM res_company")
        return nodes.get_node_base(self.env.cr.fetchone()[0])
