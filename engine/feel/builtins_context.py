"""Functions over contexts (DMN 1.5, 10.3.4.8)."""

from typing import Any

from engine.feel.library import builtin


@builtin("get value(m: context, key: string)")
def get_value(context: dict[str, Any], key: str) -> Any:
    return context.get(key)


@builtin("get value(context: context, keys: list)")
def get_nested(context: dict[str, Any], keys: list[Any]) -> Any:
    value: Any = context
    for key in keys:
        value = value.get(key) if type(value) is dict and type(key) is str else None
    return value if keys else None


@builtin("get entries(m: context)")
def get_entries(context: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context(entries: list)")
def context(entries: list[Any]) -> dict[str, Any] | None:
    made: dict[str, Any] = {}
    for entry in entries:
        if type(entry) is not dict or not {"key", "value"} <= set(entry):
            return None
        key = entry["key"]
        if type(key) is not str or key in made:
            return None
        made[key] = entry["value"]
    return made


@builtin("context put(context: context, key: string, value: any)")
def context_put(context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    return {**context, key: value}


@builtin("context put(context: context, keys: list, value: any)")
def context_put_nested(context: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any] | None:
    if not keys or not all(type(key) is str for key in keys):
        return None
    outer = made = dict(context)
    for key in keys[:-1]:
        inner = outer.get(key, {})
        if type(inner) is not dict:
            return None
        outer[key] = dict(inner)
        outer = outer[key]
    outer[keys[-1]] = value
    return made


@builtin("context merge(contexts: list)")
def context_merge(contexts: list[Any]) -> dict[str, Any] | None:
    """Later contexts win over earlier ones."""
    made: dict[str, Any] = {}
    for one in contexts:
        if type(one) is not dict:
            return None
        made.update(one)
    return made
