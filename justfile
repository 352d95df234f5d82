# `just` alone lists what there is.
default:
    @just --list

# Everything that the continuous integration runs
ci:
    bash .ci/run

# All tests
test *ARGS:
    cargo test {{ARGS}}

# Format and lints
lint:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings

# The guided tour
demo:
    cargo run --release -- demo

# Write completions/ and man/ anew
docs:
    TURNO_REGENERATE=1 cargo test --test generated --test package

# Licences, bans, sources and known vulnerabilities of the dependencies
deny:
    cargo deny check

# A binary for distribution
dist: order
    cargo build --profile dist

# Whole commands on books of up to ten years, beside their floors: `just bench --sizes 1000,100000`
bench *ARGS:
    #!/usr/bin/env bash
    set -euo pipefail
    dist=${CARGO_TARGET_DIR:-target}/dist
    cargo build --profile dist
    # What cargo makes along with a benchmark has the features of the tests, too, and so other names than
    # those that the linker's list has: it is a tenth slower, and not what is to lie there afterwards.
    alone=$(mktemp "$dist/turno-XXXXXX")
    trap 'mv -f "$alone" "$dist/turno"' EXIT
    cp -p "$dist/turno" "$alone"
    cargo bench --profile dist --bench bench -- --program "$alone" {{ARGS}}

# The functions that a day's commands go through, listed anew for the linker: `.cargo/order.txt`
order:
    #!/usr/bin/env bash
    set -euo pipefail
    mkdir -p "${CARGO_TARGET_DIR:-target}"
    target=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
    list() {
        TURNO_LINK_MAP=$target/$1.map cargo build --profile "$1" &&
            cargo bench --quiet --profile dev --bench bench -- --program "$target/$1/turno" order "$target/$1.map"
    }
    functions=$(list dist && list release)
    {
        echo "# The functions that a day's commands go through, for the linker (\`.cargo/link.rs\`): first of the dist"
        echo "# profile, then of the release profile, as $(rustc --version) names them. Written by \`just order\`."
        awk '!seen[$0]++' <<<"$functions"
    } >.cargo/order.txt

# Instructions of the main commands, held against `benches/instructions.toml`; `--write` writes that anew
instructions *ARGS:
    cargo build --release
    cargo bench --profile dev --bench bench -- --program "${CARGO_TARGET_DIR:-target}/release/turno" instructions {{ARGS}}
