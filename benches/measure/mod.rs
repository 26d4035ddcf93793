//! Workloads to time, and the clock to time them by.

use std::fs;
use std::io;
use std::path::Path;

/// A template with its data and the text that the reference implementation renders of them.
pub struct Workload {
    pub name: String,
    pub template: String,
    /// One JSON object.
    pub data: String,
    pub expected: String,
}

/// The workloads in `folder`, by name: each is a folder with `template.liquid`, `data.json` and `expected.txt`.
pub fn workloads(folder: &Path) -> io::Result<Vec<Workload>> {
    let mut workloads = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !path.join("template.liquid").exists() {
            continue;
        }
        workloads.push(Workload {
            name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            template: fs::read_to_string(path.join("template.liquid"))?,
            data: fs::read_to_string(path.join("data.json"))?,
            expected: fs::read_to_string(path.join("expected.txt"))?,
        });
    }
    workloads.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(workloads)
}

/// Processor time of this process in seconds: on a shared machine it moves much less than the wall clock.
#[cfg(unix)]
fn seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

#[cfg(not(unix))]
fn seconds() -> f64 {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed().as_secs_f64()
}

/// The median time of each action in microseconds, over batches of some milliseconds, after a warm-up.
///
/// The actions take turns batch by batch, so that a slow spell of the machine falls on all of them alike.
pub fn medians(actions: &mut [&mut dyn FnMut()], seconds_each: f64) -> Vec<f64> {
    let batches: Vec<u32> = actions.iter_mut().map(|action| batch_size(&mut **action)).collect();
    let mut times = vec![Vec::new(); actions.len()];
    let start = seconds();
    while seconds() - start < seconds_each * actions.len() as f64 {
        for ((action, size), times) in actions.iter_mut().zip(&batches).zip(&mut times) {
            let start = seconds();
            (0..*size).for_each(|_| action());
            times.push((seconds() - start) * 1e6 / f64::from(*size));
        }
    }
    times.iter_mut().map(|times| median(times)).collect()
}

/// How often an action is to be done in a batch of about four milliseconds.
fn batch_size(action: &mut dyn FnMut()) -> u32 {
    let (start, mut done) = (seconds(), 0);
    while seconds() - start < 0.02 {
        let more = 1 + done / 8;
        (0..more).for_each(|_| action());
        done += more;
    }
    (done / 5).max(1)
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
