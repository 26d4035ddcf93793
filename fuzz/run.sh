#!/bin/sh
# Runs every target in turn, or those that are named, each for SECONDS_EACH (20 minutes) or 2 million executions.
set -e
cd "$(dirname "$0")/.."
cargo +nightly fuzz build -s none
for target in ${*:-json_check dates numbers parse render data_files batch_rows}; do
    case $target in dates | numbers) length=200 ;; *) length=2048 ;; esac
    mkdir -p "fuzz/corpus/$target"
    echo "== $target"
    nice -n 10 cargo +nightly fuzz run -s none "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
        "-dict=fuzz/dictionaries/$target.dict" "-max_len=$length" -timeout=10 -rss_limit_mb=3000 \
        "-max_total_time=${SECONDS_EACH:-1200}" -runs=2000000 -print_final_stats=1 2>&1 | tail -n 12
done
