"""The places of an upload where an expression may stand, each with one text in it."""

import json
from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

Files = dict[str, bytes]
Site = Callable[[str], Files]

_BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <bpmn:process id="p" isExecutable="true">
    <bpmn:startEvent id="s"/><bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="u"/>
    <bpmn:userTask id="u"/><bpmn:sequenceFlow id="f2" sourceRef="u" targetRef="x"/>
    {step}
    <bpmn:sequenceFlow id="f3" sourceRef="x" targetRef="e"/><bpmn:endEvent id="e"/>{more}
  </bpmn:process>{roots}
</bpmn:definitions>"""

_DMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="urn:m">
  <decision id="dec" name="dec">{logic}</decision>
</definitions>"""

_TABLE = """<decisionTable id="t">
  <input id="i"><inputExpression id="ie"><text>{asked}</text></inputExpression></input>
  <output id="o" name="hasil"/>
  <rule id="r"><inputEntry id="a"><text>{test}</text></inputEntry>
  <outputEntry id="b"><text>{given}</text></outputEntry></rule></decisionTable>"""


def _bpmn(step: str, more: str = "", roots: str = "") -> Files:
    return {"p.bpmn": _BPMN.format(step=step, more=more, roots=roots).encode("utf-8", "replace")}


def _task(extension: str, inside: str = "", kind: str = "userTask") -> str:
    box = f"<bpmn:extensionElements>{extension}</bpmn:extensionElements>"
    return f'<bpmn:{kind} id="x">{box}{inside}</bpmn:{kind}>'


def _property(name: str) -> Site:
    return lambda text: _bpmn(
        _task(f'<zeebe:properties><zeebe:property name="{name}" value={quoteattr(text)}/></zeebe:properties>')
    )


def _zeebe(element: str, attribute: str, kind: str = "userTask") -> Site:
    return lambda text: _bpmn(_task(f"<zeebe:{element} {attribute}={quoteattr(text)}/>", kind=kind))


def _condition(text: str) -> Files:
    gateway = '<bpmn:exclusiveGateway id="x" default="f3"/>'
    flow = (
        '<bpmn:sequenceFlow id="f4" sourceRef="x" targetRef="e2"><bpmn:conditionExpression '
        f'xsi:type="bpmn:tFormalExpression">{escape(text)}</bpmn:conditionExpression></bpmn:sequenceFlow>'
    )
    return _bpmn(gateway, f'{flow}<bpmn:endEvent id="e2"/>')


def _timer(tag: str) -> Site:
    return lambda text: _bpmn(
        f'<bpmn:intermediateCatchEvent id="x"><bpmn:timerEventDefinition id="td"><bpmn:{tag}>{escape(text)}'
        f"</bpmn:{tag}></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
    )


def _boundary_timer(text: str) -> Files:
    timer = f"<bpmn:timeCycle>{escape(text)}</bpmn:timeCycle>"
    border = (
        '<bpmn:boundaryEvent id="b" attachedToRef="x" cancelActivity="false">'
        f'<bpmn:timerEventDefinition id="bd">{timer}</bpmn:timerEventDefinition></bpmn:boundaryEvent>'
        '<bpmn:sequenceFlow id="f4" sourceRef="b" targetRef="e2"/><bpmn:endEvent id="e2"/>'
    )
    return _bpmn('<bpmn:userTask id="x"/>', border)


def _mapping(direction: str) -> Site:
    return lambda text: _bpmn(
        _task(
            f'<zeebe:ioMapping><zeebe:{direction} source={quoteattr(text)} target="hasil"/></zeebe:ioMapping>'
        )
    )


def _camunda_mapping(text: str) -> Files:
    parameter = f'<camunda:inputParameter name="hasil">{escape(text)}</camunda:inputParameter>'
    return _bpmn(_task(f"<camunda:inputOutput>{parameter}</camunda:inputOutput>"))


def _multiple(collection: str, completion: str = "") -> Files:
    stop = f"<bpmn:completionCondition>{escape(completion)}</bpmn:completionCondition>" if completion else ""
    marker = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics "
        f'inputCollection={quoteattr(collection)} inputElement="i"/></bpmn:extensionElements>{stop}'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    return _bpmn(f'<bpmn:userTask id="x">{marker}</bpmn:userTask>')


def _cardinality(text: str) -> Files:
    marker = (
        f"<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>{escape(text)}</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    return _bpmn(f'<bpmn:userTask id="x">{marker}</bpmn:userTask>')


def _loop(text: str) -> Files:
    marker = (
        f"<bpmn:standardLoopCharacteristics><bpmn:loopCondition>{escape(text)}</bpmn:loopCondition>"
        "</bpmn:standardLoopCharacteristics>"
    )
    return _bpmn(f'<bpmn:userTask id="x">{marker}</bpmn:userTask>')


def _conditional(text: str) -> Files:
    return _bpmn(
        '<bpmn:intermediateCatchEvent id="x"><bpmn:conditionalEventDefinition id="cd"><bpmn:condition>'
        f"{escape(text)}</bpmn:condition></bpmn:conditionalEventDefinition></bpmn:intermediateCatchEvent>"
    )


def _correlation(text: str) -> Files:
    catch = (
        '<bpmn:intermediateCatchEvent id="x"><bpmn:messageEventDefinition id="md" messageRef="m"/>'
        "</bpmn:intermediateCatchEvent>"
    )
    message = (
        '<bpmn:message id="m" name="kabar"><bpmn:extensionElements>'
        f"<zeebe:subscription correlationKey={quoteattr(text)}/></bpmn:extensionElements></bpmn:message>"
    )
    return _bpmn(catch, roots=message)


def _script(text: str) -> Files:
    return _bpmn(
        _task(f'<zeebe:script expression={quoteattr(text)} resultVariable="hasil"/>', kind="scriptTask")
    )


def _foreign_script(text: str) -> Files:
    script = f"<bpmn:script>{escape(text)}</bpmn:script>"
    return _bpmn(f'<bpmn:scriptTask id="x" scriptFormat="python">{script}</bpmn:scriptTask>')


def _listener(text: str) -> Files:
    return _bpmn(_task(f'<camunda:taskListener event="create" expression={quoteattr(text)}/>'))


def _table(asked: str = "a", test: str = "-", given: str = "1") -> Files:
    table = _TABLE.format(asked=escape(asked), test=escape(test), given=escape(given))
    return {"m.dmn": _DMN.format(logic=table).encode("utf-8", "replace")}


def _literal(text: str) -> Files:
    logic = f'<literalExpression id="l"><text>{escape(_bare(text))}</text></literalExpression>'
    return {"m.dmn": _DMN.format(logic=logic).encode("utf-8", "replace")}


def _bare(text: str) -> str:
    """In DMN and in nothing else FEEL has no sign before it."""
    return text.removeprefix("=").strip()


def _form(**field: object) -> Files:
    component = {"type": "textfield", "key": "a", "label": "A", **field}
    return {"f.json": json.dumps({"id": "f", "type": "default", "components": [component]}).encode()}


SITES: dict[str, Site] = {
    "condition": _condition,
    "timer date": _timer("timeDate"),
    "timer duration": _timer("timeDuration"),
    "timer cycle": _boundary_timer,
    "input mapping": _mapping("input"),
    "output mapping": _mapping("output"),
    "camunda mapping": _camunda_mapping,
    "collection": _multiple,
    "cardinality": _cardinality,
    "completion condition": lambda text: _multiple("= [1, 2]", text),
    "loop condition": _loop,
    "conditional event": _conditional,
    "correlation key": _correlation,
    "script": _script,
    "foreign script": _foreign_script,
    "listener": _listener,
    "candidates": _zeebe("assignmentDefinition", "candidateGroups"),
    "assignee": _zeebe("assignmentDefinition", "assignee"),
    "due date": _zeebe("taskSchedule", "dueDate"),
    "priority": _zeebe("priorityDefinition", "priority"),
    "called process": _zeebe("calledElement", "processId", "callActivity"),
    "called decision": _zeebe("calledDecision", "decisionId", "businessRuleTask"),
    "topic": _zeebe("taskDefinition", "type", "serviceTask"),
    "template: service level": _property("alur:serviceLevel"),
    "template: escalation": _property("alur:escalateTo"),
    "template: second escalation": _property("alur:escalateAgain"),
    "template: clock": _property("alur:clock"),
    "template: decision context": _property("alur:decisionContext"),
    "decision: input": lambda text: _table(asked=_bare(text)),
    "decision: test": lambda text: _table(test=_bare(text)),
    "decision: output": lambda text: _table(given=_bare(text)),
    "decision: literal": _literal,
    "form: visibility": lambda text: _form(conditional={"hide": text}),
    "form: pattern": lambda text: _form(validate={"pattern": _bare(text)}),
    "form: options": lambda text: _form(type="select", valuesExpression=text),
    "form: computed": lambda text: _form(type="expression", expression=text),
    "form: default": lambda text: _form(defaultValue=text),
    "form: text": lambda text: _form(type="text", text=text),
}
