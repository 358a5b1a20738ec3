def migrate(cr, version):
    """Reminders said recall, whatever the kind; exercises have a target time."""
    cr.execute(
        """UPDATE mail_template SET body_html = replace(
                body_html::text, 'no answer from you to our recall.',
                'no answer from you to this notice.')::jsonb
        WHERE id IN (SELECT res_id FROM ir_model_data
            WHERE module = 'lot_traceability_recall'
            AND name = 'mail_template_recall_reminder')"""
    )
    cr.execute(
        """UPDATE lot_recall_consignee_line SET date_last = date_first
        WHERE date_last IS NULL"""
    )
