"""The JSON API under ``/api/v1``, its OpenAPI document, and what monitoring asks."""

from webapp.api import (
    agencies,
    calendar,
    cases,
    complaints,
    definitions,
    document,
    files,
    health,
    incidents,
    instances,
    jobs,
    messages,
    metrics,
    people,
    problems,
    receivers,
    substitutions,
    tokens,
    work_items,
)

complaints.blueprint.record_once(document.describe)
complaints.blueprint.record_once(problems.name_scheme)
blueprints = (
    complaints.blueprint,
    files.blueprint,
    work_items.blueprint,
    instances.blueprint,
    cases.blueprint,
    definitions.blueprint,
    messages.blueprint,
    jobs.blueprint,
    incidents.blueprint,
    receivers.blueprint,
    agencies.blueprint,
    people.blueprint,
    substitutions.blueprint,
    calendar.blueprint,
    tokens.blueprint,
    health.blueprint,
    metrics.blueprint,
)
