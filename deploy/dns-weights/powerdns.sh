#!/usr/bin/env bash
# Gives a candidate its share of buyers by the weights of a DNS record at PowerDNS (4.2 or later, enable-lua-records=yes).
# Runs on the name server.
#
#   onsale canary start --path order-service --weights deploy/dns-weights/powerdns.sh --why "0.2.0"
#
# calls it as
#   powerdns.sh share PERCENT    0: the stable build alone; 100: the candidate alone
#   powerdns.sh check            ends with 0 when the record leads to the stable build alone
#
# In the environment:
#   DNS_ZONE, DNS_NAME          zone, and the name in it that buyers resolve, such as example.org and tickets
#   DNS_STABLE, DNS_CANDIDATE   IPv4 addresses of either build
#   DNS_TTL                     seconds for which resolvers may keep an answer; default 10
#   PDNS_CONFIG_DIR             folder of pdns.conf; default /etc/powerdns
set -euo pipefail

zone=${DNS_ZONE:?} name=${DNS_NAME:?} stable=${DNS_STABLE:?} candidate=${DNS_CANDIDATE:?} ttl=${DNS_TTL:-10}
config=--config-dir=${PDNS_CONFIG_DIR:-/etc/powerdns}

case ${1:-} in
  share)
    percent=${2:?give the share of the candidate in percent}
    [[ $percent =~ ^[0-9]+$ && $percent -le 100 ]] || { echo "give a share from 0 to 100, not $percent" >&2; exit 2; }
    case $percent in
      0) answer="'$stable'" ;;
      100) answer="'$candidate'" ;;
      *) answer="pickwrandom({{$((100 - percent)), '$stable'}, {$percent, '$candidate'}})" ;;
    esac
    pdnsutil "$config" replace-rrset "$zone" "$name" LUA "$ttl" "A \"$answer\""
    # What the server remembers would be answered for some seconds more.
    pdns_control "$config" purge "$name.$zone" >/dev/null
    ;;
  check)
    record=$(pdnsutil "$config" list-zone "$zone" | awk -v name="$name.$zone" '$1 == name && $4 == "LUA"')
    if [[ $record != *"'$stable'"* || $record == *"'$candidate'"* ]]; then
      echo "$name.$zone does not lead to $stable alone: ${record:-it has no LUA record}" >&2
      exit 1
    fi
    echo "$name.$zone leads to $stable alone; resolvers may keep the other address for another $ttl s"
    ;;
  *)
    echo "usage: $0 share PERCENT | check" >&2
    exit 2
    ;;
esac
