"""Which records are left."""

from odoo.models import BaseModel


def get_existing(records: BaseModel, name: str) -> BaseModel:
    """As ``exists``, without a query where nothing was deleted just before: ``unlink``
    empties the cache, and of what is gone nothing comes back into it.

    :param name: a stored field, which was read of all of them
    """
    missing = records._fields[name]._cache_missing_ids(records)
    return records if next(missing, None) is None else records.exists()
