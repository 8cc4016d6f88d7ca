//! post-merge: a reminder, after a merge or a pull. It stops nothing.

use hnp_report::Format;

use super::drop;
use super::show::count;
use crate::args::Global;
use crate::context::work_dir;
use crate::failure::Failure;
use crate::git_tree::{Check, GitTree, Trees};
use crate::output::Output;

/// Says what the merged tree asks for. Whatever goes wrong here is no reason to make a merge look failed.
pub(super) fn run(global: &Global) -> Result<Output, Failure> {
    let mut output = Output::default();
    match remind(global) {
        Ok(text) if global.format == Format::Human => output.text = text,
        Ok(_) => {}
        Err(failure) => output
            .notes
            .push(format!("hnp: the merged tree was not looked at: {failure}")),
    }
    Ok(output)
}

fn remind(global: &Global) -> Result<String, Failure> {
    let trees = Trees::open(&work_dir(global)?)?;
    let Some(head) = trees.repo.head_commit()? else {
        return Ok(String::new());
    };
    let tree = GitTree::open(trees.commit(head)?)?;
    let Some(config) = &tree.config else {
        return Ok(String::new());
    };
    let found = tree.check(&Check {
        config,
        schemas: &tree.schemas,
        fabrics: &[],
        release: None,
        profile: None,
        cache: Some(&trees.cache),
    })?;
    let mut text = String::new();
    if found.errors() > 0 {
        text.push_str(&format!(
            "hnp: the merged tree has {}; `hnp validate` shows what and where.\n",
            count(found.errors(), "error")
        ));
    }
    let waiting = drop::waiting(&tree, config)?;
    if waiting > 0 {
        text.push_str(&format!(
            "hnp: {} in raw/; `hnp ingest` takes them in.\n",
            if waiting == 1 {
                "1 file waits".to_owned()
            } else {
                format!("{waiting} files wait")
            }
        ));
    }
    Ok(text)
}
