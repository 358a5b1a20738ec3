-- a copy of the database tells nobody outside of it
UPDATE lot_alert_message
   SET state = 'failed', error = 'Not sent: this is a copy of the database.'
 WHERE state = 'queued';
UPDATE lot_alert_rule SET webhook_url = NULL WHERE webhook_url IS NOT NULL;
