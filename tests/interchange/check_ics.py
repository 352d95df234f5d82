"""Reads a calendar with the package icalendar; says what it found as JSON.

check_ics.py FILE
"""

import json
import sys

from icalendar import Calendar

data = open(sys.argv[1], "rb").read()
for number, line in enumerate(data.split(b"\r\n"), 1):
    assert len(line) <= 75, f"line {number} has {len(line)} octets"
    assert b"\n" not in line and b"\r" not in line, f"line {number} holds a bare line end"
    line.decode("utf-8")
calendar = Calendar.from_ical(data)
assert calendar["VERSION"] == "2.0" and "PRODID" in calendar
events = []
for event in calendar.walk("VEVENT"):
    assert not event.errors, event.errors
    start, end, stamp = (event[key].dt for key in ("DTSTART", "DTEND", "DTSTAMP"))
    assert start < end and start.utcoffset() is not None and not start.utcoffset()
    events.append(
        {
            "uid": str(event["UID"]),
            "sequence": int(event["SEQUENCE"]),
            "start": start.isoformat(),
            "end": end.isoformat(),
            "stamp": stamp.isoformat(),
            "status": str(event["STATUS"]),
            "summary": str(event["SUMMARY"]),
            "description": str(event.get("DESCRIPTION", "")),
            "location": str(event.get("LOCATION", "")),
        }
    )
assert len({event["uid"] for event in events}) == len(events), "an UID stands twice"
print(json.dumps(events))
