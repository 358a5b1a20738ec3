"""Fields of many records, without a record for each of them."""

from odoo.models import BaseModel


def read_raw(records: BaseModel, *names: str) -> dict[int, tuple]:
    """Values as Odoo keeps them, ``{id: values in the order of the names}``: of a link
    the id, of what is empty None or False. A field of a record takes several times as
    long, which counts where there are ten thousands.

    :param records: that the user may read, of the database
    :param names: of stored fields
    """
    fields = [records._fields[name] for name in names]
    for field in fields:
        if field.compute:
            field.recompute(records)
    # only what nobody has read yet
    records.fetch(names)
    caches = [field._get_cache(records.env) for field in fields]
    return {id_: tuple(cache[id_] for cache in caches) for id_ in records._ids}
