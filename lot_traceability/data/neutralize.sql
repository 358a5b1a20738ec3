-- a copy of the database tells nobody outside of it
UPDATE ir_act_server
   SET lot_event = NULL, webhook_url = 'neutralization - disable webhook'
 WHERE lot_event IS NOT NULL;
