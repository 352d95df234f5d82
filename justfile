# `just` alone lists what there is.
default:
    @just --list

# Everything that the continuous integration runs
ci:
    bash .ci/run

# All tests
test *ARGS:
    cargo test {{ARGS}}

# The tests on a server, on the newest PostgreSQL that npm has the programs of
test-newest-postgres:
    tests/newest-postgres

# The tests on a server, through PgBouncer in transaction mode
test-pooler *ARGS:
    TURNO_TEST_POOLER=1 cargo test --test postgres {{ARGS}}

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
dist:
    cargo build --profile dist

# Whole commands on books of up to ten years, beside their floors: `just bench --sizes 1000,100000`
bench *ARGS:
    cargo bench --bench bench -- {{ARGS}}

# A chain of clinics over a slow line: `just simulation --clinics 8 --desks 32 --delay 30`
simulation *ARGS:
    cargo bench --bench simulation -- {{ARGS}}
