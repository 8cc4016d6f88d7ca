//! `hnp explain`

use hnp_report::Format;
use hnp_rules::catalogue;
use serde_json::json;

use crate::args::{ExplainArgs, Global};
use crate::failure::Failure;
use crate::output::Output;

pub(super) fn run(global: &Global, args: &ExplainArgs) -> Result<Output, Failure> {
    let rules: Vec<&catalogue::Rule> = match &args.code {
        None => catalogue::all(),
        Some(code) => match catalogue::find(code) {
            Some(rule) => vec![rule],
            None => {
                let near = hnp_rules::suggest::nearest(
                    &code.to_ascii_uppercase(),
                    catalogue::all().into_iter().map(|rule| rule.code),
                );
                let hint = near.map_or_else(
                    || "`hnp explain` lists all codes".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(Failure::Usage(format!("there is no code `{code}`; {hint}")));
            }
        },
    };
    if global.format == Format::Json {
        let rules: Vec<_> = rules
            .iter()
            .map(|rule| {
                json!({
                    "code": rule.code,
                    "severity": rule.severity,
                    "title": rule.title,
                    "what": rule.what,
                    "why": rule.why,
                    "wrong": rule.wrong,
                    "right": rule.right,
                    "fix": rule.fix,
                    "upstream": rule.upstream,
                })
            })
            .collect();
        return Ok(Output::json(&json!({ "version": 1, "rules": rules })));
    }
    if args.code.is_none() && !args.all {
        let text: String = rules
            .iter()
            .map(|rule| {
                format!(
                    "{:8} {:8} {}\n",
                    rule.code,
                    rule.severity.to_string(),
                    rule.title
                )
            })
            .collect();
        return Ok(Output::of(text));
    }
    let texts: Vec<String> = rules
        .iter()
        .map(|rule| catalogue::explain_text(rule))
        .collect();
    Ok(Output::of(texts.join("\n")))
}
