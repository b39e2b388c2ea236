import { bundle } from './bundle.ts';
import { consolePages } from './console.ts';
import { cost } from './cost.ts';
import { backlog } from './backlog.ts';
import { feed } from './feed.ts';
import { freshness } from './freshness.ts';
import { instances } from './instances.ts';
import { kafka } from './kafka.ts';
import { memory } from './memory.ts';
import { money } from './money.ts';
import { peer } from './peer.ts';
import { price } from './monthlyCost.ts';
import { rebuild } from './rebuild.ts';
import { hotAccount, throughput } from './throughput.ts';
import { webhooks } from './webhooks.ts';

const benches = {
  bundle,
  console: consolePages,
  cost,
  throughput,
  hotAccount,
  instances,
  freshness,
  feed,
  backlog,
  webhooks,
  kafka,
  memory,
  money,
  peer,
  price,
  rebuild,
};
type Name = keyof typeof benches;

/** The benches without those that take long, and `peer` and `kafka`, which need PostgreSQL and Java. Name them to run them. */
const named = process.argv.slice(2);
const chosen =
  named.length > 0
    ? named
    : (['cost', 'throughput', 'hotAccount', 'instances', 'freshness', 'feed', 'backlog'] satisfies Name[]);
for (const name of chosen) {
  if (!(name in benches)) throw new Error(`There is no bench ${name}: ${Object.keys(benches).join(', ')}`);
  await benches[name as Name]();
}
