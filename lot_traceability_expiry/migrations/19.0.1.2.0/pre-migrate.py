def migrate(cr, version):
    """The mail template takes its new text, unless somebody has changed it."""
    cr.execute(
        """
        UPDATE ir_model_data data
           SET noupdate = FALSE
          FROM mail_template template
         WHERE data.module = 'lot_traceability_expiry'
           AND data.name = 'mail_template_lot_alert'
           AND template.id = data.res_id
           AND template.write_uid = 1
        """
    )
