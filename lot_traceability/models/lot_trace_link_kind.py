from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools import genealogy


class LinkKind(NamedTuple):
    """How a kind of link is found, and what it means.

    A walk downstream comes from ``line_out``, by which material left the source lot,
    and goes to ``line_in``, by which it arrived in the target lot; upstream it is the
    other way round. ``steps`` are the look-ups in between, ``{alias: SELECT}``, each by
    what the ones before it found; ``far`` finds the move line at the end.

    ``condition`` may name the columns of :meth:`LotTraceLink._get_line_columns` of both
    lines. The engine adds the rest: done lines, a quantity other than zero.

    A kind ``within`` another one needs no look-up of its own: it is what fulfils its
    condition of those that the other one finds.
    """

    steps: dict
    far: SQL
    condition: SQL
    certainty: str = genealogy.MATERIAL
    takes_out: bool = False
    within: str = ""


class LotTraceLink(models.AbstractModel):
    """The kinds of link by which material of one lot goes into another one.

    Another addon adds a kind by extending :meth:`_get_link_kinds`; the engine needs no
    change.
    """

    _name = "lot.trace.link"
    _inherit = ["lot.trace.link"]

    @api.model
    def _get_link_kinds(self, present, direction):
        """Return the kinds of link, ``{name: LinkKind}``.

        :param present: which of :meth:`_get_rare_rows` there are
        :param direction: ``downstream`` or ``upstream``
        """
        kinds = {"production": self._get_production(present["unbuild"], direction)}
        if present["unbuild"]:
            kinds["unbuild"] = self._get_unbuild(direction)
        if present["repair"]:
            kinds["removal"] = self._get_removal(direction)
        return kinds

    @api.model
    def _get_rare_rows(self):
        """What many databases have none of, and then need not be searched for.

        :return: ``{name: SQL that finds a row if there is one}``
        """
        return {
            "unbuild": self._sql_any("mrp.unbuild"),
            "repair": self._sql_any("repair.order"),
            "attribution": self._sql_any("lot.attribution"),
        }

    def _sql_any(self, model_name):
        """A row of a model, of an app that may be not installed."""
        if model_name not in self.env:
            return SQL("SELECT 1 WHERE FALSE")
        self.env[model_name].flush_model(["id"])
        return SQL("SELECT 1 FROM %s", SQL.identifier(self.env[model_name]._table))

    def _get_production(self, has_unbuild, direction):
        """Manufacturing, subcontracting, parts added by a repair.

        The columns of the relation are named the wrong way round: ``produce_line_id``
        is the line that was consumed.
        """
        columns = {"line_out": "produce_line_id", "line_in": "consume_line_id"}
        condition = SQL(
            """line_out.location_id NOT IN (%(sources)s)
            AND line_out.location_dest_id NOT IN (%(partners)s)""",
            # a part that comes out of there was removed; the rest saves look-ups
            sources=self._sql_locations("production", "supplier"),
            partners=self._sql_locations("customer", "supplier"),
        )
        if has_unbuild:
            condition = SQL(
                """%s AND (SELECT made.unbuild_id FROM stock_move made
                WHERE made.id = line_in.move_id) IS NULL""",
                condition,
            )
        return LinkKind(
            {"rel": self._sql_relation(columns, direction)},
            SQL("id = rel.far"),
            condition,
        )

    def _get_unbuild(self, direction):
        """Both sides of an unbuild order carry it; its relation is not used."""
        near = self._get_sides(direction)[0]
        steps = {
            "near_move": SQL(
                "SELECT unbuild_id FROM stock_move WHERE id = %s",
                SQL.identifier(near, "move_id"),
            ),
            "far_move": SQL(
                "SELECT id FROM stock_move WHERE unbuild_id = near_move.unbuild_id"
            ),
        }
        condition = SQL(
            "%s AND %s",
            self._sql_is_at("line_out", "location_dest_id", "production"),
            self._sql_is_at("line_in", "location_id", "production"),
        )
        return LinkKind(
            steps,
            SQL("move_id = far_move.id"),
            condition,
            genealogy.POSSIBLE,
            takes_out=True,
        )

    def _get_removal(self, direction):
        """A part that a repair took out: core relates it as if it had been added."""
        columns = {"line_in": "produce_line_id", "line_out": "consume_line_id"}
        condition = SQL(
            """%(is_freed)s AND line_out.location_id NOT IN (%(others)s)
            AND line_out.location_dest_id NOT IN (%(others)s)""",
            is_freed=self._sql_is_at("line_in", "location_id", "production"),
            # the machine is repaired where it stands
            others=self._sql_locations("production", "supplier", "inventory"),
        )
        return LinkKind(
            {"rel": self._sql_relation(columns, direction)},
            SQL("id = rel.far"),
            condition,
            genealogy.POSSIBLE,
            takes_out=True,
        )

    def _sql_relation(self, columns, direction):
        """From a line to those that core relates to it."""
        near, far = self._get_sides(direction)
        return SQL(
            "SELECT %s AS far FROM stock_move_line_consume_rel WHERE %s = %s",
            SQL.identifier(columns[far]),
            SQL.identifier(columns[near]),
            SQL.identifier(near, "id"),
        )
