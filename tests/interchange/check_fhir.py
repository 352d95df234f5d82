"""Reads a bundle with the package fhir.resources, and holds it against HL7's JSON schema of R4.

check_fhir.py FILE SCHEMA
"""

import json
import re
import sys

import fhir.resources
from fhir.resources.bundle import Bundle
from jsonschema import Draft6Validator

assert fhir.resources.__fhir_version__ == "4.0.1"
bundle = json.load(open(sys.argv[1], encoding="utf-8"))
Bundle.parse_obj(bundle)

schema = json.load(open(sys.argv[2], encoding="utf-8"))
# One resource at a time, by its own definition: the schema's way to tell them apart is slow.
entries = bundle.get("entry", [])
whole = Draft6Validator({**schema, "oneOf": [{"$ref": "#/definitions/Bundle"}]})
for problem in whole.iter_errors({**bundle, "entry": []} | ({"entry": entries[:1]} if entries else {})):
    raise SystemExit(f"bundle: {problem.message[:300]}")
by_kind = {}
for entry in entries:
    resource = entry["resource"]
    kind = resource["resourceType"]
    if kind not in by_kind:
        by_kind[kind] = Draft6Validator({**schema, "oneOf": [{"$ref": f"#/definitions/{kind}"}]})
    for problem in by_kind[kind].iter_errors(resource):
        raise SystemExit(f"{kind} {resource.get('id')} {list(problem.path)}: {problem.message[:300]}")

urls = [entry["fullUrl"] for entry in entries]
assert len(set(urls)) == len(urls), "a fullUrl stands twice"


def walk(value, path):
    assert value not in (None, "", [], {}), f"nothing at {path}"
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "reference":
                assert inner in known, f"{path}: {inner} leads nowhere"
            if key in ("start", "end", "created", "lastUpdated", "timestamp", "valueInstant"):
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", inner), (path, inner)
            walk(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            walk(inner, f"{path}[{place}]")


known = set(urls)
walk(bundle, "Bundle")
for entry in entries:
    visit = entry["resource"]
    if visit["resourceType"] != "Appointment":
        continue
    assert all("type" in part or "actor" in part for part in visit["participant"]), "app-1"
    assert ("start" in visit) == ("end" in visit), "app-2"
    assert "start" in visit or visit["status"] in ("proposed", "cancelled", "waitlist"), "app-3"
    assert "cancelationReason" not in visit or visit["status"] in ("cancelled", "noshow"), "app-4"
kinds = {}
for entry in entries:
    kind = entry["resource"]["resourceType"]
    kinds[kind] = kinds.get(kind, 0) + 1
print(json.dumps(kinds))
