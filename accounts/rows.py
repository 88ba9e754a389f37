"""Reading one row again, by its key and under a lock: what every verb begins with.

The statement is the same each time but for the key, so it is put together once for each model; the
object is then made as the ORM makes it (`django.db.models.query.ModelIterable`).
"""

from functools import cache
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)


@cache
def _statement(model: type[models.Model], vendor: str) -> tuple[Any, str, dict]:
    rows = model._base_manager.select_for_update(of=("self",))
    if parents := getattr(model, "LOCKED_WITH", ()):
        rows = rows.select_related(*parents)
    compiler = rows.filter(pk=0).query.get_compiler(connection=connection)
    sql = compiler.as_sql()[0]
    return compiler, sql, compiler.get_converters([column for column, *_ in compiler.select])


def read_locked(model: type[M], key: Any) -> M:
    """The row of `model` with this primary key, fresh and locked, with the parents that the model
    names in `LOCKED_WITH`. Raises the model's `DoesNotExist`. Needs a transaction."""
    compiler, sql, converters = _statement(model, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql, [key])
        found = cursor.fetchone()
    if found is None:
        raise model.DoesNotExist(f"No {model._meta.verbose_name} has the key {key}.")
    (row,) = compiler.apply_converters([found], converters)
    own = compiler.klass_info["select_fields"]
    names = [compiler.select[at][0].target.attname for at in own]
    made = model.from_db(connection.alias, names, row[own[0] : own[-1] + 1])
    info, alias = compiler.klass_info, connection.alias
    for parent in get_related_populators(info, compiler.select, alias):  # type: ignore[call-arg]
        parent.populate(row, made)
    return made
