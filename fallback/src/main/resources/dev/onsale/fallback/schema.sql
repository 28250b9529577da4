-- Applied at every start, in one transaction and by one program at a time: everything here must bear being applied again.
-- What stands between the two lines is applied to each of the schemas: exported, which the exporter alone writes, and
-- fallback, the copy that sales go on from while there is no decider.
-- Texts are as StoredText keeps them: as they are, but for the character 0, which PostgreSQL refuses.

CREATE SCHEMA IF NOT EXISTS exported;
CREATE SCHEMA IF NOT EXISTS fallback;

-- The first offset of each partition of onsale.events that is not exported. It moves in the transaction that exports.
CREATE TABLE IF NOT EXISTS exported.offsets (
  partition   integer PRIMARY KEY,
  next_offset bigint NOT NULL
);

---- for each schema

CREATE TABLE IF NOT EXISTS {schema}.sections (
  event_id       text COLLATE "C" NOT NULL,
  section_id     text COLLATE "C" NOT NULL,
  partition      integer NOT NULL,   -- of onsale.commands and onsale.events
  state          bytea NOT NULL,     -- StoredSection, in the wire format
  version        bigint NOT NULL,    -- of the section; the one in state is that of the latest change of state
  free           integer NOT NULL,
  held           integer NOT NULL,
  sold           integer NOT NULL,
  last_at_millis bigint NOT NULL,    -- time of the latest event
  -- For people, and also in state.
  event_name     text NOT NULL,
  currency       text NOT NULL,
  sales          text NOT NULL,
  PRIMARY KEY (event_id, section_id)
);

CREATE TABLE IF NOT EXISTS {schema}.orders (
  event_id           text COLLATE "C" NOT NULL,
  section_id         text COLLATE "C" NOT NULL,
  order_id           text COLLATE "C" NOT NULL,
  buyer              text NOT NULL,
  request_hash       bigint NOT NULL,
  state              text NOT NULL,
  payment            text NOT NULL,
  attempt            integer NOT NULL,
  seats              text[] NOT NULL,
  quantity           integer NOT NULL,
  total              bigint NOT NULL,    -- minor units
  deadline_millis    bigint NOT NULL,    -- on the section's clock, which stands still while sales are paused
  reason             text NOT NULL,
  gateway_reference  text NOT NULL,
  purchase_partition integer NOT NULL,
  purchase_offset    bigint NOT NULL,
  purchase_at_millis bigint NOT NULL,
  purchase_variant   text NOT NULL,
  version            bigint NOT NULL,    -- of the section after the latest change of this order
  asked_at_millis    bigint,             -- when the payment under way was asked for; null: none is
  PRIMARY KEY (event_id, section_id, order_id)
);
CREATE INDEX IF NOT EXISTS orders_by_id ON {schema}.orders (order_id);
CREATE INDEX IF NOT EXISTS orders_by_version ON {schema}.orders (event_id, section_id, version);

-- Seats that are owned: the key refuses to give one away twice.
CREATE TABLE IF NOT EXISTS {schema}.seats (
  event_id   text COLLATE "C" NOT NULL,
  section_id text COLLATE "C" NOT NULL,
  seat       text COLLATE "C" NOT NULL,
  order_id   text COLLATE "C" NOT NULL,
  state      text NOT NULL CHECK (state IN ('HELD', 'SOLD')),
  PRIMARY KEY (event_id, section_id, seat)
);

---- once, after both

-- Times in which sales go on from here. At most one is under way.
CREATE TABLE IF NOT EXISTS fallback.runs (
  epoch        bigint PRIMARY KEY,
  state        text NOT NULL CHECK (state IN ('ACTIVATING', 'ACTIVE', 'RETURNING', 'RETURNED')),
  activated_by text NOT NULL,
  reason       text NOT NULL,
  started_at   timestamptz NOT NULL DEFAULT now(),
  active_at    timestamptz,
  returned_at  timestamptz
);
CREATE UNIQUE INDEX IF NOT EXISTS one_run ON fallback.runs ((true)) WHERE state <> 'RETURNED';

-- Where a fallback begins in the log, and what is not sold from here.
CREATE TABLE IF NOT EXISTS fallback.partitions (
  epoch         bigint NOT NULL REFERENCES fallback.runs,
  partition     integer NOT NULL,
  withheld      text,     -- why nothing of it is sold; null: it is sold
  commands_from bigint,   -- offsets of the first command and event that nobody had decided or exported
  events_from   bigint,
  PRIMARY KEY (epoch, partition)
);

-- Everything that was decided here, in order. It is never changed.
CREATE TABLE IF NOT EXISTS fallback.decisions (
  number            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  epoch             bigint NOT NULL REFERENCES fallback.runs,
  event_id          text COLLATE "C" NOT NULL,
  section_id        text COLLATE "C" NOT NULL,
  order_id          text COLLATE "C" NOT NULL,
  kind              text NOT NULL,     -- name of the command
  events            text[] NOT NULL,   -- names of the events that it led to
  decided_at_millis bigint NOT NULL,
  from_the_log      boolean NOT NULL,  -- accepted before the fallback and decided from the log; else sent to it later
  command           bytea NOT NULL     -- in the wire format, with the proof
);
CREATE INDEX IF NOT EXISTS decisions_by_epoch ON fallback.decisions (epoch, number);

-- Payment operations that are asked for and not reported.
CREATE TABLE IF NOT EXISTS fallback.payments (
  idempotency_key text COLLATE "C" NOT NULL,
  event_id        text COLLATE "C" NOT NULL,
  section_id      text COLLATE "C" NOT NULL,
  asked_at_millis bigint NOT NULL,
  request         bytea NOT NULL,      -- PaymentRequest, in the wire format
  taken_until     timestamptz NOT NULL DEFAULT '-infinity',  -- a worker is at it until then
  PRIMARY KEY (idempotency_key, event_id, section_id)
);
CREATE INDEX IF NOT EXISTS payments_by_time ON fallback.payments (asked_at_millis);
