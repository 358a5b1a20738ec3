"""System parameters: bad text gives the default and a warning in the log."""

import logging
import math

from odoo.api import Environment
from odoo.tools import str2bool

_logger = logging.getLogger(__name__)


def read_int(
    env: Environment, name: str, default: int, least: int | None = None
) -> int:
    """A whole number; ``default`` if it is not set or not one.

    :param least: what is smaller counts as a mistake, too
    """
    return _read(env, name, default, _to_int, least)


def read_float(
    env: Environment, name: str, default: float, least: float | None = None
) -> float:
    """A finite number; ``default`` if it is not set or not one."""
    return _read(env, name, default, _to_float, least)


def read_bool(env: Environment, name: str, default: bool) -> bool:
    """Yes or no, as ``str2bool`` of Odoo reads it."""
    return _read(env, name, default, str2bool, None)


def _read(env, name, default, convert, least):
    # sudo: the limits hold for everybody, and are read by nobody else
    text = env["ir.config_parameter"].sudo().get_param(name)
    if text is False or not str(text).strip():
        return default
    try:
        value = convert(str(text).strip())
    except (ValueError, OverflowError):
        value = None
    if value is None or (least is not None and value < least):
        _logger.warning(
            "System parameter %s has no usable value (%r); %s is used instead",
            name,
            text,
            default,
        )
        return default
    return value


def _to_int(text):
    # 50.0 and 1e3 mean whole numbers as well
    value = float(text)
    if not value.is_integer():
        raise ValueError(text)
    return int(value)


def _to_float(text):
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value
