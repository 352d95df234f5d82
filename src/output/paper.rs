//! Pages and images from the templates in `src/output/templates`, which escape what they are given.

use crate::domain::refusal::{Code, Refusal};
use askama::Template;

/// The template with its values.
pub(in crate::output) fn filled(template: &impl Template) -> Result<String, Refusal> {
    template.render().map_err(|problem| Refusal::new(Code::Internal, text!("the-page-cant-be-made", problem)))
}
