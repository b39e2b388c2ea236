import type { JsonObject } from '../json.ts';
import { defaultConsistency } from './consistency.ts';

/** The body of the account. Clients send all other requests to the endpoint that it names. */
export const accountResource = (host: string): JsonObject => {
  const endpoint = `http://${host}/`;
  const locations = [{ name: 'Local', databaseAccountEndpoint: endpoint }];
  return {
    // The SDK would ignore the locations of an account that is called "localhost".
    id: 'local',
    _self: '',
    _rid: 'local',
    media: '//media/',
    addresses: '//addresses/',
    _dbs: '//dbs/',
    writableLocations: locations,
    readableLocations: locations,
    enableMultipleWriteLocations: false,
    userReplicationPolicy: { asyncReplication: false, minReplicaSetSize: 1, maxReplicasetSize: 4 },
    systemReplicationPolicy: { minReplicaSetSize: 1, maxReplicasetSize: 4 },
    userConsistencyPolicy: {
      defaultConsistencyLevel: defaultConsistency,
      maxStalenessPrefix: 100,
      maxIntervalInSeconds: 5,
    },
    readPolicy: { primaryReadCoefficient: 1, secondaryReadCoefficient: 1 },
    queryEngineConfiguration: '{}',
  };
};
