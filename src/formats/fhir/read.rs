//! Reads bundles of FHIR R4, from turno and from other programs.
//!
//! Entries are read one by one, and only their fields are kept. References are resolved at the end, as
//! entries come in any order.

use super::bundle::{Bundle, Shelf};
use crate::formats::Problem;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead, Read};

/// Most bytes of an entry (it may hold a picture) or of any other element of a bundle.
const LONGEST: u64 = 8 << 20;

/// Reads a bundle.
pub fn read(mut source: impl BufRead) -> Result<Bundle, Problem> {
    // Skip a byte order mark.
    if source.fill_buf().is_ok_and(|bytes| bytes.starts_with(b"\xef\xbb\xbf")) {
        source.consume(3);
    }
    let mut shelf = Shelf::default();
    let left = Cell::new(LONGEST);
    let mut json = serde_json::Deserializer::from_reader(Bounded { source, left: &left });
    let top = Whole(&mut shelf, &left).deserialize(&mut json).map_err(|problem| unread(&problem))?;
    top.check().map_err(|problem| Problem { line: 1, problem })?;
    json.end().map_err(|problem| unread(&problem))?;
    let goes_on = top.goes_on();
    Ok(Bundle { goes_on, ..shelf.resolved() })
}

/// A source that fails after `left` bytes; the caller raises `left` for each part.
struct Bounded<'a, R> {
    source: R,
    left: &'a Cell<u64>,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(into)?;
        let left = self.left.get().checked_sub(read as u64);
        self.left.set(
            left.ok_or_else(|| io::Error::other(text!("a-part-is-longer-than-mib", most = LONGEST >> 20)))?,
        );
        Ok(read)
    }
}

fn unread(problem: &serde_json::Error) -> Problem {
    let words = match problem.classify() {
        serde_json::error::Category::Eof => text!("the-file-ends-before-the-bundle-does").to_owned(),
        serde_json::error::Category::Io => text!("cant-be-read-because", problem),
        _ => text!("is-not-the-json-of-a-bundle", problem),
    };
    Problem { line: problem.line().max(1) as u64, problem: words }
}

/// The elements of the bundle itself.
#[derive(Debug, Default)]
struct Top {
    named: BTreeMap<&'static str, Value>,
}

impl Top {
    fn check(&self) -> Result<(), String> {
        let said = |name: &str| self.named.get(name);
        if said("resourceType") != Some(&"Bundle".into()) {
            let is = told(said("resourceType"));
            return Err(text!("resourcetype-is-a-bundle-was-expected", is));
        }
        let version = said("fhirVersion").or_else(|| said("meta")?.get("fhirVersion"));
        if let Some(version) = version
            && !version.as_str().is_some_and(|version| version == "4.0" || version.starts_with("4.0."))
        {
            return Err(text!("is-of-another-fhir-release", told = told(Some(version))));
        }
        match said("type").and_then(Value::as_str) {
            Some("collection" | "searchset") => Ok(()),
            _ => Err(text!("type-is-collection-or-searchset-was-expected", told = told(said("type")))),
        }
    }

    fn goes_on(&self) -> bool {
        let links = self.named.get("link").and_then(Value::as_array);
        links.is_some_and(|links| links.iter().any(|link| link.get("relation") == Some(&"next".into())))
    }
}

/// A value for an error text, cut after 60 characters.
fn told(value: Option<&Value>) -> String {
    match value {
        None => "missing".to_owned(),
        Some(value) => value.to_string().chars().take(60).collect(),
    }
}

/// Reads the bundle and passes its entries to the shelf one by one.
struct Whole<'a>(&'a mut Shelf, &'a Cell<u64>);

impl<'de> DeserializeSeed<'de> for Whole<'_> {
    type Value = Top;
    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<Top, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = Top;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Bundle")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Top, A::Error> {
        const NAMED: [&str; 5] = ["resourceType", "type", "fhirVersion", "meta", "link"];
        let mut top = Top::default();
        let mut has_entries = false;
        while let Some(key) = map.next_key::<String>()? {
            self.1.set(LONGEST);
            if key == "entry" {
                if std::mem::replace(&mut has_entries, true) {
                    return Err(A::Error::custom("entry is there twice"));
                }
                map.next_value_seed(Entries(self.0, self.1))?;
            } else if let Some(name) = NAMED.iter().find(|name| **name == key) {
                top.named.insert(name, map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(top)
    }
}

struct Entries<'a>(&'a mut Shelf, &'a Cell<u64>);

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the entries of a Bundle")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(entry) = entries.next_element::<Value>()? {
            self.0.take(entry);
            self.1.set(LONGEST);
        }
        Ok(())
    }
}
