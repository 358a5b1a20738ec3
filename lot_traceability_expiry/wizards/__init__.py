from . import lot_alert_outcome
