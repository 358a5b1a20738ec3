from . import lot_import
