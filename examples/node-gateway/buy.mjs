// Buys a ticket as an API gateway would: a Purchase onto onsale.commands, the answer from onsale.orders.
// See README.md for the options, ../../docs/gateway.md for the contract.
import { createHash, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { crc32 } from 'node:zlib';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import avro from 'avsc';
import kafkajs from 'kafkajs';
import lz4 from 'lz4js';

const { CompressionCodecs, CompressionTypes, Kafka, Partitioners, logLevel } = kafkajs;

// The answers are compressed with LZ4, which kafkajs knows only when it is given a codec.
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async (encoder) => Buffer.from(lz4.compress(encoder.buffer)),
  decompress: async (buffer) => Buffer.from(lz4.decompress(buffer)),
});

const { values: options } = parseArgs({
  options: {
    bootstrap: { type: 'string', default: process.env.BOOTSTRAP ?? '127.0.0.1:9092' },
    registry: { type: 'string', default: process.env.REGISTRY_URL ?? 'http://127.0.0.1:8081' },
    event: { type: 'string', default: 'rock-night' },
    section: { type: 'string', default: 'A' },
    quantity: { type: 'string', default: '1' },
    buyer: { type: 'string', default: 'ada' },
    'request-id': { type: 'string', default: randomUUID() },
    token: { type: 'string', default: 'pm_card_visa' },
    partitioner: { type: 'string', default: 'murmur2' },
    'timeout-seconds': { type: 'string', default: '30' },
  },
});

const COMMANDS = 'onsale.commands';
const ORDERS = 'onsale.orders';
const ENDED = new Set(['SOLD', 'REJECTED', 'EXPIRED', 'CANCELLED', 'REFUNDED']);

const { buyer, event, section } = options;
const requestId = options['request-id'];

// The same on every try of this request, here and on the other side.
const orderId = createHash('sha256').update(`${buyer}\n${requestId}`).digest('hex').slice(0, 32);

// What librdkafka does unless told otherwise. It sends a section to a partition where nobody decides it.
const crc32Partitioner = () => ({ partitionMetadata, message }) => crc32(message.key) % partitionMetadata.length;
const partitioners = { murmur2: Partitioners.DefaultPartitioner, crc32: crc32Partitioner };
const createPartitioner = partitioners[options.partitioner];
if (!createPartitioner) {
  console.error(`--partitioner is ${options.partitioner} but must be one of ${Object.keys(partitioners).join(', ')}.`);
  process.exit(2);
}

const kafka = new Kafka({ clientId: 'node-gateway', brokers: options.bootstrap.split(','), logLevel: logLevel.NOTHING });
// A request's hash needs all 64 bits, more than a JavaScript number holds; so longs are read as BigInt.
const long = avro.types.LongType.__with({
  fromBuffer: (bytes) => bytes.readBigInt64LE(),
  toBuffer: (value) => { const bytes = Buffer.alloc(8); bytes.writeBigInt64LE(BigInt(value)); return bytes; },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value) => typeof value === 'bigint' || Number.isSafeInteger(value),
  compare: (a, b) => (a === b ? 0 : a < b ? -1 : 1),
});
const typeHook = (schema) => (schema === 'long' || schema?.type === 'long' ? long : undefined);
const registry = new SchemaRegistry({ host: options.registry }, { [SchemaType.AVRO]: { typeHook } });
const producer = kafka.producer({ createPartitioner, idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
const consumer = kafka.consumer({ groupId: `node-gateway-${randomUUID()}`, readUncommitted: false });

/** Starts listening before anything is sent, so that no answer is missed. A gateway does this once, for all its orders. */
async function listen(onStatus, onCrash) {
  consumer.on(consumer.events.CRASH, ({ payload }) => onCrash(payload.error));
  await consumer.connect();
  await consumer.subscribe({ topic: ORDERS, fromBeginning: false });
  const fetching = new Promise((resolve) => {
    const stop = consumer.on(consumer.events.FETCH, () => { stop(); resolve(); });
  });
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message }) => {
      if (message.key?.toString() === orderId && message.value) onStatus(await registry.decode(message.value));
    },
  });
  await fetching;
}

async function purchase() {
  const schemaId = await registry.getLatestSchemaId(`${COMMANDS}-value`);
  const command = {
    header: { commandId: randomUUID(), eventId: event, sectionId: section, requestId, orderId, buyer, variants: {} },
    payload: {
      'dev.onsale.wire.Purchase': {
        quantity: Number(options.quantity), seats: [], preference: 'CONTIGUOUS', expectedTotal: null, paymentToken: options.token,
      },
    },
  };
  const message = { key: `${event}/${section}`, value: await registry.encode(schemaId, command) };
  const [receipt] = await producer.send({ topic: COMMANDS, acks: -1, compression: CompressionTypes.GZIP, messages: [message] });
  return { partition: receipt.partition, offset: receipt.baseOffset };
}

const timeout = setTimeout(() => {
  console.log(JSON.stringify({ orderId, status: 'UNKNOWN', hint: 'ask again with the same --request-id' }));
  process.exit(3);
}, Number(options['timeout-seconds']) * 1000);

try {
  let answered;
  let failed;
  const answer = new Promise((resolve, reject) => { answered = resolve; failed = reject; });
  answer.catch(() => {}); // It may fail before anybody waits for it; whoever waits gets the error all the same.
  await Promise.race([answer, listen((status) => { if (ENDED.has(status.state)) answered(status); }, failed)]);
  await producer.connect();
  const sent = await purchase();
  console.log(JSON.stringify({ orderId, status: 'QUEUED', sent }));
  const status = await answer;
  console.log(JSON.stringify({
    orderId, status: status.state, seats: status.seats, total: Number(status.total), currency: status.currency, reason: status.reason,
  }));
  process.exitCode = status.state === 'SOLD' ? 0 : 1;
} catch (error) {
  console.error(`${error.message}; are --bootstrap ${options.bootstrap} and --registry ${options.registry} right?`);
  process.exitCode = 2;
} finally {
  clearTimeout(timeout);
  await Promise.allSettled([producer.disconnect(), consumer.disconnect()]);
}
