//! "Did you mean": the known names nearest to a misspelt one.

/// Names longer than this are not compared: no one misspells that much, and the comparison is quadratic.
const LONGEST: usize = 64;

/// No more candidates than this are looked at.
const CANDIDATES: usize = 1_000;

/// Who makes suggestions for every finding of a template or a render stops after this many.
pub const SUGGESTIONS: usize = 50;

/// The candidates close enough to `name` to be what was meant, nearest first, at most three.
///
/// Of more than a thousand candidates only the first thousand count.
///
/// Case is ignored; one slip in three characters is forgiven (insertion, deletion, change, swap of neighbours).
pub fn nearest<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let wanted: Vec<char> = name.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect();
    if wanted.is_empty() || wanted.len() > LONGEST {
        return Vec::new();
    }
    let allowed = wanted.len().div_ceil(3);
    let mut found: Vec<(usize, &str)> = candidates
        .into_iter()
        .take(CANDIDATES)
        .filter(|candidate| candidate.len() <= LONGEST * 4)
        .filter_map(|candidate| {
            let letters: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
            let far = distance(&wanted, &letters);
            (far <= allowed && far < letters.len().max(wanted.len())).then_some((far, candidate))
        })
        .collect();
    found.sort();
    found.dedup();
    found.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

/// `did you mean `a` or `b`?`, or nothing where no candidate is near.
pub fn did_you_mean<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let near: Vec<String> = nearest(name, candidates).iter().map(|near| format!("`{near}`")).collect();
    (!near.is_empty()).then(|| format!("did you mean {}?", near.join(" or ")))
}

/// Damerau-Levenshtein distance with swaps of neighbours (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    const NONE: usize = usize::MAX;
    let one_more = |count: usize| count.saturating_add(1);
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut above = None;
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(last.len());
        let (mut behind, mut left) = (one_more(i), None);
        row.push(behind);
        // What two letters back in both was, for swaps.
        let two_back = std::iter::once(NONE).chain(before.iter().copied()).chain(std::iter::repeat(NONE));
        for ((y, pair), two_back) in b.iter().zip(last.windows(2)).zip(two_back) {
            let &[diagonal, over] = pair else { continue };
            let changed = if x == y { diagonal } else { one_more(diagonal) };
            let mut best = changed.min(one_more(over)).min(one_more(behind));
            if left == Some(x) && above == Some(y) {
                best = best.min(one_more(two_back));
            }
            row.push(best);
            (behind, left) = (best, Some(y));
        }
        above = Some(x);
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}
