//! The clock to time by, and medians.

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

/// The one in the middle of all times.
pub fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
