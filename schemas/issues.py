"""The catalogue of issue codes: what can be wrong with a trace. Codes are public and will not change."""

from __future__ import annotations

ISSUES: dict[str, str] = {
    "ungrounded": "The output states something that the given context does not support.",
    "unsafe_request": "The input asks for help with something harmful.",
    "harmful_response": "The output itself could cause harm: instructions, encouragement or abuse.",
    "refusal": "The output declines to do what was asked.",
    "incorrect_answer": "The answer is wrong against a reference or by its own arithmetic.",
    "format": "The output does not have the structure that was declared, or is cut off.",
    "contradiction": "The output contradicts itself.",
    "quality": "The output is empty, far too short or long, repetitive, garbled or in the wrong language.",
}
