from . import lot_company_wizard
