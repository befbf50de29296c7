"""Faults planted in the engine, one at a time: each must show, or the proof proves little."""

from tests.conformance.model.mutants import events, gateways, keeping, scopes
from tests.conformance.model.mutants.registry import MUTANTS

__all__ = ["MUTANTS", "events", "gateways", "keeping", "scopes"]
