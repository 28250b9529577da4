#!/usr/bin/env bash
# Gives every program of onsale the rights it needs on the cluster, and no others. Safe to run again.
#
#   BOOTSTRAP=kafka-1:9093 COMMAND_CONFIG=admin.properties deploy/acls.sh [--dry-run]
#
# KAFKA_ACLS names kafka-acls.sh (default: on the PATH). Principals are User:onsale-NAME; set PRINCIPAL_PREFIX for others,
# such as PRINCIPAL_PREFIX="User:CN=". For brokers with an authorizer and allow.everyone.if.no.acl.found=false.
set -euo pipefail

bootstrap=${BOOTSTRAP:?set BOOTSTRAP to HOST:PORT of a broker}
kafka_acls=${KAFKA_ACLS:-kafka-acls.sh}
prefix=${PRINCIPAL_PREFIX:-User:onsale-}
dry_run=${1:-}

# allow NAME OPERATION[,OPERATION...] RESOURCE...     RESOURCE as kafka-acls.sh takes it
allow() {
  local principal=$prefix$1 operations=() operation
  for operation in ${2//,/ }; do operations+=(--operation "$operation"); done
  local command=("$kafka_acls" --bootstrap-server "$bootstrap" ${COMMAND_CONFIG:+--command-config "$COMMAND_CONFIG"}
    --add --allow-principal "$principal" "${operations[@]}" "${@:3}")
  if [ "$dry_run" = --dry-run ]; then echo "${command[*]}"; else "${command[@]}"; fi
}

# The decider. It alone writes events, statuses and payment requests. It writes commands too: holds that have run out.
allow inventory-stream Read,Describe --topic onsale.commands
allow inventory-stream Write,Describe --topic onsale.commands --topic onsale.events --topic onsale.orders \
  --topic onsale.payments --topic onsale.dead-letters
# Changelogs of its stores, its group and its transactional ids all begin with its application id.
allow inventory-stream Create,Read,Write,Describe,DescribeConfigs --topic onsale-inventory- --resource-pattern-type prefixed
allow inventory-stream Read,Describe --group onsale-inventory
allow inventory-stream Write,Describe --transactional-id onsale-inventory --resource-pattern-type prefixed

# HTTP in, orders out. It sees how far the decider is to tell a buyer how many are ahead.
allow order-service Write,Describe --topic onsale.commands
allow order-service Read,Describe --topic onsale.events --topic onsale.orders
allow order-service Create,Read,Write,Describe,DescribeConfigs --topic onsale-order-view- --resource-pattern-type prefixed
# A build that is tried has a view of its own, onsale-order-view-candidate.
allow order-service Read,Describe --group onsale-order-view --resource-pattern-type prefixed
allow order-service Describe --group onsale-inventory
# Flags: it follows them, and writes the changes that are made on its admin port, each with its reason, in a transaction.
allow order-service Read,Write,Describe --topic onsale.flags
allow order-service Write,Describe --topic onsale.release-log
allow order-service Write,Describe --transactional-id onsale-flags- --resource-pattern-type prefixed

# Payments. The worker sets isolation level and reset policy of its share group at every start; without AlterConfigs an
# operator must set them once (deploy/README.md), and the worker then only looks.
allow payment-worker Read,Describe --topic onsale.payments
allow payment-worker Write,Describe --topic onsale.commands --topic onsale.dead-letters
allow payment-worker Read,Describe,DescribeConfigs,AlterConfigs --group onsale-payments
allow payment-worker Read,Describe --topic onsale.flags
# Only for payments.source=consumer.
allow payment-worker Read,Describe --group onsale-payments-consumer

# The exporter to PostgreSQL. Its group keeps no offsets.
allow exporter Read,Describe --topic onsale.events
allow exporter Read,Describe --group onsale-exporter

# The audit reads everything and changes nothing; it joins no group. The size of log folders is for its estimate.
for topic in commands events orders payments dead-letters release-log; do
  allow audit Read,Describe,DescribeConfigs --topic "onsale.$topic"
done
allow audit Read,Describe,DescribeConfigs --topic onsale-inventory- --resource-pattern-type prefixed
allow audit Describe,DescribeConfigs --cluster

# An API gateway that produces purchases itself. If it also reads the answers, give it Read on onsale.orders and on a
# group of its own; it needs nothing else.
allow gateway Write,Describe --topic onsale.commands

# `onsale topics create`, `onsale doctor`, `onsale flags`, `onsale canary` and `onsale dead-letters`, run by people or a pipeline.
for topic in commands events orders payments dead-letters flags release-log; do
  allow operator Create,Describe,DescribeConfigs --topic "onsale.$topic"
done
allow operator Read,Write --topic onsale.flags --topic onsale.release-log
# The judge of a canary reads how purchases went.
allow operator Read --topic onsale.commands --topic onsale.events
# Dead letters, and what is sent again of them.
allow operator Read --topic onsale.dead-letters
allow operator Write --topic onsale.commands --topic onsale.payments
allow operator Write,Describe --transactional-id onsale-flags- --resource-pattern-type prefixed
allow operator Describe,DescribeConfigs --cluster
allow operator Describe,DescribeConfigs,AlterConfigs --group onsale-payments

# Apicurio with its storage in Kafka; leave it out for another registry.
allow registry Create,Read,Write,Describe,DescribeConfigs --topic kafkasql- --resource-pattern-type prefixed
allow registry Create,Read,Write,Describe,DescribeConfigs --topic registry-events
allow registry Read,Describe --group apicurio- --resource-pattern-type prefixed
