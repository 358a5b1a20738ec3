def migrate(cr, version):
    """Old alerts keep what their steps say now; what was settled is opened again only
    by more than there is today."""
    cr.execute(
        """
        UPDATE lot_expiry_alert alert
           SET step_value = step.value, step_unit = step.unit
          FROM lot_alert_step step
         WHERE step.id = alert.step_id AND alert.step_unit IS NULL
        """
    )
    cr.execute(
        """
        UPDATE lot_expiry_alert alert
           SET settled_quantity = stock.quantity
          FROM (SELECT quant.lot_id, SUM(quant.quantity) AS quantity
                  FROM stock_quant quant
                  JOIN stock_location place ON place.id = quant.location_id
                   AND place.usage = 'internal'
                 WHERE quant.quantity > 0
                 GROUP BY quant.lot_id) stock
         WHERE stock.lot_id = alert.lot_id AND alert.outcome IS NOT NULL
        """
    )
    cr.execute(
        """
        UPDATE ir_model_data SET noupdate = TRUE
         WHERE module = 'lot_traceability_expiry' AND name = 'mail_template_lot_alert'
        """
    )
