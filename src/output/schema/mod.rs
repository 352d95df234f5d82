//! The JSON Schemas (2020-12) of all JSON that turno writes: `turno schema`.
//!
//! The schemas are derived from the views. An output is one view, or one object with the keys of several
//! views: [`ROOTS`] lists the views of each schema, [`ANSWERS`] the schema of each command. The tests check
//! every JSON output against its schema; missing and unknown keys fail.

mod answers;
mod roots;

pub use answers::{ANSWERS, Answered};

use crate::output::Format;
use crate::output::lists::Columns;
pub(crate) use roots::Changed;
use roots::{Form, Part, ROOTS, Root};
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Map, Value};

/// The JSON Schema dialect.
pub const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Schemas of JSON that is not on a command's stdout, each with the place where it is written.
const ELSEWHERE: [(&str, &str); 4] = [
    ("error", "stderr, of any command that is refused"),
    ("webhook-event", "the body of a webhook"),
    ("webhook-test", "the body that `webhook test` sends"),
    ("channel-message", "stdin of a channel's command"),
];

/// The names of all schemas.
pub fn names() -> Vec<&'static str> {
    ROOTS.iter().map(|root| root.name).collect()
}

/// The table of schemas.
pub const SCHEMAS: Columns = Columns {
    key: "schemas",
    columns: &[("name", "name"), ("about", "about"), ("written by", "commands")],
    empty: "there is none",
};

/// A schema, the commands that write it, and other places where it is written.
#[derive(Serialize, JsonSchema)]
pub struct SchemaRow {
    name: &'static str,
    about: &'static str,
    #[schemars(with = "Vec<String>")]
    commands: Value,
    elsewhere: Option<&'static str>,
}

/// Lists every schema; for a table, its commands and other places are joined into one text.
pub fn list(format: Format) -> Vec<SchemaRow> {
    let row = |&Root { name, about, .. }: &Root| {
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
        SchemaRow { name, about, commands, elsewhere }
    };
    ROOTS.iter().map(row).collect()
}

/// Returns the schema `name` with all definitions that it refers to.
pub fn document(name: &str) -> Option<Value> {
    let root = ROOTS.iter().find(|root| root.name == name)?;
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let body = body(&root.form, &mut generator);
    let mut document = Map::new();
    document.insert("$schema".into(), DIALECT.into());
    document.insert("$id".into(), format!("urn:turno:schema:{name}").into());
    document.insert("title".into(), name.into());
    document.insert("description".into(), root.about.into());
    document.extend(body.as_object().cloned().unwrap_or_default());
    let parts = generator.take_definitions(false);
    if !parts.is_empty() {
        let parts = parts.into_iter().map(|(name, part)| (public_name(&name), part));
        document.insert("$defs".into(), Value::Object(parts.collect()));
    }
    let mut document = Schema::from(document);
    RecursiveTransform(public).transform(&mut document);
    Some(document.to_value())
}

fn body(form: &Form, generator: &mut SchemaGenerator) -> Schema {
    match form {
        Form::Object(parts) => object(parts, generator),
        Form::Rows(key, row) => json_schema!({
            "type": "object",
            "required": [key, "total"],
            "properties": { *key: { "type": "array", "items": row(generator) }, "total": { "type": "integer" } },
        }),
        Form::Either(all) => {
            let all: Vec<Schema> = all.iter().map(|parts| object(parts, generator)).collect();
            json_schema!({ "anyOf": all })
        }
        Form::Other(schema) => schema(),
    }
}

/// The schema of an object with the keys of all `parts`; a later part overrides an earlier one.
fn object(parts: &[Part], generator: &mut SchemaGenerator) -> Schema {
    let (mut required, mut properties) = (Vec::new(), Map::new());
    for part in parts {
        let mut part = part(generator);
        if let Some(Value::Array(keys)) = part.remove("required") {
            required.extend(keys);
        }
        if let Some(Value::Object(more)) = part.remove("properties") {
            properties.extend(more);
        }
    }
    json_schema!({ "type": "object", "required": required, "properties": properties })
}

/// Adjusts what schemars derives: objects allow no other keys, numbers have no format, integers are not
/// negative.
fn public(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    let is = |kind: &str| match object.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|it| it == kind),
        Some(it) => it == kind,
        None => false,
    };
    let (integer, number, closed) = (is("integer"), is("number"), object.contains_key("properties"));
    if integer || number {
        object.remove("format");
    }
    if integer {
        object.remove("maximum");
        object.insert("minimum".into(), 0.into());
    }
    if closed && !object.contains_key("additionalProperties") {
        object.insert("additionalProperties".into(), false.into());
    }
    if let Some(Value::String(about)) = object.get_mut("description") {
        about.truncate(about.trim_end_matches('.').len());
    }
    if let Some(Value::String(reference)) = object.get_mut("$ref")
        && let Some(name) = reference.strip_prefix("#/$defs/")
    {
        *reference = format!("#/$defs/{}", public_name(name));
    }
}

/// The public name of a view's type: `patient-inside` for `PatientInside`, `slot` for `SlotView`.
fn public_name(name: &str) -> String {
    let mut public = String::new();
    for c in name.trim_end_matches("View").chars() {
        if c.is_uppercase() && !public.is_empty() {
            public.push('-');
        }
        public.extend(c.to_lowercase());
    }
    public
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_is_answered_by_has_a_schema_and_every_schema_is_answered_by() {
        let mut used: Vec<_> = ELSEWHERE.iter().map(|(name, _)| *name).collect();
        used.extend(ANSWERS.iter().filter_map(|row| row.schema));
        for name in &used {
            assert_eq!(names().iter().filter(|other| other == &name).count(), 1, "{name}");
        }
        for name in names() {
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
    fn an_answer_of_several_views_has_the_keys_of_all_and_the_later_stand_for_the_earlier() {
        let stepped = document("stepped").unwrap();
        let keys: Vec<_> = stepped["properties"].as_object().unwrap().keys().collect();
        assert!(keys.starts_with(&[&"id".to_owned(), &"code".to_owned()]), "{keys:?}");
        assert!(keys.iter().any(|key| *key == "waiting") && keys.iter().any(|key| *key == "dry_run"));
        assert!(stepped["properties"]["patient"]["anyOf"].is_array(), "{stepped}");
    }
}
