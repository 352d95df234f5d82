//! Limits on a clinic's own templates.
//!
//! minijinja's fuel limits the steps of a rendering but not the size of a text: one that is doubled forty
//! times is a terabyte. So constructs that multiply are refused before use or bounded while rendering.

use minijinja::machinery::{Token, tokenize};
use minijinja::value::Kwargs;
use minijinja::{Environment, Error, ErrorKind, State, UndefinedBehavior, Value};

/// Steps of one rendering, so that a long loop can't hold up a sweep.
const FUEL: u64 = 2000;
/// Most bytes of a template's source.
pub(crate) const LONGEST_SOURCE: usize = 16 * 1024;
/// Most bytes of a message and of each intermediate text.
pub(crate) const LONGEST_TEXT: usize = 64 * 1024;
/// Most tokens between `{{` and `}}`; this limits nesting.
const MOST_TOKENS: usize = 200;
/// Most `elif`s of a template; the parser nests each in the one before.
const MOST_BRANCHES: usize = 200;
/// Most uses of `~` and `+`; each may double a text.
const MOST_JOINS: usize = 8;
const LONGEST_RANGE: i64 = 1000;

/// Filters that can multiply a text and that messages do not need.
const REMOVED: [&str; 22] = [
    "batch",
    "chain",
    "dictsort",
    "e",
    "escape",
    "format",
    "groupby",
    "indent",
    "items",
    "map",
    "max",
    "min",
    "pprint",
    "reject",
    "rejectattr",
    "select",
    "selectattr",
    "slice",
    "sort",
    "sum",
    "unique",
    "zip",
];
/// Functions that keep values across the rounds of a loop, or show the context.
const REMOVED_FUNCTIONS: [&str; 3] = ["namespace", "dict", "debug"];

/// An environment with bounded rendering, for sources that passed [`look`].
pub(crate) fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_formatter(|out, state, value| {
        if value.is_none() {
            // The patient would read the word `none`.
            return Err(Error::new(
                ErrorKind::UndefinedError,
                text!("a-word-is-said-that-may-be-missing", question = "{% if … %}"),
            ));
        }
        let said = state.get_or_insert_extension(Said(0));
        said.0 += value.as_str().map_or(0, str::len);
        if said.0 > LONGEST_TEXT {
            return Err(too_long());
        }
        minijinja::escape_formatter(out, state, value)
    });
    REMOVED.into_iter().for_each(|name| environment.remove_filter(name));
    REMOVED_FUNCTIONS.into_iter().for_each(|name| environment.remove_global(name));
    environment.add_filter("replace", replace);
    environment.add_filter("join", join);
    environment.add_function("range", range);
    environment
}

/// Bytes of values written in this rendering so far, also into `{% set %}` blocks.
struct Said(usize);

fn invalid(problem: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, problem.into())
}

pub(crate) fn too_long() -> Error {
    invalid(text!("says-more-than-kib", most = LONGEST_TEXT / 1024))
}

fn replace(text: &str, from: &str, to: &str) -> Result<String, Error> {
    let most = text.len().saturating_add(text.matches(from).count().saturating_mul(to.len()));
    if most > LONGEST_TEXT { Err(too_long()) } else { Ok(text.replace(from, to)) }
}

fn join(_: &State, values: &Value, joiner: Option<&str>, kwargs: Kwargs) -> Result<String, Error> {
    kwargs.assert_all_used()?;
    let mut joined = String::new();
    for (place, value) in values.try_iter()?.enumerate() {
        joined.push_str(joiner.filter(|_| place > 0).unwrap_or_default());
        joined.push_str(&value.to_string());
        if joined.len() > LONGEST_TEXT {
            return Err(too_long());
        }
    }
    Ok(joined)
}

fn range(first: i64, end: Option<i64>) -> Result<Value, Error> {
    let (first, end) = end.map_or((0, first), |end| (first, end));
    if end.saturating_sub(first) > LONGEST_RANGE {
        return Err(invalid(text!("the-range-is-longer-than", most = LONGEST_RANGE)));
    }
    Ok((first..end).map(Value::from).collect())
}

/// Refuses a source that may grow without bound, or whose nesting may overflow the parser's stack.
pub(crate) fn look(source: &str) -> Result<(), Error> {
    if source.len() > LONGEST_SOURCE {
        return Err(invalid(text!("is-longer-than-kib", most = LONGEST_SOURCE / 1024)));
    }
    let mut look = Look::default();
    for token in tokenize(source, false, Default::default()) {
        look.at(&token?.0)?;
    }
    Ok(())
}

#[derive(Default)]
struct Look {
    /// Tokens since the tag began.
    tokens: usize,
    loops: usize,
    joins: usize,
    branches: usize,
    /// Whether a list literal is open.
    in_brackets: bool,
}

impl Look {
    fn at(&mut self, token: &Token<'_>) -> Result<(), Error> {
        self.tokens += 1;
        match token {
            Token::TemplateData(_) | Token::VariableStart | Token::BlockStart => self.tokens = 0,
            Token::Ident("for") if self.tokens == 1 => self.loops += 1,
            Token::Ident("endfor") if self.tokens == 1 => self.loops = self.loops.saturating_sub(1),
            Token::Ident("elif") if self.tokens == 1 => self.branches += 1,
            // A recursive loop can pass a growing text to itself.
            Token::Ident("recursive") => return Err(unfit("recursive")),
            Token::Mul => return Err(unfit("*")),
            Token::Pow => return Err(unfit("**")),
            Token::BraceOpen => return Err(unfit("{ }")),
            Token::Tilde | Token::Plus => self.joins += 1,
            _ => {}
        }
        // A list of literals can't grow, a list of lists can.
        let written = matches!(
            token,
            Token::Str(_)
                | Token::String(_)
                | Token::Int(_)
                | Token::Int128(_)
                | Token::Float(_)
                | Token::Minus
                | Token::Comma
                | Token::Colon
                | Token::BracketClose
        );
        if self.in_brackets && !written {
            return Err(unfit("[ ]"));
        }
        self.in_brackets = match token {
            Token::BracketOpen => true,
            Token::BracketClose => false,
            _ => self.in_brackets,
        };
        let joins_in_a_loop = self.loops > 0 && matches!(token, Token::Tilde | Token::Plus);
        if joins_in_a_loop || self.joins > MOST_JOINS {
            return Err(invalid(text!("joins-texts-too-often", most = MOST_JOINS)));
        }
        if self.tokens > MOST_TOKENS || self.branches > MOST_BRANCHES {
            return Err(invalid(text!("is-nested-too-deep")));
        }
        Ok(())
    }
}

fn unfit(what: &str) -> Error {
    invalid(text!("is-not-for-messages", what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::time::{Duration, Instant};

    /// Renders `source` as a clinic's own template.
    fn said(source: &str) -> Result<String, Error> {
        look(source)?;
        let mut environment = environment();
        environment.add_template("a", source)?;
        let word = "ñ".repeat(10_000);
        let words = [("patient", Value::from("Ana")), ("reason", Value::from(word))];
        environment.get_template("a")?.render(Value::from(BTreeMap::from(words)))
    }

    #[test]
    fn what_messages_need_is_there() {
        for (source, expected) in [
            ("{% set who = 'Sra. ' ~ patient %}Hola {{ who|upper }}", "Hola SRA. ANA"),
            ("{% for n in range(3) %}{{ n }}{% endfor %}", "012"),
            ("{% if patient in ['Ana', \"Eva\"] %}sí{% elif patient %}no{% endif %}", "sí"),
            ("{{ patient[0] }}{{ patient[:2] }}{{ patient|replace('A', 'E')|trim }}", "AAnEna"),
            (
                "{{ 'a b'|split|join('-') }} {{ reason|length + 1 }} {# ~ #}{% raw %}{{ a * b }}{% endraw %}",
                "a-b 10001 {{ a * b }}",
            ),
            ("{%+ if patient +%}1{%- endif -%}", "1"),
        ] {
            assert_eq!(said(source).unwrap(), expected, "{source}");
        }
    }

    #[test]
    fn no_template_takes_more_than_a_moment() {
        let double = "{% set a = a ~ a %}".repeat(40);
        let capture = "{% set a %}{{ a }}{{ a }}{% endset %}".repeat(40);
        let list = "{% set a = [a, a] %}".repeat(40);
        let many = |part: &str, count: usize| part.repeat(count);
        for source in [
            format!("{{% set a = reason %}}{double}{{{{ a }}}}"),
            format!("{{% set a = reason %}}{}", double.replace('~', "+")),
            format!("{{% set a = reason %}}{capture}"),
            format!("{{% set a = 'x' %}}{list}{{{{ a }}}}"),
            "{% set n = namespace(a=reason) %}{% for i in range(50) %}{% set n.a = n.a ~ n.a %}{% endfor %}"
                .into(),
            "{% for a in [reason] recursive %}{{ loop([a ~ a]) }}{% endfor %}".into(),
            "{% for i in range(900) %}{% set a = reason ~ reason ~ reason %}{% endfor %}".into(),
            "{{ patient * 99000000 }}".into(),
            "{{ [1] * 99000000 }}".into(),
            "{{ 9 ** 9 ** 9 }}".into(),
            "{{ patient|indent(999999999) }}".into(),
            "{{ '%999999999s'|format(patient) }}".into(),
            "{{ patient|center(999999999) }}".into(),
            "{{ reason|replace('', reason)|replace('', reason) }}".into(),
            "{{ reason|split('')|join(reason) }}".into(),
            "{{ range(99999999999)|join(reason) }}".into(),
            "{{ 'x'|batch(99999999, 'x')|list }}".into(),
            "{% for i in range(1000) %}{{ reason }}{% endfor %}".into(),
            "{% for a in range(1000) %}{% for b in range(1000) %}x{% endfor %}{% endfor %}".into(),
            many("{{ reason }}", 900),
            many("(", 10_000),
            format!("{{{{ {}patient{} }}}}", many("(", 5000), many(")", 5000)),
            format!("{{{{ {}patient }}}}", many("not ", 4000)),
            format!("{{{{ patient{} }}}}", many("|upper", 2500)),
            format!("{{{{ patient{} }}}}", many(".a", 7000)),
            format!("{{{{ {}{} }}}}", many("[", 7000), many("]", 7000)),
            many("{% if patient %}", 1000),
            format!("{{% if false %}}{}{{% endif %}}", many("{% elif false %}", 1000)),
            format!("{{{{ {}1 }}}}", many("1-", 7000)),
            many("x", LONGEST_SOURCE + 1),
        ] {
            let begun = Instant::now();
            let shown: String = source.chars().take(80).collect();
            match said(&source) {
                Ok(text) => assert!(text.len() <= source.len(), "{shown}"),
                Err(problem) => assert!(problem.to_string().len() < 300, "{shown}: {problem}"),
            }
            assert!(begun.elapsed() < Duration::from_secs(3), "{shown} took {:?}", begun.elapsed());
        }
    }

    /// In the longest loop, templates that pass the check run out of fuel in bounded time.
    #[test]
    fn the_work_of_what_is_let_through_is_bounded() {
        for part in [
            "{% set x %}{{ patient }}{% endset %}",
            "{% set x = reason|upper|lower|title %}",
            "{% set x = reason|split('')|last %}",
            "{% set x = range(1000)|list %}",
            "{% set x = reason|replace('ñ', 'nn') %}",
            "{% set x = reason|split('')|join('-') %}",
        ] {
            let begun = Instant::now();
            let source = format!("{{% for i in range(1000) %}}{part}{{% endfor %}}");
            let problem = said(&source).unwrap_err();
            assert_eq!(problem.kind(), ErrorKind::OutOfFuel, "{part}: {problem}");
            assert!(begun.elapsed() < Duration::from_secs(10), "{part} took {:?}", begun.elapsed());
        }
    }
}
