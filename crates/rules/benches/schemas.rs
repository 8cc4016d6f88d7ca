//! What looking a schema up costs, and walking a document against it, each beside parsing that document.
//!
//! `cargo bench -p hnp-rules --bench schemas`. Each first look-up is taken on a release that nothing has touched yet.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use hnp_rules::schema::{Release, Set, Settings, check};
use hnp_yaml::{Options, parse};

const VPC: &str = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: a\nspec:\n  subnets:\n    default:\n      \
                   subnet: 10.0.0.0/24\n      gateway: 10.0.0.1\n      vlan: 1001\n";

fn once<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn main() {
    let kind = |release| {
        Set::embedded(release)
            .kind("vpc.githedgehog.com", "v1beta1", "VPC")
            .is_some()
    };
    println!(
        "first kind of the process   {:?}",
        once(|| kind(Release::R26_02))
    );
    println!(
        "first kind of a release     {:?}",
        once(|| kind(Release::R25_05))
    );
    println!(
        "names of all kinds          {:?}",
        once(|| Set::embedded(Release::R26_01).kinds().count())
    );
    let set = Set::embedded(Release::R26_03Preview);
    let all = once(|| {
        set.kinds()
            .filter(|k| set.kind(k.group, k.version, k.kind).is_some())
            .count()
    });
    println!("all kinds of a release      {all:?}");

    const TIMES: u32 = 10_000;
    let stream = parse(VPC, &Options::default());
    let root = stream.document(0).unwrap().root().unwrap();
    let schema = set.kind("vpc.githedgehog.com", "v1beta1", "VPC").unwrap();
    let settings = Settings::new(Release::default());
    let parsing = once(|| {
        (0..TIMES)
            .map(|_| parse(VPC, &Options::default()).documents().len())
            .sum::<usize>()
    });
    let walking = once(|| {
        (0..TIMES)
            .filter(|_| check(root, schema, &settings, &mut |_| {}))
            .count()
    });
    println!(
        "{TIMES} parses {parsing:?}, {TIMES} walks {walking:?}: {:.2} x",
        walking.as_secs_f64() / parsing.as_secs_f64()
    );
}
