from . import lot_expiry_alert
from . import res_company
from . import res_config_settings
from . import stock_lot
