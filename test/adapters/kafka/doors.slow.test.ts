import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, expect, it, onTestFinished, vi } from 'vitest';
import { cosmosChangeFeed } from '../../../adapters/cosmos/changeFeed.ts';
import { cosmosCheckpoints } from '../../../adapters/cosmos/checkpoints.ts';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosParking } from '../../../adapters/cosmos/parking.ts';
import { brokersOf, type Brokers } from '../../../adapters/kafka/connection.ts';
import { openKafka } from '../../../adapters/kafka/stream.ts';
import { createStreamer } from '../../../application/streaming/streamer.ts';
import { commitOf, deposited, opened } from '../../support/bank.ts';
import { cosmosForTests } from '../../support/cosmos.ts';
import { audience, startIssuer, type Issuer } from '../../support/issuer.ts';
import { describeWithKafka, kafkaOfThisFile } from '../../support/kafka/broker.ts';
import { firstEvents, versionsOf } from '../../support/kafka/events.ts';
import { certificate, startIdentityEndpoint } from '../../support/managedIdentity.ts';

const connectionString = 'Endpoint=sb://localhost/;SharedAccessKeyName=app;SharedAccessKey=only-for-tests=';
const wrongString = connectionString.replace('only', 'never');
const ca = await readFile(certificate, 'utf8');
const database = await cosmosForTests();
const loginModule = 'org.apache.kafka.common.security';

/** The doors of Event Hubs, on a broker of Apache Kafka: TLS, with a connection string as the password, or with tokens of an identity. */
const doorsOf = (issuer: Issuer) => {
  const keys = `${issuer.url}/keys`;
  return {
    protocols: { TLS: 'SSL', KEYS: 'SASL_SSL', TOKENS: 'SASL_SSL' } as const,
    config: [
      'ssl.keystore.type=PEM',
      `ssl.keystore.location=${certificate}`,
      'listener.name.keys.sasl.enabled.mechanisms=PLAIN',
      `listener.name.keys.plain.sasl.jaas.config=${loginModule}.plain.PlainLoginModule required user_$ConnectionString="${connectionString}";`,
      'listener.name.tokens.sasl.enabled.mechanisms=OAUTHBEARER',
      `listener.name.tokens.oauthbearer.sasl.jaas.config=${loginModule}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
      `listener.name.tokens.oauthbearer.sasl.server.callback.handler.class=${loginModule}.oauthbearer.OAuthBearerValidatorCallbackHandler`,
      `sasl.oauthbearer.jwt.validator.class=${loginModule}.oauthbearer.BrokerJwtValidator`,
      `sasl.oauthbearer.jwks.endpoint.url=${keys}`,
      `sasl.oauthbearer.expected.audience=${audience}`,
      `sasl.oauthbearer.expected.issuer=${issuer.url}`,
    ],
    flags: [`-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${keys}`],
  };
};

describeWithKafka('a stream through the doors of Event Hubs', () => {
  let issuer: Issuer;
  let identity: Awaited<ReturnType<typeof startIdentityEndpoint>>;
  const kafka = kafkaOfThisFile({
    doors: async () => {
      [issuer, identity] = [await startIssuer(), await startIdentityEndpoint()];
      for (const [name, value] of Object.entries(identity.settings)) vi.stubEnv(name, value);
      return doorsOf(issuer);
    },
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    identity.close();
    await issuer.close();
  });

  const topicOf = async () => {
    const name = randomUUID();
    await kafka.createTopics([`${name}_account`]);
    return { name: `${name}_account`, template: `${name}_{aggregate}` };
  };
  /** The brokers as the app's settings make them, but for the port, and for whom they trust. */
  const through = (
    door: string,
    settings: Omit<Brokers, 'bootstrapBrokers'>,
    trusted: readonly string[] = [ca],
  ): Brokers => ({
    ...settings,
    bootstrapBrokers: kafka.address(door).split(','),
    tls: trusted.length > 0 ? { ca: [...trusted] } : {},
  });
  const appending = async (brokers: Brokers, template: string, signal = AbortSignal.timeout(10_000)) => {
    const stream = openKafka(brokers, template);
    onTestFinished(() => stream.close());
    return stream.append(firstEvents(3), signal);
  };
  // A namespace of its own each time: the library keeps tokens by what they are for.
  const tokens = (address = `${randomUUID()}.example`) => brokersOf({ address, clientId: undefined });
  const givesToken = async (claims: object) => {
    const token = { access_token: await issuer.token({ ...claims }), expires_on: '9999999999', token_type: 'Bearer' };
    identity.state.answer = { status: 200, body: token };
  };
  const failsFor = (reason: RegExp): Error =>
    expect.objectContaining({
      name: 'ServiceUnavailable',
      cause: expect.objectContaining({ message: expect.stringMatching(reason) as string }) as Error,
    }) as Error;

  it('comes in by TLS where it trusts the certificate, and says so where it does not', async () => {
    const { name, template } = await topicOf();
    expect(await appending(through('TLS', {}), template)).toEqual([]);
    expect(versionsOf(await kafka.read(name, 3))).toEqual([1, 2, 3]);
    await expect(appending(through('TLS', {}, []), template)).rejects.toEqual(failsFor(/self-signed|certificate/i));
    // Without TLS, nothing is sent that a broker could take for an event.
    await expect(appending({ bootstrapBrokers: [kafka.address('TLS')] }, template)).rejects.toEqual(failsFor(/./));
  });

  it('comes in with a connection string, and with no other', async () => {
    const { name, template } = await topicOf();
    expect(await appending(through('KEYS', brokersOf({ connectionString })), template)).toEqual([]);
    expect(versionsOf(await kafka.read(name, 3))).toEqual([1, 2, 3]);
    const refused = appending(through('KEYS', brokersOf({ connectionString: wrongString })), template);
    await expect(refused).rejects.toEqual(failsFor(/authentication failed/i));
    await expect(refused).rejects.not.toEqual(failsFor(/never-for-tests/));
  });

  it('says to operators what is wrong at a door, and has every event once it is let in', async () => {
    const { name, template } = await topicOf();
    const events = database.container('events');
    const id = randomUUID();
    await cosmosEventStore(events).append([commitOf('account', id, 0, [opened(), deposited(1, 1)])], {
      ...{ state: {}, stateVersion: 1 },
    });
    let stream = openKafka(through('TLS', {}, []), template);
    const streamer = createStreamer({
      ...{ name: randomUUID(), holder: randomUUID() },
      changeFeed: cosmosChangeFeed(events),
      checkpoints: cosmosCheckpoints(database.container('checkpoints')),
      stream: { append: (...page) => stream.append(...page) },
      parking: cosmosParking(database.container('parked'), { now: () => Date.now() }),
      positionInFeed: (position) => position,
      clock: { now: () => Date.now() },
      log: () => undefined,
    });
    const runs = async (brokers: Brokers) => {
      await stream.close();
      stream = openKafka(brokers, template);
      await streamer.run(Date.now() + 10_000);
      return streamer.status();
    };
    onTestFinished(() => stream.close());
    for (const [brokers, reason] of [
      [through('TLS', {}, []), /Kafka is unavailable: .*certificate/i],
      [through('KEYS', brokersOf({ connectionString: wrongString })), /Kafka is unavailable: .*authentication failed/i],
    ] as const) {
      expect(await runs(brokers)).toMatchObject({
        ...{ kind: 'stream', state: 'failing', behind: 2, parked: 0 },
        reason: expect.stringMatching(reason) as string,
      });
    }
    expect(await runs(through('KEYS', brokersOf({ connectionString })))).toMatchObject({ state: 'live', behind: 0 });
    const records = await kafka.read(name, 2);
    expect(records.map(({ headers }) => headers.get('ce_id'))).toEqual([`${id}:1`, `${id}:2`]);
  });

  it('comes in with the token of its identity, and with none of another issuer or for another service', async () => {
    const { name, template } = await topicOf();
    await givesToken({});
    expect(await appending(through('TOKENS', tokens('namespace.example')), template)).toEqual([]);
    expect(versionsOf(await kafka.read(name, 3))).toEqual([1, 2, 3]);
    expect(issuer.fetched).toContain('/keys');
    expect(identity.state.asked.at(-1)?.get('resource')).toBe('https://namespace.example');
    for (const claims of [{ aud: 'api://other' }, { iss: 'https://other.example' }]) {
      await givesToken(claims);
      await expect(appending(through('TOKENS', tokens()), template)).rejects.toEqual(failsFor(/authentication|token/i));
    }
    identity.state.answer = { status: 400, body: { error: 'invalid_request' } };
    await expect(appending(through('TOKENS', tokens()), template)).rejects.toEqual(failsFor(/managed identity/i));
  });
});
