"""Serial numbers of devices, and unique device identifiers (UDI) of the three issuing agencies."""

from __future__ import annotations

from presidio_analyzer import Pattern, PatternRecognizer

from processors.sanitize.recognizers.labels import LABELLED, Labelled, firmly_labelled, labelled, numbered

_DEVICES = (
    r"pacemaker|implant|defibrillator|(?:insulin|infusion) pump|hearing aid|stent|catheter|ventilator|CPAP"
    r"|glucose monitor|glucometer|prosthesis|neurostimulator|monitor|scanner|handset|tablet|laptop"
)
_SERIAL = (
    rf"(?:(?:{_DEVICES}|device)[ _-])?(?:serial(?:[ _](?:number|no\b\.?|#))?|S/N)"
    rf"|(?:{_DEVICES}|device) SN|device[ _-]?(?:id|identifier)s?"
)
_GS1 = r"\(01\)\s?\d{14}(?:\s?\(\d{2,4}\)\s?[\w/+.-]{1,20}){0,6}"
_HIBCC = r"\+[A-Z]\d{3}[A-Z0-9]{2,19}(?:/[$\w+.-]{1,30}){1,4}"
_ICCBBA = r"=/[A-Z]\d{4}\w{8,16}(?:=[,;}>%&{)!-]?\w{1,20}){0,6}"


class DeviceId(Labelled):
    """`S/N 12345678`, `pacemaker serial no. PM-99812`, `device ID 4471-A`."""

    def __init__(self) -> None:
        patterns = [
            Pattern("Serial number", labelled(_SERIAL), LABELLED),
            Pattern("SN", firmly_labelled("SN"), LABELLED),
            Pattern("Device", numbered(_DEVICES), LABELLED),
        ]
        super().__init__("DEVICE_ID", patterns)


class Udi(PatternRecognizer):
    """UDIs as printed: GS1 `(01)00643169001763(17)221231(21)S12`, HIBCC `+H123PARTNO1/$$420020216`, ICCBBA `=/…`."""

    def __init__(self) -> None:
        patterns = [
            Pattern("GS1", _GS1, 0.9),
            Pattern("HIBCC", _HIBCC, 0.6),
            Pattern("ICCBBA", _ICCBBA, 0.6),
            Pattern("Labelled", labelled(r"UDI(?:-DI|-PI)?", r"[(+=]?[\w/()$+=,-]{6,80}\d"), LABELLED),
        ]
        super().__init__("DEVICE_ID", patterns=patterns)
