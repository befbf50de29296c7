# ruff: noqa: E501 — namespaces are as long as tools write them
"""How tools write the same diagram: prefixes, ids, namespaces, extensions and habits of their exports."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def _uuid(plain: str) -> str:
    return str(uuid5(NAMESPACE_URL, plain))


@dataclass(frozen=True)
class Tool:
    """One tool's way of writing. ``p`` stands for the prefix in ``node`` and ``flow``, extensions of each."""

    prefix: str = "bpmn:"
    ids: Callable[[str], str] = str
    head: str = ""
    """Attributes of definitions: namespaces, exporter, languages."""
    executable: str | None = "false"
    node: str = ""
    flow: str = ""
    attributes: str = ""
    """Of every activity."""
    ends: bool = True
    """Whether nodes list their incoming and outgoing flows."""
    drawn: bool = True
    """Whether the file holds the drawing."""
    mark: bool = False
    """Whether the file begins with a byte order mark."""
    breaks: str = "\n"


TOOLS = {
    "bizagi": Tool(
        "",
        lambda plain: f"Id_{_uuid(plain)}",
        'targetNamespace="http://www.bizagi.com/definitions/1" exporter="Bizagi Modeler"',
        None,
        '<extensionElements><BizagiExtensions xmlns="http://www.bizagi.com/bpmn20"><BizagiProperties>'
        '<BizagiProperty name="bgColor" value="White"/></BizagiProperties></BizagiExtensions></extensionElements>',
        '<extensionElements><BizagiExtensions xmlns="http://www.bizagi.com/bpmn20"/></extensionElements>',
        breaks="\r\n",
    ),
    "signavio": Tool(
        "",
        lambda plain: f"sid-{_uuid(plain).upper()}",
        'xmlns:signavio="http://www.signavio.com" targetNamespace="http://www.signavio.com" '
        'exporter="Signavio Process Editor, http://www.signavio.com" expressionLanguage="http://www.w3.org/TR/XPath"',
        "false",
        '<extensionElements><signavio:signavioMetaData metaKey="bgcolor" metaValue="#ffffcc"/></extensionElements>',
        attributes=' completionQuantity="1" startQuantity="1" isForCompensation="false"',
    ),
    "aris": Tool(
        "",
        lambda plain: f"OBJ_{_uuid(plain)[:13]}",
        'targetNamespace="http://www.softwareag.com/aris" exporter="ARIS" xmlns:aris="http://www.softwareag.com/aris/ext"',
        None,
        '<extensionElements><aris:guid>8f1</aris:guid><aris:attribute type="AT_DESC">–</aris:attribute></extensionElements>',
    ),
    "bpmnio": Tool(
        ids=lambda plain: f"Activity_{_uuid(plain)[:7]}",
        head='targetNamespace="http://bpmn.io/schema/bpmn" exporter="bpmn-js (https://demo.bpmn.io)" exporterVersion="17.0"',
    ),
    "camunda7": Tool(
        head='xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="http://bpmn.io/schema/bpmn" '
        'xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Platform" exporter="Camunda Modeler"',
        executable="true",
    ),
    "camunda8": Tool(
        head='xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="http://bpmn.io/schema/bpmn" '
        'xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Cloud" exporter="Camunda Modeler"',
        executable="true",
    ),
    "flowable": Tool(
        "",
        head='xmlns:flowable="http://flowable.org/bpmn" typeLanguage="http://www.w3.org/2001/XMLSchema" '
        'expressionLanguage="http://www.w3.org/1999/XPath" targetNamespace="http://www.flowable.org/processdef"',
        executable="true",
        ends=False,
        drawn=False,
    ),
    "activiti": Tool(
        "",
        lambda plain: f"sid-{_uuid(plain).upper()}",
        'xmlns:activiti="http://activiti.org/bpmn" typeLanguage="http://www.w3.org/2001/XMLSchema" '
        'expressionLanguage="http://www.w3.org/1999/XPath" targetNamespace="http://www.activiti.org/processdef"',
        "true",
        ends=False,
    ),
    "jbpm": Tool(
        "bpmn2:",
        lambda plain: f"_{_uuid(plain).upper()}",
        'xmlns:drools="http://www.jboss.org/drools" xmlns:tns="http://www.jboss.org/drools" xmlns:bpsim="http://www.bpsim.org/schemas/1.0" '
        'targetNamespace="http://www.omg.org/bpmn20" exporter="jBPM Process Modeler" exporterVersion="2.0"',
        "true",
        '<{p}extensionElements><drools:metaData name="elementname"><drools:metaValue><![CDATA[x]]></drools:metaValue></drools:metaData></{p}extensionElements>',
    ),
    "visio": Tool(
        "",
        lambda plain: f"ID_{_uuid(plain).upper().replace('-', '_')}",
        'targetNamespace="http://www.microsoft.com/visio" exporter="Microsoft Visio" xmlns:visio="http://schemas.microsoft.com/visio/bpmn"',
        None,
        ends=False,
        mark=True,
        breaks="\r\n",
    ),
    "ea": Tool(
        ids=lambda plain: f"EAID_{_uuid(plain).upper().replace('-', '_')}",
        head='exporter="Enterprise Architect" exporterVersion="15.2" targetNamespace="http://www.sparxsystems.com/bpmn"',
        executable="false",
        attributes=' startQuantity="1" completionQuantity="1"',
    ),
    "bonita": Tool(
        "model:",
        lambda plain: f"_{_uuid(plain)}",
        'targetNamespace="http://bonitasoft.com/Kolam1" exporter="Bonita" exporterVersion="7.11" '
        'expressionLanguage="http://groovy.codehaus.org/" xmlns:java="http://jcp.org/en/jsr/detail?id=270"',
        None,
    ),
    "adonis": Tool(
        ids=lambda plain: f"_{_uuid(plain)}",
        head='xmlns:adonis="http://www.boc-group.com" targetNamespace="http://www.boc-group.com" exporter="ADONIS NP" exporterVersion="13.0"',
        node='<{p}extensionElements><adonis:modelinformation><adonis:attribute name="Order"/></adonis:modelinformation></{p}extensionElements>',
    ),
    "cardanit": Tool(
        "bpmn2:",
        lambda plain: f"_{_uuid(plain)[:8]}",
        'targetNamespace="http://www.trisotech.com/definitions/_1" exporter="Cardanit" exporterVersion="4.2"',
        None,
    ),
    "drawio": Tool(
        ids=lambda plain: f"drawio_{_uuid(plain)[:6]}-{len(plain)}",
        head='targetNamespace="http://drawio" exporter="draw.io"',
        executable=None,
        ends=False,
    ),
    "script": Tool("ns0:", head='targetNamespace="urn:dari-skrip"', executable=None, ends=False, drawn=False),
}
