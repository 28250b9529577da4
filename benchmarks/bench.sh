#!/usr/bin/env bash
# Measures: ./onsale bench SCENARIO [options]; ./onsale bench --help names them all.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd -P)
target=$root/benchmarks/target
JAVA_HOME=$("$root/onsale" --print-java-home) || exit 2
export JAVA_HOME

built=$target/bench.built
if [ ! -f "$built" ] || [ -n "$(find "$root"/pom.xml "$root"/*/pom.xml "$root"/*/src/main -newer "$built" -print 2>/dev/null | head -n 1)" ]; then
  echo "onsale: Building the benchmarks." >&2
  mkdir -p "$target"
  : > "$built.new"
  (cd "$root" && mvn -B -q -Dmaven.test.skip=true -pl benchmarks -am package) >"$target/build.log" 2>&1 || {
    cat "$target/build.log" >&2
    exit 2
  }
  mv "$built.new" "$built"
fi

jar=
for jar in "$target"/benchmarks-*.jar; do break; done
# shellcheck disable=SC2086 -- the options are several words on purpose
exec "$JAVA_HOME/bin/java" -Xmx2g -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError -Xlog:disable \
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ${ONSALE_JAVA_OPTS:-} \
  -Donsale.home="$root" -cp "$jar:$target/lib/*" dev.onsale.bench.BenchCommand "$@"
