import { deploy, readParameters } from './bicepDeployment.ts';
import type { Deployed } from './bicepResource.ts';

const dev = readParameters('infra/dev.bicepparam');
const production = readParameters('infra/production.bicepparam');

/** The deployment of an environment's parameters, with some of them changed. */
export const deployDev = (changes: Readonly<Record<string, unknown>> = {}): Deployed[] =>
  deploy('infra/main.bicep', { ...dev, ...changes });
export const deployProduction = (changes: Readonly<Record<string, unknown>> = {}): Deployed[] =>
  deploy('infra/main.bicep', { ...production, ...changes });

export const ofType = (deployed: readonly Deployed[], type: string): Deployed[] =>
  deployed.filter((resource) => resource.type === type);

export const bodyOf = (deployed: readonly Deployed[], type: string): Readonly<Record<string, unknown>> => {
  const [resource] = ofType(deployed, type);
  if (!resource) throw new Error(`No ${type} is deployed`);
  return resource.body;
};
