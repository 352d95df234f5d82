//! The JSON Schema (2020-12) of all JSON that the program writes: `turno schema`.
//!
//! A shape is told once, beside others of its kind, as a list of keys; [`ANSWERS`] says which command
//! answers with which. The words of a status or a code come from the rules, so that they can't be
//! others. The tests hold every answer that they see against these shapes, both ways: a key that is
//! missing fails as one does that nobody told of.

mod answers;
mod desk;
mod errands;
mod office;

pub use answers::{ANSWERS, Answered};

use crate::output::Format;
use crate::output::lists::Columns;
use crate::output::view::object;
use serde_json::{Map, Value, json};

/// The dialect that the schemas are written in.
pub const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// What a key holds.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Any text.
    Text,
    /// A UUID.
    Id,
    /// `2026-06-15`.
    Date,
    /// `14:30`, on the wall of the clinic or branch.
    Time,
    /// `2026-06-15T14:30`, on that wall.
    Wall,
    /// An instant: RFC 3339.
    At,
    /// True or false.
    Flag,
    /// Always true: the key is there, or it is not.
    True,
    /// A whole number, never below zero.
    Count,
    /// Any number.
    Number,
    /// One of these words.
    Words(fn() -> Vec<&'static str>),
    /// One of these numbers.
    Numbers(fn() -> Vec<u16>),
    /// A record of that name.
    Of(&'static str),
    /// Several of that kind.
    List(&'static Kind),
    /// That kind under any keys.
    Map(&'static Kind),
    /// That kind, or null.
    Null(&'static Kind),
    /// That kind, where the key is there.
    Maybe(&'static Kind),
    /// Whatever JSON there is.
    Anything,
}

/// Something that is written as JSON.
#[derive(Debug, Clone, Copy)]
struct Shape {
    name: &'static str,
    about: &'static str,
    form: Form,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    /// An object with those keys, all of which are there, and no others. It has the keys of another
    /// shape, too, as far as it doesn't tell of them itself.
    Record(Option<&'static str>, &'static [(&'static str, Kind)]),
    /// One of those.
    Either(&'static [&'static str]),
    /// A schema.
    Schema,
    /// A bundle of FHIR's.
    Bundle,
}

/// A shape: its name, what it is, and its keys with their kinds in the order in which they are written.
macro_rules! shape {
    ($name:literal, $about:literal, { $($key:ident: $kind:expr),* $(,)? }) => {
        shape!(@ $name, $about, None, $($key: $kind),*)
    };
    ($name:literal is $base:literal, $about:literal, { $($key:ident: $kind:expr),* $(,)? }) => {
        shape!(@ $name, $about, Some($base), $($key: $kind),*)
    };
    (@ $name:literal, $about:literal, $base:expr, $($key:ident: $kind:expr),*) => {
        $crate::output::schema::Shape {
            name: $name,
            about: $about,
            form: $crate::output::schema::Form::Record($base, &[$((stringify!($key), $kind)),*]),
        }
    };
}
use shape;

fn shapes() -> impl Iterator<Item = &'static Shape> {
    [desk::SHAPES, office::SHAPES, errands::SHAPES].into_iter().flatten()
}

fn find(name: &str) -> Option<&'static Shape> {
    shapes().find(|shape| shape.name == name)
}

/// What is written elsewhere than as a command's answer, with where.
const ELSEWHERE: [(&str, &str); 4] = [
    ("error", "stderr, of any command that is refused"),
    ("webhook-event", "the body of a webhook"),
    ("webhook-test", "the body that `webhook test` sends"),
    ("channel-message", "stdin of a channel's command"),
];

/// The names that can be asked for.
pub fn names() -> Vec<&'static str> {
    let whole = |shape: &&Shape| {
        ELSEWHERE.iter().any(|(name, _)| *name == shape.name)
            || ANSWERS.iter().any(|row| row.schema == Some(shape.name))
    };
    shapes().filter(whole).map(|shape| shape.name).collect()
}

/// The schemas, as a table.
pub const SCHEMAS: Columns = Columns {
    key: "schemas",
    columns: &[("name", "name"), ("about", "about"), ("written by", "commands")],
    empty: "there is none",
};

/// Every schema that can be asked for, with what is written by it; for people in one text.
pub fn list(format: Format) -> Vec<Value> {
    let row = |name: &'static str| {
        let rows = ANSWERS.iter().filter(|row| row.schema == Some(name));
        let commands: Vec<String> = rows.map(Answered::words).collect();
        let elsewhere = ELSEWHERE.iter().find(|(other, _)| *other == name).map(|(_, place)| *place);
        let commands: Value = match format {
            Format::Table => {
                let places = commands.iter().map(String::as_str).chain(elsewhere);
                places.collect::<Vec<_>>().join(", ").into()
            }
            Format::Json | Format::Csv => commands.into(),
        };
        object(vec![
            ("name", name.into()),
            ("about", find(name).map_or("", |shape| shape.about).into()),
            ("commands", commands),
            ("elsewhere", elsewhere.into()),
        ])
    };
    names().into_iter().map(row).collect()
}

/// The schema of that name, with all that it refers to, so that it stands alone.
pub fn document(name: &str) -> Option<Value> {
    let shape = find(name)?;
    let mut document = Map::new();
    document.insert("$schema".into(), DIALECT.into());
    document.insert("$id".into(), format!("urn:turno:schema:{name}").into());
    document.insert("title".into(), name.into());
    document.insert("description".into(), shape.about.into());
    document.extend(body(shape));
    let mut needed = Vec::new();
    named_by(shape, &mut needed);
    if !needed.is_empty() {
        let part = |name: &&str| {
            let shape = find(name)?;
            let mut part = Map::from_iter([("description".to_owned(), shape.about.into())]);
            part.extend(body(shape));
            Some(((*name).to_owned(), Value::Object(part)))
        };
        document.insert("$defs".into(), Value::Object(needed.iter().filter_map(part).collect()));
    }
    Some(Value::Object(document))
}

/// The names of all shapes that one refers to, straight or by way of others.
fn named_by(shape: &Shape, names: &mut Vec<&'static str>) {
    let straight: Vec<&'static str> = match shape.form {
        Form::Record(..) => keys(shape).into_iter().filter_map(|(_, kind)| name_in(kind)).collect(),
        Form::Either(names) => names.to_vec(),
        Form::Schema | Form::Bundle => Vec::new(),
    };
    for name in straight {
        if !names.contains(&name) {
            names.push(name);
            find(name).into_iter().for_each(|shape| named_by(shape, names));
        }
    }
}

fn name_in(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Of(name) => Some(name),
        Kind::List(inner) | Kind::Map(inner) | Kind::Null(inner) | Kind::Maybe(inner) => name_in(*inner),
        _ => None,
    }
}

/// The keys of a record: those of its base, and its own, which stand for a base's of the same name.
fn keys(shape: &Shape) -> Vec<(&'static str, Kind)> {
    let Form::Record(base, own) = shape.form else { return Vec::new() };
    let mut keys = base.and_then(find).map(keys).unwrap_or_default();
    for (key, kind) in own {
        let key = key.trim_start_matches("r#");
        match keys.iter_mut().find(|(known, _)| *known == key) {
            Some((_, of_base)) => *of_base = *kind,
            None => keys.push((key, *kind)),
        }
    }
    keys
}

fn body(shape: &Shape) -> Map<String, Value> {
    let body = match shape.form {
        Form::Record(..) => {
            let keys = keys(shape);
            let always = keys.iter().filter(|(_, kind)| !matches!(kind, Kind::Maybe(_)));
            json!({
                "type": "object",
                "required": always.map(|(key, _)| *key).collect::<Vec<_>>(),
                "properties": keys.iter().map(|(key, kind)| ((*key).to_owned(), schema(*kind))).collect::<Map<_, _>>(),
                "additionalProperties": false,
            })
        }
        Form::Either(names) => json!({ "anyOf": names.iter().map(|name| of(name)).collect::<Vec<_>>() }),
        Form::Schema => json!({ "$ref": DIALECT }),
        Form::Bundle => json!({
            "type": "object",
            "required": ["resourceType", "type", "entry"],
            "properties": {
                "resourceType": { "const": "Bundle" },
                "type": { "enum": ["collection", "searchset"] },
                "entry": { "type": "array", "items": { "type": "object", "required": ["fullUrl", "resource"] } },
            },
        }),
    };
    match body {
        Value::Object(body) => body,
        _ => Map::new(),
    }
}

fn of(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn schema(kind: Kind) -> Value {
    let pattern = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    match kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Id => json!({ "type": "string", "format": "uuid" }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Time => pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$"),
        Kind::Wall => pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]$"),
        Kind::At => json!({ "type": "string", "format": "date-time" }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::True => json!({ "const": true }),
        Kind::Count => json!({ "type": "integer", "minimum": 0 }),
        Kind::Number => json!({ "type": "number" }),
        Kind::Words(words) => json!({ "enum": words() }),
        Kind::Numbers(numbers) => json!({ "enum": numbers() }),
        Kind::Of(name) => of(name),
        Kind::List(inner) => json!({ "type": "array", "items": schema(*inner) }),
        Kind::Map(inner) => json!({ "type": "object", "additionalProperties": schema(*inner) }),
        Kind::Null(inner) => json!({ "anyOf": [schema(*inner), { "type": "null" }] }),
        Kind::Maybe(inner) => schema(*inner),
        Kind::Anything => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_told_once_and_every_name_that_is_used_is_told() {
        let told: Vec<_> = shapes().map(|shape| shape.name).collect();
        let mut used: Vec<_> = ELSEWHERE.iter().map(|(name, _)| *name).collect();
        used.extend(ANSWERS.iter().filter_map(|row| row.schema));
        for shape in shapes() {
            assert_eq!(told.iter().filter(|name| **name == shape.name).count(), 1, "{}", shape.name);
            named_by(shape, &mut used);
            if let Form::Record(Some(base), _) = shape.form {
                used.push(base);
            }
        }
        for name in &used {
            assert!(told.contains(name), "there is no shape {name}");
        }
        for name in told {
            assert!(used.contains(&name), "nothing is written as {name}");
        }
    }

    #[test]
    fn a_schema_stands_alone() {
        for name in names() {
            let document = document(name).unwrap();
            let text = document.to_string();
            for reference in text.split("\"#/$defs/").skip(1) {
                let inner = reference.split('"').next().unwrap();
                assert!(document["$defs"][inner].is_object(), "{name} lacks {inner}");
            }
        }
    }

    #[test]
    fn a_shape_on_another_has_its_keys_and_says_its_own() {
        let keys: Vec<_> = keys(find("stepped").unwrap()).into_iter().map(|(key, _)| key).collect();
        assert!(keys.starts_with(&["id", "code"]) && keys.ends_with(&["changed", "waiting", "dry_run"]));
        assert_eq!(keys.iter().filter(|key| **key == "patient").count(), 1);
    }
}
