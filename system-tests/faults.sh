#!/usr/bin/env bash
# The fault campaign: ./onsale faults [--long] [-Dname=value ...] [NAME ...]
#
# Runs the tests that are tagged with the names, or all of src/test/resources/faults.csv, in their short form or with --long in
# the long one (hours), and writes docs/fault-report.md; with names, only a report of its own. -D sets a count or a time by hand
# (faults.kills, faults.commands, faults.rate, faults.cutoff.seconds, faults.lost, ...); -Dfaults.seed repeats a run.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd -P)
list=$root/system-tests/src/test/resources/faults.csv
say() { printf 'onsale: %s\n' "$*" >&2; }

settings=()
names=()
for argument in "$@"; do
  case $argument in
    --long)
      settings+=(-Dfaults.kills=100 -Dfaults.freezes=20 -Dfaults.commands=100000 -Dfaults.rate=300 -Dfaults.moves=100
        -Dfaults.lost=100 -Dfaults.cutoff.seconds=180 -Dfaults.all=true -Droll.all=true
        -Dfaults.heal.seconds=120)
      ;;
    --help | -h)
      sed -n '2,6s/^# \{0,1\}//p' "$0"
      cut -d';' -f2,3 "$list" | sed 's/;/: /'
      exit 0
      ;;
    -D*) settings+=("$argument") ;;
    *)
      if ! cut -d';' -f2 "$list" | grep -qx -- "$argument"; then
        say "There is no fault $argument; ./onsale faults --help names them all."
        exit 2
      fi
      names+=("$argument")
      ;;
  esac
done
report=system-tests/target/fault-report.md
if [ ${#names[@]} -eq 0 ]; then
  report=docs/fault-report.md
  while IFS= read -r name; do names+=("$name"); done < <(cut -d';' -f2 "$list")
fi

JAVA_HOME=$("$root/onsale" --print-java-home) || exit 2
export JAVA_HOME
cd "$root" || exit 2
# Reports of earlier runs would be taken for this one's.
rm -rf ./*/target/*-reports
tags=$(printf ' | %s' "${names[@]}")
mvn -B -ntp -Pnight -Dgroups="${tags# | }" ${settings[@]+"${settings[@]}"} verify
status=$?
"$JAVA_HOME/bin/java" -cp "system-tests/target/test-classes:onsale-cli/target/lib/*" \
  dev.onsale.system.faults.FaultReport . "$report" && say "What was seen is in $report."
exit $status
