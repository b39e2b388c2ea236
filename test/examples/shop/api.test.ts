import { describe, expect, it } from 'vitest';
import { aboutShop, orderEndpoints } from '../../../examples/shop/api.ts';
import { bankAt } from '../../../examples/shop/bank.ts';
import { shopOn } from '../../../examples/shop/registry.ts';
import { contextApi } from '../../../functions/api/contextApi.ts';
import type { Received } from '../../../functions/http/endpoint.ts';
import { openApiDocument } from '../../../functions/http/openApiDocument.ts';
import type { ContextServices } from '../../../functions/services.ts';

type Operation = { readonly responses: Readonly<Record<string, { readonly description: string }>> };

const endpoints = contextApi(shopOn(bankAt('http://localhost', undefined)), aboutShop, orderEndpoints(60));
const { paths, components } = openApiDocument(endpoints, 'key', aboutShop) as {
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: { schemas: Readonly<Record<string, { properties: object }>> };
};

describe('the API of the shop', () => {
  it('shows the gaps of its views to its operators, and nothing of transfers', () => {
    expect(paths).toHaveProperty(['/api/ops/gaps', 'get']);
    expect(components.schemas.Gap?.properties).toHaveProperty('differs');
    expect(components.schemas.Gap?.properties).not.toHaveProperty('transferId');
  });

  it('documents of each command what it refuses, and none of the refusals of others', () => {
    const own = (path: string) =>
      Object.values(paths[path]?.post?.responses ?? {})
        .flatMap(({ description }) => description.split(', '))
        .filter((code) => /^(Product|Order|Hold|Total)/.test(code));
    expect(own('/api/products')).toEqual(['ProductKnown']);
    expect(own('/api/orders').toSorted()).toEqual(['OrderKnown', 'ProductUnknown', 'TotalTooLarge']);
    expect(own('/api/orders/{id}/shipment').toSorted()).toEqual([
      ...['HoldEnds', 'OrderEnded', 'OrderNotReady', 'OrderUnknown'],
    ]);
    expect(own('/api/orders/{id}/cancellation').toSorted()).toEqual(['OrderEnded', 'OrderUnknown']);
  });

  it.each(['shipOrder', 'cancelOrder'])('answers %s that is so already as its document says', async (name) => {
    const id = crypto.randomUUID();
    const services = { execute: () => Promise.resolve({ outcome: 'unchanged', version: 3 }) };
    const request = { endpoint: { name }, params: { id }, body: {}, headers: {}, trace: {}, caller: {} };
    const endpoint = endpoints.find((each) => each.name === name);
    const answer = await endpoint?.handle(services as unknown as ContextServices, request as unknown as Received);
    expect(endpoint?.answers.body?.parse(answer?.body)).toEqual({ version: 3, position: `${id}:3` });
  });
});
