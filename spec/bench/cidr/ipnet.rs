// ipnet.rs - Rust's ipnet (librust-ipnet-dev): parse, aggregate, print. `ipnet FOLDER NAME`.

use ipnet::{Ipv4Net, Ipv6Net};
use std::fmt::Write;
use std::time::Instant;

const REPEATS: usize = 5;

// Median seconds by the clock on the wall (the standard library has no other), and the last result.
fn measure(workload: &str, mut work: impl FnMut() -> usize) {
    let mut times = Vec::new();
    let mut answer = 0;
    for _ in 0..REPEATS {
        let start = Instant::now();
        answer = work();
        times.push(start.elapsed().as_secs_f64());
    }
    times.sort_by(|a, b| a.partial_cmp(b).unwrap());
    println!("{workload}\t{:.9}\t{answer}", times[REPEATS / 2]);
}

macro_rules! aggregate {
    ($net:ty, $text:expr) => {
        measure("text", || {
            let blocks: Vec<$net> = $text.lines().map(|line| line.parse().unwrap()).collect();
            let merged = <$net>::aggregate(&blocks);
            let mut out = String::new();
            for block in &merged {
                writeln!(out, "{block}").unwrap();
            }
            merged.len()
        })
    };
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, folder, name] = &arguments[..] else { panic!("usage: ipnet FOLDER NAME") };
    let text = std::fs::read_to_string(format!("{folder}/{name}.txt")).unwrap();
    if text.contains(':') {
        aggregate!(Ipv6Net, text);
    } else {
        aggregate!(Ipv4Net, text);
    }
}
