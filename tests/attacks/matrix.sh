#!/usr/bin/env bash
# Runs the cases on which other engines crash or hang, each in a process of the released program with its default limits, and
# prints how each ended, in which time and memory. Fails for a crash, a hang, a wrong ending, or more than a second of a processor.
set -euo pipefail
cd "$(dirname "$0")/../.."

cargo build --release --bin carafe
CARAFE_MATRIX=1 CARAFE_PROGRAM="$PWD/target/release/carafe" cargo test --quiet --test attacks
